import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PbxError } from '../../shared/errors.ts';
import type { NumberSheetSays, NumberSheetToRead } from './number-sheet.ts';

/** Memory of the thread: a file that needs more is refused. */
const HEAP_MB = 1536;

/** The parts of a table of numbers, read in a thread, which ends with the last one. Throws PbxError `bad-sheet`, and the signal's reason. */
export async function* readNumberSheet(
  order: NumberSheetToRead,
  signal: AbortSignal,
): AsyncGenerator<Extract<NumberSheetSays, { json: string }>, void> {
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
  const worker = new Worker(new URL('./number-sheet-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits,
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      const answer = once(worker, 'message', { signal });
      worker.postMessage('more');
      const [said] = (await answer) as [NumberSheetSays];
      if ('reason' in said)
        throw new PbxError('bad-sheet', `the file cannot be taken: ${said.reason}; ${said.fix}`);
      yield said;
      if (said.isLast) return;
    }
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new PbxError(
      'bad-sheet',
      'the file needs too much memory: save it as CSV, or cut it into several ones',
    );
  } finally {
    await worker.terminate();
  }
}
