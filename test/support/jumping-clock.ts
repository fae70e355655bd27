import { type Clock, systemClock, type Timer } from '../../src/shared/clock.ts';

/**
 * A clock, the system's by default, which a test may set forward: what waits on a timer wheel is due at once, single timers run in real
 * time. For engines whose long intervals are to be tested against processes that have no clock of the test's.
 */
export class JumpingClock implements Clock {
  readonly #base: Clock;
  #aheadMs = 0;

  constructor(base: Clock = systemClock) {
    this.#base = base;
  }

  jump(ms: number): void {
    this.#aheadMs += ms;
  }

  now(): number {
    return this.#base.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.#base.monotonic() + this.#aheadMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    return this.#base.after(delayMs, fire);
  }

  every(periodMs: number, fire: () => void): Timer {
    return this.#base.every(periodMs, fire);
  }
}
