import type { Clock } from './clock.ts';

const QUARTER_MS = 900_000;
/** Eight days: today and the seven before. */
const QUARTERS = 8 * 96;

/** Most at once in a quarter of an hour. */
export interface Peak {
  /** Begin of the quarter, wall clock in ms. */
  readonly at: number;
  readonly most: number;
}

/**
 * How many of something there were at once at most, by quarter of an hour, over the last eight days (并发峰值). In memory, in a ring that is
 * made once: a change costs two looks at it.
 */
export class Peaks {
  readonly #clock: Pick<Clock, 'now'>;
  /** Wall clock in ms: nothing is known of what was before. */
  readonly since: number;
  /** Made with the first one. */
  #most: Uint32Array | undefined;
  /** Quarter of the clock that was written last. */
  #last: number;
  #now = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.since = clock.now();
    this.#last = Math.floor(this.since / QUARTER_MS);
  }

  /** So many there are from now on. */
  set(now: number): void {
    this.#pass();
    this.#now = now;
    if (now === 0 && !this.#most) return;
    this.#most ??= new Uint32Array(QUARTERS);
    const place = this.#last % QUARTERS;
    if (now > this.#most[place]!) this.#most[place] = now;
  }

  /** The quarters in which there was something, the oldest first. */
  quarters(): Peak[] {
    this.#pass();
    if (!this.#most) return [];
    const first = Math.max(this.#last - QUARTERS + 1, Math.floor(this.since / QUARTER_MS));
    const found: Peak[] = [];
    for (let quarter = first; quarter <= this.#last; quarter++) {
      const most = this.#most[quarter % QUARTERS]!;
      if (most > 0) found.push({ at: quarter * QUARTER_MS, most });
    }
    return found;
  }

  /** Quarters that have passed since began with what there was. A clock that was set back writes on where it is. */
  #pass(): void {
    const quarter = Math.floor(this.#clock.now() / QUARTER_MS);
    if (quarter <= this.#last) return;
    if (!this.#most) {
      this.#last = quarter;
      return;
    }
    const from = Math.max(this.#last + 1, quarter - QUARTERS + 1);
    for (let each = from; each <= quarter; each++) this.#most[each % QUARTERS] = this.#now;
    this.#last = quarter;
  }
}
