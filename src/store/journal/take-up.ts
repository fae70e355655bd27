import type { Logger } from '../../shared/logger.ts';
import type { JournalDatabase } from './journal-writer.ts';
import { LeftEvents } from './left-events.ts';
import { leftFiles, putAside } from './left-files.ts';
import { type ImportReport, importBatches, storeLeft } from './store-left.ts';

export interface TakeUpOptions {
  /** Files of waiting events. */
  readonly files: readonly string[];
  /** A file to be imported besides, or one of those that wait. */
  readonly imports: string | undefined;
  /** Told how many of its batches were read. */
  readonly onImport?: ((batches: number) => void) | undefined;
  readonly nodeId: string;
  readonly logger: Logger;
}

/** What earlier processes left. */
export interface TakenUp {
  /** Calls that they left open, closed now. */
  readonly calls: number;
  /** What the imported file held. */
  readonly imported?: ImportReport;
  /** What is in files: who serves calls stores it meanwhile, and closes the calls that were left open then. */
  readonly left?: LeftEvents;
}

/** Takes up what earlier processes left: in files, or, where none wait, open calls only. Call before the first batch. */
export async function takeUp(
  database: JournalDatabase,
  { files, imports, onImport = () => {}, nodeId, logger }: TakeUpOptions,
): Promise<TakenUp> {
  const left = leftFiles(files);
  if (imports === undefined && left.length > 0) {
    putAside(files);
    return { calls: 0, left: await LeftEvents.in(leftFiles(files)) };
  }
  // What is imported may be the last process's, too.
  const { calls, ...stored } = await storeLeft(database, left, { logger, isCut: true });
  const isLeft = imports !== undefined && left.flat().includes(imports);
  const imported =
    imports === undefined || isLeft
      ? stored
      : await importBatches(database, { file: imports, nodeId, onImport });
  const closed = await database.recover();
  return { calls: calls + closed.calls, imported };
}
