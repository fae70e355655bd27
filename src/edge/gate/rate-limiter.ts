/** Burst in seconds of the average rate. */
const BURST_SECONDS = 4;
/** Sources kept in each of the two generations. */
const MAX_SOURCES = 50_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Token buckets by source. Sources that were not seen for long are forgotten, a full bucket is no loss. */
export class RateLimiter {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  #young = new Map<string, Bucket>();
  #old = new Map<string, Bucket>();
  #turnedMs: number;

  /** `now` in milliseconds, monotonic. */
  constructor(perSecond: number, now: () => number) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, perSecond * BURST_SECONDS);
    this.#now = now;
    this.#turnedMs = now();
  }

  /** Takes one token of `source`; false when it has none. */
  take(source: string): boolean {
    const nowMs = this.#now();
    const bucket = this.#bucket(source, nowMs);
    const tokens = Math.min(this.#burst, bucket.tokens + (nowMs - bucket.atMs) * this.#perMs);
    bucket.atMs = nowMs;
    bucket.tokens = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }

  #bucket(source: string, nowMs: number): Bucket {
    const known = this.#young.get(source);
    if (known) return known;
    // A bucket that was not touched for the time of a burst is full.
    if (this.#young.size >= MAX_SOURCES || nowMs - this.#turnedMs > BURST_SECONDS * 1000) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#turnedMs = nowMs;
    }
    const bucket = this.#old.get(source) ?? { tokens: this.#burst, atMs: nowMs };
    this.#young.set(source, bucket);
    return bucket;
  }
}
