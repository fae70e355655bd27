import { dropOldest } from '../shared/drop-oldest.ts';

/** Callers remembered by one hotline at most, about 100 bytes each: forged numbers must not fill the memory. */
const MAX_CALLERS = 200_000;

/**
 * Limits the calls of each caller within a sliding window. Stale callers are dropped; where there are too many all the
 * same, those remembered longest.
 */
export class CallRates {
  /** Times of the calls let in, the oldest first; a caller with one call, as most have, needs no list. */
  readonly #times = new Map<string, number | number[]>();
  #sweepAt = 4096;

  /** Whether `caller` may call at `nowMs`: fewer than `calls` were let in within the last `perMs`. Notes it if so. */
  admit(caller: string, nowMs: number, calls: number, perMs: number): boolean {
    const since = nowMs - perMs;
    const held = this.#times.get(caller);
    if (held === undefined) {
      if (this.#times.size >= this.#sweepAt) this.#sweep(since);
      if (this.#times.size >= MAX_CALLERS) dropOldest(this.#times);
    } else if (typeof held !== 'number') {
      return this.#admitAgain(held, nowMs, calls, since);
    } else if (held > since) {
      if (calls < 2) return false;
      this.#times.set(caller, [held, nowMs]);
      return true;
    }
    this.#times.set(caller, nowMs);
    return true;
  }

  /** Callers that are remembered. */
  get size(): number {
    return this.#times.size;
  }

  #admitAgain(times: number[], nowMs: number, calls: number, since: number): boolean {
    let stale = 0;
    while (stale < times.length && times[stale]! <= since) stale++;
    if (stale > 0) times.splice(0, stale);
    if (times.length >= calls) return false;
    times.push(nowMs);
    return true;
  }

  #sweep(sinceMs: number): void {
    for (const [caller, held] of this.#times) {
      const last = typeof held === 'number' ? held : (held.at(-1) ?? 0);
      if (last <= sinceMs) this.#times.delete(caller);
    }
    this.#sweepAt = Math.max(4096, this.#times.size * 2);
  }
}
