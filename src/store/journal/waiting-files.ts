/** What commands that save, copy or replace a database see of the call events that wait for it. */
import { readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreError } from '../store.ts';

/** Named as `config/store-of.ts` does it; other nodes may have the same folder. */
const WAITING = /^journal.*\.jsonl$/;

/** Files of waiting events in the folders of these files. */
export function waitingBeside(files: readonly string[]): readonly string[] {
  const folders = [...new Set(files.map(dirname))];
  return folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => WAITING.test(name))
      .map((name) => join(folder, name))
      // One that a full disk did not let grow holds nothing.
      .filter((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0),
  );
}

/** Throws StoreError when there are any: the database lacks what has happened. `otherwise`: another way out. */
export function requireNoneWaiting(files: readonly string[], otherwise = ''): void {
  const waiting = waitingBeside(files);
  if (waiting.length === 0) return;
  const fix = `a PBX that runs or is started stores them, as does pbx400 import journal FILE${otherwise}`;
  throw new StoreError(`call events wait for the database in ${waiting.join(', ')}; ${fix}`);
}

/** The database that they wait for is replaced: no start shall store them. Returns where they are now. */
export function setWaitingAside(files: readonly string[], now: number): readonly string[] {
  return waitingBeside(files).map((file) => {
    const aside = `${file}.replaced-${now}`;
    renameSync(file, aside);
    return aside;
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new StoreError(`${folder} may hold call events and cannot be read: ${(error as Error).message}`);
  }
}
