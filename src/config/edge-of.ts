import { resolve } from 'node:path';
import { AddressList } from '../shared/address-list.ts';
import { ConfigError } from '../shared/errors.ts';
import type { TlsFiles } from '../shared/tls-identity.ts';
import type { Config, DrachtioConfig, EdgeListenConfig } from './config.ts';
import { createSecretFile, readSecretFile } from './data-dir.ts';
import type { ConfigFile } from './schema.ts';

/** What the values of the file are taken from. */
export interface EdgeSources {
  readonly file: ConfigFile;
  /** Folder of the file: its paths are relative to it. */
  readonly folder: string;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tls: TlsFiles | undefined;
  /** Makes a secret that is missing. */
  readonly prepare: boolean;
}

type SecretWords = ConfigFile['edge']['secret'];
type ListenWords = { host: string; port: number; secret: SecretWords; tls: boolean };

/** The drachtio-servers of `sip.drachtio`. Throws ConfigError when a secret cannot be had. */
export function drachtioOf(sources: EdgeSources): DrachtioConfig {
  const { sip } = sources.file;
  if (sip.edge !== 'drachtio') return { servers: [] };
  const { servers, listen } = sip.drachtio;
  if (servers.length === 0 && !listen) {
    throw new ConfigError(
      'sip.edge is drachtio, but sip.drachtio names neither servers nor listen',
      undefined,
      'write servers: [{ host: 127.0.0.1 }]',
    );
  }
  // Throws for what is none.
  if (listen) new AddressList(listen.from);
  return {
    servers: servers.map(({ host, port, secret, tags, tls, ca }) => ({
      host,
      port,
      tags,
      secret: secretOf('sip.drachtio.servers', secret, sources),
      ...(tls ? { tls: ca === undefined ? {} : { ca: resolve(sources.folder, ca) } } : {}),
    })),
    ...(listen ? { listen: { ...listenOf('sip.drachtio.listen', listen, sources), from: listen.from } } : {}),
  };
}

/** Where `pbx400 edge` takes applications. Only that command needs the secret. */
export function edgeOf(sources: EdgeSources, needed: boolean): Config['edge'] {
  const { handlers, ...listen } = sources.file.edge;
  if (!needed) return { host: listen.host, port: listen.port, secret: '', handlers };
  return { ...listenOf('edge', listen, sources), handlers };
}

function listenOf(key: string, words: ListenWords, sources: EdgeSources): EdgeListenConfig {
  const { host, port, secret, tls } = words;
  const files = sources.tls;
  if (tls && !files)
    throw new ConfigError(`${key}.tls is on, but there is no tls`, undefined, 'write tls: { cert, key }');
  return {
    host,
    port,
    secret: secretOf(key, secret, sources),
    ...(tls && files ? { tls: { certFile: files.certFile, keyFile: files.keyFile } } : {}),
  };
}

function secretOf(key: string, secret: SecretWords, { dataDir, env, prepare }: EdgeSources): string {
  const value = typeof secret === 'string' ? secret : textOf(secret, dataDir, env, prepare);
  if (value === undefined || value === '') {
    throw new ConfigError(`${key} has no secret`, undefined, 'put the secret of the server there');
  }
  // It stands between bars in the protocol.
  if (/[|\r\n]/.test(value)) throw new ConfigError(`${key}: a secret must not hold | or line ends`);
  return value;
}

function textOf(
  secret: Exclude<SecretWords, string>,
  dataDir: string,
  env: EdgeSources['env'],
  prepare: boolean,
): string | undefined {
  if (secret.env !== undefined) return env[secret.env];
  const name = secret.file ?? 'edge-secret';
  const found = readSecretFile(dataDir, name);
  if (found !== undefined) return found;
  return prepare ? createSecretFile(dataDir, name) : 'not made yet';
}
