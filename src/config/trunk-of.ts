import { ConfigError } from '../shared/errors.ts';
import type { TrunkConfig } from './config.ts';
import { readSecretFile } from './data-dir.ts';
import { parseDuration } from './duration.ts';
import type { ConfigFile } from './schema.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A trunk as the engine takes it. Throws ConfigError when its password cannot be had. */
export function trunkOf(
  name: string,
  file: ConfigFile['trunks'][string],
  dataDir: string,
  env: Env,
): TrunkConfig {
  const { probe, responseTimeout, register, ...rest } = file;
  return {
    name,
    ...rest,
    responseTimeoutMs: parseDuration(responseTimeout),
    probeMs: parseDuration(probe),
    ...(register === undefined ? {} : { register: registerOf(name, register, dataDir, env) }),
  };
}

function registerOf(
  trunk: string,
  { expires, password, ...rest }: NonNullable<ConfigFile['trunks'][string]['register']>,
  dataDir: string,
  env: Env,
): NonNullable<TrunkConfig['register']> {
  return { ...rest, expiresMs: parseDuration(expires), password: passwordOf(trunk, password, dataDir, env) };
}

function passwordOf(
  trunk: string,
  secret: NonNullable<ConfigFile['trunks'][string]['register']>['password'],
  dataDir: string,
  env: Env,
): string {
  if (typeof secret === 'string') return secret;
  const value =
    secret.env !== undefined
      ? env[secret.env]
      : secret.file !== undefined
        ? readSecretFile(dataDir, secret.file)
        : undefined;
  if (value !== undefined && value !== '') return value;
  const where = secret.env !== undefined ? `environment variable ${secret.env}` : `file ${secret.file}`;
  throw new ConfigError(
    `trunk ${trunk} has no password: ${where} is empty or missing`,
    undefined,
    'put it there',
  );
}
