import type { Trunk } from '../provisioning/kind/trunk.ts';
import type { Clock } from '../shared/clock.ts';
import { Peaks } from '../shared/peaks.ts';

/** `in`: the carrier calls us. */
export type TrunkDirection = 'in' | 'out';

/** What a trunk may carry. */
export type TrunkLimits = Pick<Trunk, 'channels' | 'limits' | 'callsPerSecond' | 'tenants'>;

/** A trunk's channels, by direction, together and by company, and its new calls a second in each. */
export class Gauge {
  /** Of all its channels. */
  readonly peaks: Peaks;
  #config: TrunkLimits;
  readonly #clock: Clock;
  /** New calls that may come now, refilled by the second (token bucket). */
  readonly #tokens: Record<TrunkDirection, number>;
  readonly #filledAt: Record<TrunkDirection, number>;
  readonly #used: Record<TrunkDirection, number> = { in: 0, out: 0 };
  /** Channels of a shared trunk that a company holds. */
  readonly #shares = new Map<string, number>();

  constructor(config: TrunkLimits, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.peaks = new Peaks(clock);
    this.#tokens = { ...config.callsPerSecond };
    this.#filledAt = { in: clock.monotonic(), out: clock.monotonic() };
  }

  /** Calls that hold a channel. */
  get active(): number {
    return this.#used.in + this.#used.out;
  }

  /** The same by direction. */
  get used(): Readonly<Record<TrunkDirection, number>> {
    return this.#used;
  }

  /** Channels of a shared trunk by the company that holds them; who holds none is not there. */
  get shares(): ReadonlyMap<string, number> {
    return this.#shares;
  }

  /** Limits that hold from the next call on; those that run keep their channels. */
  limit(config: TrunkLimits): void {
    this.#config = config;
  }

  /** Takes a channel; the function gives it back, once. A text says why none can be had; an urgent call gets one always. */
  take(direction: TrunkDirection, isUrgent = false): (() => void) | string {
    const why = isUrgent ? undefined : this.#whyNot(direction);
    if (why !== undefined) return why;
    this.#tokens[direction] -= isUrgent ? 0 : 1;
    this.#used[direction] += 1;
    this.peaks.set(this.active);
    return once(() => {
      this.#used[direction] -= 1;
      this.peaks.set(this.active);
    });
  }

  #whyNot(direction: TrunkDirection): string | undefined {
    const { channels, limits, callsPerSecond } = this.#config;
    const together = limits.together ?? channels;
    if (this.active >= together) return `${this.active} of ${together} channels in use`;
    const ofDirection = limits[direction];
    if (ofDirection !== undefined && this.#used[direction] >= ofDirection) {
      return `${this.#used[direction]} of ${ofDirection} channels ${direction} in use`;
    }
    this.#refill(direction);
    return this.#tokens[direction] < 1
      ? `more than ${callsPerSecond[direction]} new calls a second ${direction}`
      : undefined;
  }

  /** Takes a company's share of a shared trunk; as {@link take}. */
  takeShare(tenant: string): (() => void) | string {
    const share = this.#config.tenants[tenant];
    if (!share) return `is not shared with ${tenant}`;
    const used = this.#shares.get(tenant) ?? 0;
    if (share.channels !== undefined && used >= share.channels) {
      return `${used} of ${share.channels} channels of ${tenant} in use`;
    }
    this.#shares.set(tenant, used + 1);
    return once(() => {
      const left = this.#shares.get(tenant)! - 1;
      if (left > 0) this.#shares.set(tenant, left);
      else this.#shares.delete(tenant);
    });
  }

  #refill(direction: TrunkDirection): void {
    const now = this.#clock.monotonic();
    const rate = this.#config.callsPerSecond[direction];
    this.#tokens[direction] = Math.min(
      rate,
      this.#tokens[direction] + ((now - this.#filledAt[direction]) / 1000) * rate,
    );
    this.#filledAt[direction] = now;
  }
}

function once(give: () => void): () => void {
  let taken = true;
  return () => {
    if (taken) give();
    taken = false;
  };
}
