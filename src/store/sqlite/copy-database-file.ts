import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Copied between two turns of the loop. */
const STEP_BYTES = 8_000_000;

/** How far a copy has come, in bytes. */
export interface CopyProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Copies the database `from` as it is at this moment into the file `to`, mode 0600, beside a PBX that writes to it or
 * not. `to` is whole or not there: it takes its place when the copy is on disk and was found sound.
 */
export async function copyDatabaseFile(
  from: string,
  to: string,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<void> {
  const part = `${to}.part`;
  const source = new Database(from, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    // A read transaction holds the copy to one moment: without it each write of another process would begin it anew.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_master').get();
    const pageBytes = source.pragma('page_size', { simple: true }) as number;
    rmSync(part, { force: true });
    closeSync(openSync(part, 'wx', 0o600));
    await source.backup(part, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress({ done: (totalPages - remainingPages) * pageBytes, total: totalPages * pageBytes });
        return Math.ceil(STEP_BYTES / pageBytes);
      },
    });
    proveSound(part);
    flushToDisk(part);
    renameSync(part, to);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

/** Throws when it is damaged; leaves it as one file, without a write-ahead log beside it. */
function proveSound(file: string): void {
  const copy = new Database(file);
  try {
    copy.pragma('journal_mode = delete');
    const [answer] = copy.pragma('quick_check') as { quick_check: string }[];
    if (answer?.quick_check !== 'ok') throw new Error(`the copy is damaged: ${answer?.quick_check}`);
  } finally {
    copy.close();
  }
}

function flushToDisk(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
