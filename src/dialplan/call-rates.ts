/** Limits the calls of each caller within a sliding window. Memory is bounded: stale callers are dropped. */
export class CallRates {
  readonly #times = new Map<string, number[]>();
  #sweepAt = 4096;

  /** Whether `caller` may call at `nowMs`: fewer than `calls` were let in within the last `perMs`. Notes it if so. */
  admit(caller: string, nowMs: number, calls: number, perMs: number): boolean {
    let times = this.#times.get(caller);
    if (!times) {
      if (this.#times.size >= this.#sweepAt) this.#sweep(nowMs - perMs);
      times = [];
      this.#times.set(caller, times);
    }
    let stale = 0;
    while (stale < times.length && times[stale]! <= nowMs - perMs) stale++;
    if (stale > 0) times.splice(0, stale);
    if (times.length >= calls) return false;
    times.push(nowMs);
    return true;
  }

  /** Callers that are remembered. */
  get size(): number {
    return this.#times.size;
  }

  #sweep(sinceMs: number): void {
    for (const [caller, times] of this.#times) {
      const last = times.at(-1);
      if (last === undefined || last <= sinceMs) this.#times.delete(caller);
    }
    this.#sweepAt = Math.max(4096, this.#times.size * 2);
  }
}
