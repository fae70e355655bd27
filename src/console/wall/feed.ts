/** Asks for the figures of a wallboard again and again, for as long as the page is open. */
import type { WallRow } from '../api/types.ts';

export interface FeedParts {
  /** Asks once. Rejects when there is no answer. */
  readonly ask: (signal: AbortSignal) => Promise<{ readonly status: number; readonly wall?: WallRow }>;
  /** New figures. */
  readonly heard: (wall: WallRow) => void;
  /** The link leads nowhere any more; nothing is asked for from then on. */
  readonly gone: () => void;
  /** There were answers again after some had failed. */
  readonly returned: () => void;
}

/** Screens ask so often. */
export const EVERY_MS = 2000;
/** An answer that takes longer will not come. */
const PATIENCE_MS = 5000;
/** The last one again and again. */
const WAITS_MS = [2000, 3000, 5000, 8000];

/** One request at a time, one timer: nothing grows. Returns how to end it. */
export function feed({ ask, heard, gone, returned }: FeedParts): () => void {
  const ended = new AbortController();
  let failures = 0;
  const once = async (): Promise<void> => {
    let wait = EVERY_MS;
    try {
      const { status, wall } = await ask(AbortSignal.any([ended.signal, AbortSignal.timeout(PATIENCE_MS)]));
      if (ended.signal.aborted) return;
      if (status === 404) return gone();
      if (!wall) throw new Error(`answered with ${status}`);
      if (failures > 0) returned();
      failures = 0;
      heard(wall);
    } catch {
      wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]!;
      failures += 1;
    }
    if (!ended.signal.aborted) timer = setTimeout(() => void once(), wait);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  void once();
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}
