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
  /** Runs `fire` once after `delayMs`. The owner must cancel it when it ends earlier. */
  after(delayMs: number, fire: () => void): Timer;
  /** Runs `fire` every `periodMs` until cancelled. */
  every(periodMs: number, fire: () => void): Timer;
}

class SystemTimeout implements Timer {
  readonly #handle: NodeJS.Timeout;
  constructor(delayMs: number, fire: () => void) {
    this.#handle = setTimeout(fire, delayMs);
  }
  cancel(): void {
    clearTimeout(this.#handle);
  }
}

class SystemInterval implements Timer {
  readonly #handle: NodeJS.Timeout;
  constructor(periodMs: number, fire: () => void) {
    this.#handle = setInterval(fire, periodMs);
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
