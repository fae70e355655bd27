/** What a peer answered to OPTIONS, of the last day (探测历史). */

/** A day of probes every 30 s, which is the default; of more frequent ones so much as is held. */
const KEPT = 2_880;
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** RFC 3261 17.1.2.2: T1, after which a request is sent anew: what takes longer was asked for twice. */
const LATE_MS = 500;

/** One answer, or none. */
export interface ProbeAnswer {
  /** Wall clock in ms, when it was asked. */
  readonly at: number;
  readonly tookMs: number;
  /** SIP status; 0: none came. */
  readonly status: number;
}

/** Answers of a quarter of an hour. */
export interface ProbeQuarter {
  /** Its begin, wall clock in ms. */
  readonly at: number;
  /** In time, late and not at all, each probe in one of them. */
  readonly answered: number;
  readonly late: number;
  readonly failed: number;
  /** Of those that came, in time or late; undefined: none came. */
  readonly averageMs: number | undefined;
  readonly longestMs: number | undefined;
}

/** Whether the peer lives by that answer: all but 408 and 503 are a sign of life. */
export const isSignOfLife = (status: number): boolean => status !== 0 && status !== 408 && status !== 503;

/** A ring that is made with the first answer: one costs three numbers in it, and nothing that is collected. */
export class ProbeLog {
  #at: Float64Array | undefined;
  #tookMs = new Uint16Array(0);
  #status = new Uint16Array(0);
  #next = 0;
  #count = 0;

  add(at: number, tookMs: number, status: number): void {
    if (!this.#at) {
      this.#at = new Float64Array(KEPT);
      this.#tookMs = new Uint16Array(KEPT);
      this.#status = new Uint16Array(KEPT);
    }
    this.#at[this.#next] = at;
    this.#tookMs[this.#next] = Math.min(65_535, Math.max(0, Math.round(tookMs)));
    this.#status[this.#next] = status;
    this.#next = (this.#next + 1) % KEPT;
    this.#count = Math.min(this.#count + 1, KEPT);
  }

  /** The newest first, so many at most. */
  *newest(now: number, most = KEPT): Generator<ProbeAnswer, void> {
    for (let back = 1; back <= Math.min(this.#count, most); back++) {
      const place = (this.#next - back + KEPT) % KEPT;
      const at = this.#at![place]!;
      if (at < now - DAY_MS) return;
      yield { at, tookMs: this.#tookMs[place]!, status: this.#status[place]! };
    }
  }

  /** Quarters of an hour in which it was asked, the oldest first. */
  quarters(now: number): ProbeQuarter[] {
    const found = new Map<
      number,
      { answered: number; late: number; failed: number; sum: number; most: number }
    >();
    for (const { at, tookMs, status } of this.newest(now)) {
      const quarter = Math.floor(at / QUARTER_MS) * QUARTER_MS;
      const sums = found.get(quarter) ?? { answered: 0, late: 0, failed: 0, sum: 0, most: 0 };
      found.set(quarter, sums);
      if (!isSignOfLife(status)) {
        sums.failed++;
        continue;
      }
      if (tookMs > LATE_MS) sums.late++;
      else sums.answered++;
      sums.sum += tookMs;
      sums.most = Math.max(sums.most, tookMs);
    }
    return [...found].reverse().map(([at, { answered, late, failed, sum, most }]) => {
      const came = answered + late;
      const [averageMs, longestMs] = came > 0 ? [sum / came, most] : [undefined, undefined];
      return { ...{ at, answered, late, failed }, averageMs, longestMs };
    });
  }
}
