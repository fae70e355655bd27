import { inOnePiece } from '../../sip/transaction/own-text.ts';

/** Repetitions of a request come for 64*T1 (RFC 3261 17.1.1.2); a generation lives half of that at least. */
const GENERATION_MS = 16_000;
/** Requests kept in each of the two generations. */
const MAX_REQUESTS = 20_000;
/** A Call-ID of 64 kB is no phone's: it is not worth its memory. */
const MAX_KEY_LENGTH = 1000;

/**
 * Transaction keys of requests that were refused without a transaction. While a server is full, repetitions wait in
 * the kernel; one that is read after the load has gone must not become a call that nobody makes any more.
 */
export class RefusedRequests {
  readonly #now: () => number;
  #young = new Set<string>();
  #old = new Set<string>();
  #turnedMs: number;

  /** `now` in milliseconds, monotonic. */
  constructor(now: () => number) {
    this.#now = now;
    this.#turnedMs = now();
  }

  /** False as long as nothing has been refused: asking costs nothing. */
  get any(): boolean {
    return this.#young.size > 0 || this.#old.size > 0;
  }

  has(key: string): boolean {
    this.#turn();
    return this.#young.has(key) || this.#old.has(key);
  }

  add(key: string): void {
    this.#turn();
    if (key.length <= MAX_KEY_LENGTH) this.#young.add(inOnePiece(key));
  }

  #turn(): void {
    const nowMs = this.#now();
    const ageMs = nowMs - this.#turnedMs;
    if (ageMs < GENERATION_MS && this.#young.size < MAX_REQUESTS) return;
    this.#old = ageMs < 2 * GENERATION_MS ? this.#young : new Set();
    this.#young = new Set();
    this.#turnedMs = nowMs;
  }
}
