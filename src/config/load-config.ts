/** The only reader of the configuration file and of the environment. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { deepFreeze } from '../shared/deep-freeze.ts';
import { ConfigError } from '../shared/errors.ts';
import { checkMachine, parseHostPort } from './check-machine.ts';
import type { Config, ListenConfig, RtpengineConfig } from './config.ts';
import { ConfigErrors } from './config-errors.ts';
import {
  createSecretFile,
  exchangeIn,
  ownCertificateIn,
  prepareDataDir,
  readSecretFile,
} from './data-dir.ts';
import { decode } from './decode.ts';
import { drachtioOf, type EdgeSources, edgeOf } from './edge-of.ts';
import { freeswitchOf } from './freeswitch-of.ts';
import { ownAddress } from './own-address.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { secretText } from './secret-text.ts';
import { parseSize } from './size.ts';
import { journalOf, nodeIdOf, storeOf } from './store-of.ts';
import { readYaml } from './yaml-source.ts';

/** What the command line says instead of the file. */
export interface ConfigOverrides {
  /** `HOST:PORT`: listen there over UDP and TCP and nowhere else. */
  readonly sip?: string;
  /** `HOST:PORT` of the HTTP API. */
  readonly http?: string;
  /** Data folder, relative to the current folder. */
  readonly data?: string;
}

export interface LoadOptions {
  /** Configuration file. Default: `$PBX400_CONFIG`, then `pbx400.yaml` in {@link beside}, here or in `dialplans`. */
  readonly file?: string | undefined;
  /** A folder that may hold the configuration. */
  readonly beside?: string | undefined;
  /** How the reader of an error names a file. Default: as on the command line. */
  readonly howToName?: string;
  readonly overrides?: ConfigOverrides;
  /** Default: the process's own. Read here: PBX400_CONFIG, PBX400_DATA and those named by `{ env: NAME }`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Make the data folder and missing secret files: what `start` does. Otherwise nothing is written, and a
   * secret whose file does not exist yet is ''.
   */
  readonly prepare?: boolean;
  /** For `pbx400 edge`, which alone needs the secret of its applications. */
  readonly forEdge?: boolean;
}

const PACKAGE_DIR = resolve(import.meta.dirname, '../..');

/**
 * Reads, checks and freezes the configuration. `others`: sections of the file that are not the machine's, left alone.
 * Throws {@link ConfigErrors} with every mistake found, or a ConfigError when the file cannot be read or the data folder
 * cannot be used.
 */
export function loadConfig(options: LoadOptions = {}, others: readonly string[] = []): Config {
  const env = options.env ?? process.env;
  const overrides = options.overrides ?? {};
  const path = resolve(options.file ?? env['PBX400_CONFIG'] ?? usualFile(options.beside));
  const source = readYaml(path, options.howToName);
  if (source.errors.length > 0) throw new ConfigErrors(path, source.errors);

  const { value, errors, placeOf } = decode(configSchema, source.root, path, { others });
  // What is between the values only makes sense on a value that is whole.
  if (errors.length > 0) throw new ConfigErrors(path, errors);
  const file = value as ConfigFile;
  const dataDir = dataDirOf(file, path, overrides, env);
  const tls = tlsOf(file, dirname(path), dataDir);
  const wrong = checkMachine(file, placeOf, tls !== undefined);
  if (wrong.length > 0) throw new ConfigErrors(path, wrong);

  if (options.prepare) prepareDataDir(dataDir);
  const http = overrides.http === undefined ? file.http : requireHostPort('--http', overrides.http);
  // Who names files has perhaps a proxy before it; who had a certificate made wants it served.
  const { secure = file.tls === undefined && tls !== undefined, origins, proxies, outbound } = file.http;
  const { sip = file.sip.edge === 'embedded', exportRows } = file.http;
  const { prepare = false } = options;
  const own = (option: OwnSecret, secret: ConfigFile['secretKey'], path: readonly string[]) =>
    secretOf({ ...option, secret }, dataDir, env, prepare, () => placeOf(path));
  const token = own(API_TOKEN, file.http.token, ['http', 'token']);
  const secretKey = own(SECRET_KEY, file.secretKey, ['secretKey']);
  const nodeId = nodeIdOf(dataDir, prepare);
  return deepFreeze({
    ...configOf(file, path, overrides, { dataDir, tls, env }, options),
    dataDir,
    secretKey,
    store: storeOf(file.store, dataDir, env, () => placeOf(['store'])),
    journal: journalOf(file.journal, dirname(path), dataDir, nodeId),
    nodeId,
    http: { ...hostPort(http), token, secure, sip, origins, proxies, outbound, exportRows },
  });
}

