import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';

/** `stale`: was ours and is too old, or has been used up; the client may try again with a new one. */
export type NonceVerdict = 'good' | 'stale' | 'foreign';

/**
 * Nonces that need no memory until they are used: time and number, signed together with the address that asked
 * (RFC 7616 5.12). Only a nonce that has authenticated somebody is remembered, with its last count, so that every
 * count is good once (RFC 7616 3.4); two generations are kept, each as long as a nonce lives.
 */
export class Nonces {
  readonly #clock: Clock;
  readonly #secret: string;
  readonly #lifetimeMs: number;
  #next = 1;
  #used = new Map<number, number>();
  #usedBefore = new Map<number, number>();
  #generationAt: number;

  constructor(clock: Clock, ids: IdSource, lifetimeMs = 600_000) {
    this.#clock = clock;
    this.#secret = ids.token() + ids.token();
    this.#lifetimeMs = lifetimeMs;
    this.#generationAt = clock.monotonic();
  }

  /** A nonce for requests from `address`. */
  create(address: string): string {
    const stamp = `${Math.floor(this.#clock.monotonic()).toString(36)}-${(this.#next++).toString(36)}`;
    return `${stamp}-${this.#sign(stamp, address)}`;
  }

  /** Judges a nonce before the response is computed: is it ours, for this address, and fresh with this count? */
  judge(nonce: string, address: string, count: number): NonceVerdict {
    const end = nonce.lastIndexOf('-');
    const stamp = nonce.slice(0, Math.max(0, end));
    if (end < 0 || nonce.length > 100 || !this.#isSigned(stamp, address, nonce.slice(end + 1)))
      return 'foreign';
    const [time = '', number = ''] = stamp.split('-');
    const ageMs = this.#clock.monotonic() - Number.parseInt(time, 36);
    if (ageMs > this.#lifetimeMs) return 'stale';
    const key = Number.parseInt(number, 36);
    const last = this.#used.get(key) ?? this.#usedBefore.get(key) ?? 0;
    return count > last ? 'good' : 'stale';
  }

  /** Uses up `count` of a good nonce, and every lower one. Call once the response was right. */
  use(nonce: string, count: number): void {
    const now = this.#clock.monotonic();
    if (now - this.#generationAt > this.#lifetimeMs) {
      this.#usedBefore = now - this.#generationAt > 2 * this.#lifetimeMs ? new Map() : this.#used;
      this.#used = new Map();
      this.#generationAt = now;
    }
    this.#used.set(Number.parseInt(nonce.split('-')[1] ?? '', 36), count);
  }

  /** Without telling by its time how much of a guess was right. */
  #isSigned(stamp: string, address: string, signature: string): boolean {
    const expected = Buffer.from(this.#sign(stamp, address));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #sign(stamp: string, address: string): string {
    return createHmac('sha256', this.#secret).update(`${stamp} ${address}`).digest('hex').slice(0, 32);
  }
}
