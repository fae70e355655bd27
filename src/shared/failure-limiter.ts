import type { Clock } from './clock.ts';

/** Failures are forgotten this long after the last one, unless said otherwise. */
const MEMORY_MS = 60_000;
/** Keys remembered; the one that failed longest ago leaves first. */
const MAX_KEYS = 10_000;

/** Counts failures by key (an address, an account from an address), to slow down and stop guessing. */
export class FailureLimiter {
  readonly #clock: Clock;
  readonly #memoryMs: number;
  readonly #failures = new Map<string, { count: number; lastAt: number }>();

  constructor(clock: Clock, memoryMs = MEMORY_MS) {
    this.#clock = clock;
    this.#memoryMs = memoryMs;
  }

  /** Failures of `key` that are not forgotten. */
  count(key: string): number {
    const failure = this.#failures.get(key);
    if (!failure) return 0;
    if (this.#clock.monotonic() - failure.lastAt < this.#memoryMs) return failure.count;
    this.#failures.delete(key);
    return 0;
  }

  /** Notes a failure; returns how many it are now. */
  fail(key: string): number {
    const count = this.count(key) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, { count, lastAt: this.#clock.monotonic() });
    if (this.#failures.size > MAX_KEYS) this.#failures.delete(this.#failures.keys().next().value!);
    return count;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