/** The first `pbx400.yaml` where one is looked for; the last place when there is none. */
function usualFile(beside: string | undefined): string {
  const folders = [...(beside === undefined ? [] : [beside]), '.', 'dialplans'];
  const files = folders.map((folder) => join(folder, 'pbx400.yaml'));
  return files.find((file) => existsSync(file)) ?? files.at(-1)!;
}

const hostPort = ({ host, port }: { host: string; port: number }) => ({ host, port });

/** The data folder alone, for commands that only read it. Same rules as {@link loadConfig}. */
function dataDirOf(
  file: ConfigFile,
  path: string,
  overrides: ConfigOverrides,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const named = overrides.data ?? env['PBX400_DATA'];
  if (named !== undefined) return resolve(named);
  return file.data === undefined ? resolve('.pbx400') : resolve(dirname(path), file.data);
}

function configOf(
  file: ConfigFile,
  path: string,
  overrides: ConfigOverrides,
  found: Pick<EdgeSources, 'dataDir' | 'tls' | 'env'>,
  { prepare = false, forEdge = false }: LoadOptions,
): Omit<Config, 'dataDir' | 'secretKey' | 'store' | 'journal' | 'nodeId' | 'http'> {
  const sources = { file, folder: dirname(path), prepare, ...found };
  const listen = overrides.sip === undefined ? file.sip.listen.map(listenOf) : listenAt(overrides.sip);
  return {
    file: path,
    logLevel: file.logLevel,
    timeZone: file.timeZone,
    dialplanDir: resolve(dirname(path), file.dialplans),
    promptDirs: [
      join(PACKAGE_DIR, 'media/prompts'),
      ...(file.prompts === undefined ? [] : [resolve(dirname(path), file.prompts)]),
    ],
    language: file.language,
    ...(file.companies === undefined ? {} : { companiesDir: resolve(dirname(path), file.companies) }),
    ...(file.seed === undefined ? {} : { seedFile: resolve(dirname(path), file.seed) }),
    sip: { ...sipOf(file, listen), drachtio: drachtioOf(sources) },
    edge: edgeOf(sources, forEdge),
    media: mediaOf(sources, listen[0]!),
    recording: recordingOf(file.recording, sources.folder),
    speech: speechOf(sources),
    ...(found.tls === undefined ? {} : { tls: found.tls }),
  };
}

/** What the file names, or what `pbx400 certificate` has made. */
function tlsOf({ tls }: ConfigFile, folder: string, dataDir: string): Config['tls'] {
  if (!tls) {
    const { certFile, keyFile } = ownCertificateIn(dataDir);
    return existsSync(certFile) && existsSync(keyFile) ? { certFile, keyFile } : undefined;
  }
  const { cert, key, ca } = tls;
  return {
    certFile: resolve(folder, cert),
    keyFile: resolve(folder, key),
    ...(ca === undefined ? {} : { caFile: resolve(folder, ca) }),
  };
}

function sipOf(file: ConfigFile, listen: readonly ListenConfig[]): Omit<Config['sip'], 'drachtio'> {
  const { drachtio: _, ladder, ...rest } = file.sip;
  const { maxSize, ...limits } = ladder;
  return { ...rest, listen, ladder: { ...limits, maxBytes: parseSize(maxSize) } };
}

