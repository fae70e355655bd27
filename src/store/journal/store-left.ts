import { rename, rm } from 'node:fs/promises';
import type { Logger } from '../../shared/logger.ts';
import { StoreError } from '../store.ts';
import { BatchFile } from './batch-file.ts';
import { BatchGroup } from './batch-group.ts';
import { BatchLines, type WaitingBatch } from './batch-lines.ts';
import type { JournalDatabase } from './journal-writer.ts';

/** The batches in a file, the oldest first; none when there is no file. */
export async function* batchesIn(path: string, lines = new BatchLines()): AsyncGenerator<WaitingBatch> {
  const file = new BatchFile(path);
  if (!(await file.reopen())) return;
  try {
    for (let line = await file.take(); line !== undefined; line = await file.take()) {
      const batch = lines.read(line);
      if (batch) yield batch;
    }
  } finally {
    await file.close();
  }
}

/** A file of batches that a stop could put nowhere else, to be stored once. */
interface ImportedFile {
  readonly file: string;
  /** Process that it must be of. */
  readonly nodeId: string;
  readonly onImport: (batches: number) => void;
}

export interface LeftFiles {
  /** See {@link storeLeft}. */
  readonly files: readonly string[];
  /** A file to be imported besides, or one of `files`. */
  readonly imports: string | undefined;
  /** Told how many of its batches were read. */
  readonly onImport?: ((batches: number) => void) | undefined;
  readonly nodeId: string;
  readonly logger: Logger;
}

/** Stores what is left in files before the calls that were left open are closed. Returns what the imported file held. */
export async function storeFiles(
  database: Pick<JournalDatabase, 'resume' | 'write'>,
  { files, imports, onImport = () => {}, nodeId, logger }: LeftFiles,
): Promise<ImportReport | undefined> {
  const left = await storeLeft(database, files, logger);
  if (imports === undefined) return undefined;
  if (files.includes(imports)) return left;
  return await importBatches(database, { file: imports, nodeId, onImport });
}

/**
 * Stores what a process left in its last way out; the file stays. Its batches are counted by themselves: the process may have
 * been started again since. Returns how many were new. Throws StoreError when the file has none, or those of another node.
 */
async function importBatches(
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

/** Batches that were read, those of them that were new, and lines that could not be read. */
export interface ImportReport {
  readonly batches: number;
  readonly stored: number;
  readonly broken: number;
}

/**
 * Stores the batches that waited in files when the process ended, and removes the files. Call before the calls that it
 * left open are closed. Returns what was in them. Rejects when the database cannot be written; then they are as they were.
 */
export async function storeLeft(
  database: Pick<JournalDatabase, 'resume' | 'write'>,
  files: readonly string[],
  logger: Logger,
): Promise<ImportReport> {
  const report = { batches: 0, stored: 0, broken: 0 };
  let lastBatch: number | undefined;
  for (const file of files) {
    const lines = new BatchLines();
    const group = new BatchGroup();
    let [batches, last] = [0, 0];
    for await (const batch of batchesIn(file, lines)) {
      lastBatch ??= (await database.resume()).lastBatch;
      last = batch.number;
      report.batches++;
      // The process may have ended while what waited was being stored.
      if (batch.number <= lastBatch) continue;
      if (batches++ === 0) logger.warn({ file }, 'call events that waited for the database are being stored');
      group.add(batch);
      if (group.isFull) await database.write(group.take());
    }
    if (group.size > 0) await database.write(group.take());
    report.stored += batches;
    report.broken += lines.broken;
    if (batches > 0) logger.warn({ file, batches }, 'call events that waited for the database are in it now');
    if (lines.broken > 0) await keepAside(file, 'broken', 'it has lines that cannot be read', logger);
    // Its disk was away when the process was started since: what it has may be in the database or not.
    else if (lastBatch !== undefined && last > 0 && last < lastBatch) {
      await keepAside(file, 'late', 'it is of an earlier start: pbx400 import journal FILE', logger);
    } else await rm(file, { force: true });
  }
  return report;
}

async function keepAside(file: string, suffix: string, why: string, logger: Logger): Promise<void> {
  const aside = `${file}.${suffix}`;
  await rename(file, aside);
  logger.error({ file: aside, why }, 'a file of call events that waited for the database was kept');
}
