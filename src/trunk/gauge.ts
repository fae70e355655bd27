import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import type { Clock } from '../shared/clock.ts';

/** `in`: the carrier calls us. */
export type Way = 'in' | 'out';

/** A trunk's channels, shared by both ways, and its new calls a second each way. */
export class Gauge {
  readonly #config: Pick<TrunkConfig, 'channels' | 'callsPerSecond'>;
  readonly #clock: Clock;
  /** New calls that may come now, refilled by the second (token bucket). */
  readonly #tokens: Record<Way, number>;
  readonly #filledAt: Record<Way, number>;
  #active = 0;

  constructor(config: Pick<TrunkConfig, 'channels' | 'callsPerSecond'>, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#tokens = { ...config.callsPerSecond };
    this.#filledAt = { in: clock.monotonic(), out: clock.monotonic() };
  }

  /** Calls that hold a channel. */
  get active(): number {
    return this.#active;
  }

  /** Takes a channel; the function gives it back, once. A text says why none can be had. */
  take(way: Way): (() => void) | string {
    const { channels, callsPerSecond } = this.#config;
    if (this.#active >= channels) return `${channels} of ${channels} channels in use`;
    this.#refill(way);
    if (this.#tokens[way] < 1) return `more than ${callsPerSecond[way]} new calls a second ${way}`;
    this.#tokens[way] -= 1;
    this.#active += 1;
    let taken = true;
    return () => {
      if (taken) this.#active -= 1;
      taken = false;
    };
  }

  #refill(way: Way): void {
    const now = this.#clock.monotonic();
    const rate = this.#config.callsPerSecond[way];
    this.#tokens[way] = Math.min(rate, this.#tokens[way] + ((now - this.#filledAt[way]) / 1000) * rate);
    this.#filledAt[way] = now;
  }
}
