import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { asError, PbxError } from '../shared/errors.ts';
import type { KeyedCertificate } from './authority.ts';

/** Files of an authority, in the folder where it is kept. The certificate is for everybody, the key for its owner. */
export const AUTHORITY_FILES = { cert: 'ca.crt', key: 'ca.key' } as const;

type Files = Readonly<Record<'cert' | 'key', string>>;

/** The text of a file; undefined where there is none. Throws PbxError when it may not be read. */
export function readText(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PbxError('input', `the file cannot be read: ${asError(error).message}`, { cause: error });
  }
}

/** Writes both, each moved to its place when it is whole, the key first: who reads a pair that does not fit reads again. */
export function writePair(folder: string, files: Files, { cert, key }: KeyedCertificate): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Root makes it for the user whom the data folder belongs to.
    const owner = process.getuid?.() === 0 ? statSync(dirname(folder)) : undefined;
    if (owner) chownSync(folder, owner.uid, owner.gid);
    put(join(folder, files.key), key, 0o600, owner);
    put(join(folder, files.cert), cert, 0o644, owner);
  } catch (error) {
    throw new PbxError('input', `the certificate cannot be written: ${asError(error).message}`, {
      cause: error,
    });
  }
}

function put(file: string, text: string, mode: number, owner: Stats | undefined): void {
  // The mode of a file that was left there is not changed by writing it.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, text, { mode, flush: true });
  chmodSync(`${file}.new`, mode);
  if (owner) chownSync(`${file}.new`, owner.uid, owner.gid);
  renameSync(`${file}.new`, file);
}
