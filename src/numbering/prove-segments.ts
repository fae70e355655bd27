import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PbxError } from '../shared/errors.ts';

/** Memory of the thread: a file that needs more is refused. */
const HEAP_MB = 1024;

/** What the thread is given. */
export interface SegmentsToProve {
  /** The file that was sent. */
  readonly path: string;
  /** What people call it. */
  readonly name: string;
  /** What the table is called where the file names no version. */
  readonly version: string;
  /** The file that serves now; undefined: the package's own table does. */
  readonly before: string | undefined;
  /** Where the table is written in one form. */
  readonly folder: string;
}

/** A table that can be taken: in `folder` already, by no entity named yet. */
export interface SegmentTableProved {
  readonly file: string;
  readonly version: string;
  /** That have an area, those of the package with them. */
  readonly segments: number;
  /** Of the file. */
  readonly rows: number;
  /** Whose area or operator is another than now. */
  readonly changed: number;
  /** Share of all mobile prefixes, in percent. */
  readonly coverage: number;
  /** Prefixes of which none is known. */
  readonly none: readonly string[];
}

export type SegmentsProved = SegmentTableProved | { readonly reason: string };

/** Proves a segment table in a thread of its own. Throws PbxError `bad-sheet` with the first mistake, and the signal's reason. */
export async function proveSegments(
  order: SegmentsToProve,
  signal: AbortSignal,
): Promise<SegmentTableProved> {
  const worker = new Worker(new URL('./segment-import-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [SegmentsProved];
    if ('reason' in answer) throw new PbxError('bad-sheet', answer.reason);
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new PbxError('bad-sheet', 'the file needs too much memory: save it as CSV');
  } finally {
    await worker.terminate();
  }
}