function mediaOf(sources: EdgeSources, firstListener: ListenConfig): Config['media'] {
  const { media } = sources.file;
  const { host = firstListener.host, advertise, rtpengine, freeswitch, ...rest } = media;
  const seenAs = advertise ?? (isWildcard(host) ? ownAddress(host) : undefined);
  return {
    ...rest,
    host,
    ...(seenAs === undefined ? {} : { advertise: seenAs }),
    ...(rtpengine === undefined ? {} : { rtpengine: rtpengineOf(rtpengine, sources) }),
    ...(freeswitch === undefined ? {} : { freeswitch: freeswitchOf(freeswitch, sources) }),
  };
}

function rtpengineOf(
  { servers, dtmfLog }: NonNullable<ConfigFile['media']['rtpengine']>,
  { folder, dataDir }: EdgeSources,
): RtpengineConfig {
  const serverOf = ({ recordings, ...server }: (typeof servers)[number]) => ({
    ...server,
    ...(recordings === undefined ? {} : { recordingFolder: resolve(folder, recordings) }),
  });
  return { servers: servers.map(serverOf), dtmfLog, exchangeDir: exchangeIn(dataDir) };
}

function recordingOf(
  { maxSize, moveTo, ...rest }: ConfigFile['recording'],
  folder: string,
): Config['recording'] {
  const moved = moveTo === undefined ? {} : { moveTo: resolve(folder, moveTo) };
  return { ...rest, ...moved, ...(maxSize === undefined ? {} : { maxBytes: parseSize(maxSize) }) };
}

function speechOf({ file: { speech }, dataDir, env }: EdgeSources): Config['speech'] {
  const { token: written, ...rest } = speech;
  if (written === undefined) return rest;
  const token = typeof written === 'string' ? written : secretText(written, dataDir, env);
  if (token === undefined || token === '')
    throw new ConfigError(
      'speech.token is not there',
      undefined,
      'make the file, or set the environment variable',
    );
  return { ...rest, token };
}

function listenOf(listen: ConfigFile['sip']['listen'][number]): ListenConfig {
  const { transport, host, port } = listen;
  const written = listen.advertise === undefined ? undefined : parseHostPort(listen.advertise);
  const advertise = written ?? (isWildcard(host) ? { host: ownAddress(host) } : undefined);
  return { transport, host, port, ...(advertise === undefined ? {} : { advertise }) };
}

function listenAt(text: string): ListenConfig[] {
  const { host, port } = requireHostPort('--sip', text);
  return (['udp', 'tcp'] as const).map((transport) => listenOf({ transport, host, port }));
}

function requireHostPort(option: string, text: string): { host: string; port: number } {
  const parsed = parseHostPort(text);
  if (parsed?.port === undefined) {
    const fix = 'write for example 0.0.0.0:5060 or [::]:5060';
    throw new ConfigError(`${option} must be HOST:PORT, is '${text}'`, undefined, fix);
  }
  return { host: parsed.host, port: parsed.port };
}

const isWildcard = (host: string) => host === '0.0.0.0' || host === '::';

/** A secret of our own: made in its file at the first start where nothing is written. */
interface OwnSecret {
  readonly option: string;
  readonly file: string;
  /** Characters at least. */
  readonly length: number;
}

const API_TOKEN: OwnSecret = { option: 'http.token', file: 'api-token', length: 16 };
const SECRET_KEY: OwnSecret = { option: 'secretKey', file: 'secret-key', length: 32 };

function secretOf(
  { option, file, length, secret }: OwnSecret & { readonly secret: ConfigFile['secretKey'] },
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
  prepare: boolean,
  place: () => ReturnType<ReturnType<typeof decode>['placeOf']>,
): string {
  if (typeof secret === 'string') {
    if (secret.length >= length) return secret;
    const fix = 'leave it out: one is made';
    throw new ConfigError(`${option} is shorter than ${length} characters`, place(), fix);
  }
  if (secret.env !== undefined) {
    const value = env[secret.env];
    if (value !== undefined && value.length >= length) return value;
    const fix = `set ${secret.env} to at least ${length} characters`;
    throw new ConfigError(`${option}: the environment has no usable ${secret.env}`, place(), fix);
  }
  const name = secret.file ?? file;
  return readSecretFile(dataDir, name) ?? (prepare ? createSecretFile(dataDir, name) : '');
}
