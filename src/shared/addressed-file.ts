/** Files whose name holds the checksum of what is in them: who names one gets what was meant, or is told. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asError, ConfigError } from './errors.ts';

/** Hex digits of SHA-256 in the name. */
const DIGITS = 16;

/** What such a name looks like: `segments-0123456789abcdef.csv`. */
export const addressedPattern = (stem: string, ending: string): string =>
  `^${stem}-[0-9a-f]{${DIGITS}}\\.${ending}$`;

/** Writes a file (0600) into `folder`, whole or not at all; returns its name. */
export function writeAddressed(folder: string, stem: string, ending: string, text: string): string {
  const name = `${stem}-${createHash('sha256').update(text).digest('hex').slice(0, DIGITS)}.${ending}`;
  const file = join(folder, name);
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return name;
}

/** A file as it was written; one whose name holds no checksum as it is. Throws ConfigError saying what to do. */
export function readAddressed(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    proveChecksum(file, createHash('sha256').update(bytes).digest('hex'));
    return bytes;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Why {@link readAddressed} would throw; reads in small parts, so that the loop goes on meanwhile. */
export async function addressedFileMistake(file: string): Promise<ConfigError | undefined> {
  try {
    const hash = createHash('sha256');
    for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
    proveChecksum(file, hash.digest('hex'));
    return undefined;
  } catch (error) {
    return unreadable(file, error);
  }
}

const FIX = 'put the file there that it was made as, or import it anew';

function proveChecksum(file: string, sum: string): void {
  const [, named] = new RegExp(`-([0-9a-f]{${DIGITS}})\\.[^.]+$`).exec(basename(file)) ?? [];
  if (named !== undefined && !sum.startsWith(named)) {
    const reason = `${file} is not what its name says: its checksum is ${sum.slice(0, DIGITS)}`;
    throw new ConfigError(reason, { file }, FIX);
  }
}

function unreadable(file: string, error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const reason = isMissing ? `there is no file ${file}` : `${file} cannot be read: ${asError(error).message}`;
  return new ConfigError(reason, { file }, FIX, { cause: error });
}
