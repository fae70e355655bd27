import { rename, rm } from 'node:fs/promises';
import type { Logger } from '../../shared/logger.ts';
import { StoreError } from '../store.ts';
import { BatchFile } from './batch-file.ts';
import { BatchGroup } from './batch-group.ts';
import { BatchLines, type WaitingBatch } from './batch-lines.ts';
import type { JournalDatabase } from './journal-writer.ts';
import type { LeftFiles } from './left-files.ts';

/** A database as it takes what was left. */
export type LeftDatabase = Pick<JournalDatabase, 'resume' | 'write' | 'recover'>;

/** The batches in a file, the oldest first; none when there is no file. `onTaken`: told how many bytes of it have been read. */
export async function* batchesIn(
  path: string,
  lines = new BatchLines(),
  onTaken: (bytes: number) => void = () => {},
): AsyncGenerator<WaitingBatch> {
  const file = new BatchFile(path);
  if (!(await file.reopen())) return;
  try {
    for (let line = await file.take(); line !== undefined; line = await file.take()) {
      const batch = lines.read(line);
      if (batch) yield batch;
      onTaken(file.takenBytes);
    }
  } finally {
    await file.close();
  }
}

/** A file of batches that a stop could put nowhere else, to be stored once. */
export interface ImportedFile {
  readonly file: string;
  /** Process that it must be of. */
  readonly nodeId: string;
  readonly onImport: (batches: number) => void;
}

/** Batches that were read, those of them that were new, and lines that could not be read. */
export interface ImportReport {
  readonly batches: number;
  readonly stored: number;
  readonly broken: number;
}

/**
 * Stores what a process left in its last way out; the file stays. Its batches are counted by themselves: the process may have
 * been started again since. Returns how many were new. Throws StoreError when the file has none, or those of another node.
 */
export async function importBatches(
  database: Pick<JournalDatabase, 'resume' | 'write'>,
  { file, nodeId, onImport }: ImportedFile,
): Promise<ImportReport> {
  const lines = new BatchLines();
  const report = { batches: 0, stored: 0, broken: 0 };
  let of: { readonly mark: string; readonly lastBatch: number } | undefined;
  for await (const batch of batchesIn(file, lines)) {
    if (batch.nodeId !== nodeId) {
      throw new StoreError(`${file} is of node ${batch.nodeId}, not of ${nodeId}: import it there`);
    }
    const mark = `${nodeId}/${batch.epoch}`;
    if (of?.mark !== mark) of = { mark, ...(await database.resume(mark)) };
    onImport(++report.batches);
    if (batch.number <= of.lastBatch) continue;
    await database.write({ ...batch, mark });
    report.stored++;
  }
  report.broken = lines.broken;
  if (report.batches === 0) throw new StoreError(`${file} holds no call events of pbx400`);
  return report;
}

/** What became of what was left. */
export interface LeftReport extends ImportReport {
  /** Calls that the processes left open, and that are closed now. */
  readonly calls: number;
}

export interface LeftOptions {
  readonly logger: Logger;
  /** Told how many bytes are done with. */
  readonly onStored?: (bytes: number) => void;
  /** More of the last process is to come: its calls stay open. Default: false. */
  readonly isCut?: boolean;
}

/**
 * Stores what earlier processes left, one after the other, closes the calls that each left open, and removes its files. Rejects when
 * the database cannot be written; then what is not stored is as it was.
 */
export async function storeLeft(
  database: LeftDatabase,
  processes: readonly LeftFiles[],
  { logger, onStored = () => {}, isCut = false }: LeftOptions,
): Promise<LeftReport> {
  const report = { batches: 0, stored: 0, broken: 0, calls: 0 };
  let done = 0;
  for (const files of processes) {
    const { lastBatch } = await database.resume();
    for (const [index, file] of files.entries()) {
      const read = await storeFile(database, file, lastBatch, (bytes) => onStored(done + bytes));
      done += read.bytes;
      report.batches += read.batches;
      report.stored += read.stored;
      report.broken += read.broken;
      if (read.stored > 0) {
        logger.warn({ file, batches: read.stored }, 'call events that waited for the database are in it now');
      }
      // Its disk was away when the process was started since: what it has may be in the database or not.
      const isLate = read.last > 0 && read.last < lastBatch;
      const isWhole = index === files.length - 1 && !(isCut && files === processes.at(-1));
      // Before its file is gone: a start that finds none takes the calls for those of whose files come next.
      if (isWhole && !isLate) report.calls += (await database.recover()).calls;
      if (read.broken > 0) await keepAside(file, 'broken', 'it has lines that cannot be read', logger);
      else if (isLate)
        await keepAside(file, 'late', 'it is of an earlier start: pbx400 import journal FILE', logger);
      else await rm(file, { force: true });
    }
  }
  return report;
}

/** What was read of a file, `last`: the number of its last batch. */
interface ReadFile extends ImportReport {
  readonly last: number;
  readonly bytes: number;
}

async function storeFile(
  database: Pick<JournalDatabase, 'write'>,
  file: string,
  lastBatch: number,
  onTaken: (bytes: number) => void,
): Promise<ReadFile> {
  const lines = new BatchLines();
  const group = new BatchGroup();
  let [batches, stored, last, bytes] = [0, 0, 0, 0];
  const taken = (until: number) => {
    bytes = until;
    onTaken(until);
  };
  for await (const batch of batchesIn(file, lines, taken)) {
    last = batch.number;
    batches++;
    // The process may have ended while what waited was being stored.
    if (batch.number <= lastBatch) continue;
    stored++;
    group.add(batch);
    if (group.isFull) await database.write(group.take());
  }
  if (group.size > 0) await database.write(group.take());
  return { batches, stored, broken: lines.broken, last, bytes };
}

async function keepAside(file: string, suffix: string, why: string, logger: Logger): Promise<void> {
  const aside = `${file}.${suffix}`;
  await rename(file, aside);
  logger.error({ file: aside, why }, 'a file of call events that waited for the database was kept');
}
