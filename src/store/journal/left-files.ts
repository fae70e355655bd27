/** Files in which call events of earlier processes of this node wait for the database. */
import { readdirSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Files of one process, in the order in which it used them. */
export type LeftFiles = readonly string[];

const END = '.jsonl';
const CHUNK_BYTES = 64 * 1024;
/** No line begins with more, up to its number. */
const NUMBER_BYTES = 64;

/** Of each earlier process what it left, the oldest first. `files`: those that the node writes, under whose names the last one's are. */
export function leftFiles(files: readonly string[]): readonly LeftFiles[] {
  const aside = files.flatMap((file) =>
    startsOf(file).map((start) => ({ start, file: asideOf(file, start) })),
  );
  const byStart = Map.groupBy(aside, ({ start }) => start);
  const starts = [...byStart.keys()].sort((one, other) => one - other);
  const earlier = starts.map((start) => byStart.get(start)!.map(({ file }) => file));
  return stillThere([...earlier, files]);
}

/** Those of which something is left. */
export function stillThere(processes: readonly LeftFiles[]): readonly LeftFiles[] {
  const there = processes.map((files) => files.filter((file) => sizeOf(file) > 0));
  return there.filter(({ length }) => length > 0);
}

/** Gives the last process's files names of their own (`journal.left-1.jsonl`): this one begins new ones. */
export function putAside(files: readonly string[]): void {
  const start = Math.max(0, ...files.flatMap(startsOf)) + 1;
  for (const file of files) if (sizeOf(file) > 0) renameSync(file, asideOf(file, start));
}

export const bytesOf = (files: LeftFiles): number => files.reduce((sum, file) => sum + sizeOf(file), 0);

/** Number of the last batch in a file; 0: it has none. */
export async function lastNumberIn(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let end = size; end > 0; end -= CHUNK_BYTES) {
      const from = Math.max(0, end - CHUNK_BYTES);
      const bytes = Buffer.alloc(Math.min(size, end + NUMBER_BYTES) - from);
      await file.read(bytes, 0, bytes.length, from);
      const last = [...bytes.toString('latin1').matchAll(/\n\{"batch":(\d+),/g)].at(-1);
      if (last) return Number(last[1]);
    }
    return 0;
  } finally {
    await file.close();
  }
}

/** Numbers of the starts that put this file aside. */
function startsOf(file: string): readonly number[] {
  const before = `${basename(file, END)}.left-`;
  return namesIn(dirname(file)).flatMap((name) => {
    const number =
      name.startsWith(before) && name.endsWith(END) ? name.slice(before.length, -END.length) : '';
    return /^\d+$/.test(number) ? [Number(number)] : [];
  });
}

const asideOf = (file: string, start: number) =>
  join(dirname(file), `${basename(file, END)}.left-${start}${END}`);
const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
