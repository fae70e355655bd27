import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PbxError } from '../../shared/errors.ts';
import { SHEET_LIMITS, type SheetLimits, type SheetRow } from './sheet.ts';
import type { SheetSays, SheetToRead } from './sheet-worker.ts';

/** Rows that come over from the thread at once, under 1 ms. */
const PART = 250;
/** Memory of the thread: a file that needs more is refused. */
const HEAP_MB = 512;

export interface ReadSheetOptions {
  readonly signal: AbortSignal;
  readonly limits?: Partial<SheetLimits>;
}

/**
 * The rows of a table that are not empty, in parts, with the titles as the first; read in a thread, which ends with the last part, or when nobody wants
 * more. Throws PbxError `bad-sheet`, and the signal's reason.
 */
export async function* readSheet(
  path: string,
  { signal, limits }: ReadSheetOptions,
): AsyncGenerator<readonly SheetRow[], void> {
  const workerData: SheetToRead = { path, limits: { ...SHEET_LIMITS, ...limits }, part: PART };
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
  const worker = new Worker(new URL('./sheet-worker.ts', import.meta.url), { workerData, resourceLimits });
  try {
    for (;;) {
      signal.throwIfAborted();
      const answer = once(worker, 'message', { signal });
      worker.postMessage('more');
      const [said] = (await answer) as [SheetSays];
      if ('reason' in said)
        throw new PbxError('bad-sheet', `the file cannot be taken: ${said.reason}; ${said.fix}`);
      yield said.rows;
      if (said.isLast) return;
    }
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new PbxError('bad-sheet', 'the file needs too much memory: cut it into several ones');
  } finally {
    await worker.terminate();
  }
}
