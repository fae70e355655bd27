import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ConfigError } from '../shared/errors.ts';
import type { FreeswitchPoolConfig } from './config.ts';
import { createSecretFile, exchangeIn, readSecretFile } from './data-dir.ts';
import type { EdgeSources } from './edge-of.ts';
import { type ConfigFile, FREESWITCH_SECRET_FILE } from './schema.ts';

type FreeswitchWords = NonNullable<ConfigFile['media']['freeswitch']>;
type SecretWords = FreeswitchWords['servers'][number]['secret'];

const KEY = 'media.freeswitch.servers';
/** In the data folder: who this PBX is to the servers. */
const OWNER_FILE = 'freeswitch-owner';
/** Keeps FreeSWITCH's well-known default, and others like it, out. */
const LEAST_CHARACTERS = 16;

/** The servers of `media.freeswitch`. Throws ConfigError when a secret cannot be had. */
export function freeswitchOf(
  { servers, exchange }: FreeswitchWords,
  sources: EdgeSources,
): FreeswitchPoolConfig {
  const owner = ownerOf(sources);
  return {
    owner,
    servers: servers.map(({ secret, ...server }) => ({ ...server, secret: secretOf(secret, sources) })),
    exchangeDir:
      exchange === undefined
        ? exchangeIn(sources.dataDir)
        : join(resolve(sources.folder, exchange), `pbx400-${owner}`),
  };
}

/** Random, as no name is: machines that share a FreeSWITCH may be named alike, and have their data at the same path. */
function ownerOf({ dataDir, prepare }: EdgeSources): string {
  const id = readSecretFile(dataDir, OWNER_FILE) ?? (prepare ? createSecretFile(dataDir, OWNER_FILE) : '');
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

function secretOf(secret: SecretWords, { dataDir, env, prepare }: EdgeSources): string {
  if (typeof secret === 'object' && secret.env === undefined) {
    const file = secret.file ?? FREESWITCH_SECRET_FILE;
    const found = readSecretFile(dataDir, file);
    if (found === undefined) return prepare ? createSecretFile(dataDir, file) : '';
    return checked(found, `the file ${file}`);
  }
  if (typeof secret === 'string') return checked(secret, 'the configuration');
  return checked(env[secret.env!] ?? '', `the environment variable ${secret.env}`);
}

function checked(secret: string, where: string): string {
  if (secret.length >= LEAST_CHARACTERS && /^[\w-]+$/.test(secret)) return secret;
  throw new ConfigError(
    `${KEY}: the secret in ${where} is not ${LEAST_CHARACTERS} or more letters, digits, - and _`,
    undefined,
    'leave it out: media/freeswitch/start and pbx400 share the file that the first of them makes',
  );
}
