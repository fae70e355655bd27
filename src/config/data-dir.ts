import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError } from '../shared/errors.ts';

/**
 * Makes the data folder when it is missing, open to its owner only, and proves that it can be written.
 * Throws ConfigError saying what to do.
 */
export function prepareDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    if (!statSync(dataDir).isDirectory()) throw new Error('it is not a folder');
    if ((statSync(dataDir).mode & 0o077) !== 0) chmodSync(dataDir, 0o700);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const fix = 'make it writable for this user or name another folder with --data DIR';
    const reason = (error as Error).message;
    throw new ConfigError(`the data folder cannot be used: ${reason}`, { file: dataDir }, fix, {
      cause: error,
    });
  }
}

/** `mkdir -p`. Node's own, `recursive`, never returns where a parent exists and takes no entries (/proc, autofs). */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

/** Where `pbx400 certificate` puts what the PBX serves when the configuration names no other (`tls`). */
export function ownCertificateIn(dataDir: string) {
  const folder = join(dataDir, 'tls');
  return { folder, certFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') };
}

/** Where prompts are rendered for media servers: they would not see a /tmp of this service's own (systemd's PrivateTmp). */
export const exchangeIn = (dataDir: string): string => join(dataDir, 'exchange');

/** The first line of a secret file in the data folder; undefined when there is none. */
export function readSecretFile(dataDir: string, name: string): string | undefined {
  const file = isAbsolute(name) ? name : join(dataDir, name);
  try {
    const [first = ''] = readFileSync(file, 'utf8').split('\n');
    return first.trim() === '' ? undefined : first.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const fix = 'make it readable for this user';
    throw new ConfigError(`the secret cannot be read: ${(error as Error).message}`, { file }, fix);
  }
}

/** Writes a new secret of random bytes into a file of mode 0600 and returns it, as base64url. */
export function createSecretFile(dataDir: string, name: string, bytes = 32): string {
  const file = isAbsolute(name) ? name : join(dataDir, name);
  const token = randomBytes(bytes).toString('base64url');
  try {
    // Moved to its place when it is whole: a full disk must not leave an empty file that no later start can use.
    writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    const fix = 'make the data folder writable, and room on its disk';
    throw new ConfigError(`the secret cannot be written: ${(error as Error).message}`, { file }, fix);
  }
  return token;
}
