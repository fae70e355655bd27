import { chmod, copyFile, rm } from 'node:fs/promises';
import { asError, PbxError } from '../shared/errors.ts';

/**
 * A table that the PBX left in its data folder, copied to where a person wants it, for its owner only (0600). Resolves with where; undefined: there is none.
 * Throws PbxError where it cannot be written.
 */
export async function keptCopy(from: string | undefined, to: string): Promise<string | undefined> {
  if (from === undefined) return undefined;
  try {
    // A file that is there keeps its mode while it is written: numbers and passwords are in it.
    await rm(to, { force: true });
    await copyFile(from, to);
    await chmod(to, 0o600);
    return to;
  } catch (error) {
    throw new PbxError(
      'input',
      `the table cannot be written to ${to}: ${asError(error).message}; it is in ${from}`,
      {
        cause: error,
      },
    );
  }
}
