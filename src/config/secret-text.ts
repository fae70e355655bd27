import { readSecretFile } from './data-dir.ts';
import type { SecretPlace } from './decode.ts';

/**
 * The text of a secret that stands in a file, relative to the data folder, or in the environment; undefined when it is
 * not there. Throws ConfigError for a file that cannot be read.
 */
export function secretText(
  { file, env }: SecretPlace,
  dataDir: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (env !== undefined) return environment[env];
  return file === undefined ? undefined : readSecretFile(dataDir, file);
}
