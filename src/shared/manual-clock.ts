import type { Clock, Timer } from './clock.ts';

interface ManualTimer extends Timer {
  at: number;
  readonly order: number;
  readonly periodMs: number | undefined;
  readonly fire: () => void;
  cancelled: boolean;
}

/**
 * A clock that moves only when told to: for tests, the simulator and replays. Timers fire in order of their
 * due time, then of their creation. Between two timers all promise reactions run.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #startMs: number;
  #order = 0;
  /** Sorted, the next timer to fire last. */
  #timers: ManualTimer[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs - this.#startMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    return this.#add(delayMs, undefined, fire);
  }

  every(periodMs: number, fire: () => void): Timer {
    if (!(periodMs > 0)) throw new RangeError(`period must be positive, got ${periodMs} ms`);
    return this.#add(periodMs, periodMs, fire);
  }

  /** Number of timers that wait; 0 at the end of a test means that nothing was forgotten. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Milliseconds until the next timer fires, `undefined` when none waits. */
  get nextInMs(): number | undefined {
    const next = this.#timers.at(-1);
    return next && next.at - this.#nowMs;
  }

  /** Moves the clock by `ms`, firing what is due on the way and settling promises between. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    await this.settle();
    for (let next = this.#timers.at(-1); next && next.at <= until; next = this.#timers.at(-1)) {
      this.#nowMs = next.at;
      this.#timers.pop();
      if (next.periodMs !== undefined) {
        next.at += next.periodMs;
        this.#insert(next);
      }
      next.fire();
      await this.settle();
    }
    this.#nowMs = until;
  }

  /** Runs timers until `done()` is true; false when none is left or `limitMs` has passed first. */
  async runUntil(done: () => boolean, limitMs = 24 * 3600_000): Promise<boolean> {
    const limit = this.#nowMs + limitMs;
    await this.settle();
    while (!done()) {
      const next = this.#timers.at(-1);
      if (!next || next.at > limit) return false;
      await this.advance(next.at - this.#nowMs);
    }
    return true;
  }

  /** Lets every promise reaction that can run now run. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #add(delayMs: number, periodMs: number | undefined, fire: () => void): Timer {
    const timer: ManualTimer = {
      at: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      periodMs,
      fire,
      cancelled: false,
      cancel: () => {
        if (timer.cancelled) return;
        timer.cancelled = true;
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
    this.#insert(timer);
    return timer;
  }

  #insert(timer: ManualTimer): void {
    if (timer.cancelled) return;
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle]!;
      const firesLater = other.at > timer.at || (other.at === timer.at && other.order > timer.order);
      if (firesLater) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }
}
