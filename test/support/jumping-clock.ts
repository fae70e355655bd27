import { type Clock, systemClock, type Timer } from '../../src/shared/clock.ts';

/**
 * The system's clock, which a test may set forward: what waits on a timer wheel is due at once, single timers run in real
 * time. For engines whose long intervals are to be tested against processes that have no clock of the test's.
 */
export class JumpingClock implements Clock {
  #aheadMs = 0;

  jump(ms: number): void {
    this.#aheadMs += ms;
  }

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#aheadMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    return systemClock.after(delayMs, fire);
  }

  every(periodMs: number, fire: () => void): Timer {
    return systemClock.every(periodMs, fire);
  }
}
