/** A timer that is running; `cancel()` is idempotent and safe after it fired. */
export interface Timer {
  cancel(): void;
}

/**
 * Time for everything in the engine. Only this file touches the system clock and its timers, so that the
 * same code runs live, in the simulator and in tests with {@link ManualClock}.
 */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. May jump when the operator sets the clock. */
  now(): number;
  /** Monotonic clock, milliseconds with fractions; only differences mean anything. */
  monotonic(): number;
  /** Runs `fire` once when at least `delayMs` of `monotonic()` have passed. The owner must cancel it when it ends earlier. */
  after(delayMs: number, fire: () => void): Timer;
  /** Runs `fire` every `periodMs`, or every 24 days when that is less, until cancelled. */
  every(periodMs: number, fire: () => void): Timer;
}

/** The system's timers count 31 bits; what is longer would fire at once. */
const LONGEST_MS = 0x7fffffff;

class SystemTimeout implements Timer {
  readonly #dueMs: number;
  readonly #fire: () => void;
  #handle: NodeJS.Timeout;

  constructor(delayMs: number, fire: () => void) {
    this.#dueMs = performance.now() + delayMs;
    this.#fire = fire;
    this.#handle = setTimeout(SystemTimeout.#onTimeout, Math.min(delayMs, LONGEST_MS), this);
  }

  /** Comes too early in the parts of a long delay, and by up to 1 ms in any: the system counts whole ones. */
  static #onTimeout(this: void, timeout: SystemTimeout): void {
    const leftMs = timeout.#dueMs - performance.now();
    if (leftMs > 0) {
      timeout.#handle = setTimeout(
        SystemTimeout.#onTimeout,
        Math.min(Math.ceil(leftMs), LONGEST_MS),
        timeout,
      );
    } else timeout.#fire();
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

class SystemInterval implements Timer {
  readonly #handle: NodeJS.Timeout;
  constructor(periodMs: number, fire: () => void) {
    this.#handle = setInterval(fire, Math.min(periodMs, LONGEST_MS));
  }
  cancel(): void {
    clearInterval(this.#handle);
  }
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, fire) => new SystemTimeout(delayMs, fire),
  every: (periodMs, fire) => new SystemInterval(periodMs, fire),
};
