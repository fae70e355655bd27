import { randomBytes, randomInt } from 'node:crypto';

declare const brand: unique symbol;
/** A string that only its own factory makes, so that ids of two kinds are never mixed up. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A tenant (租户): one company's hotlines, phones and records. */
export type TenantId = Branded<'TenantId'>;
/** A call of ours; not a SIP Call-ID. */
export type CallId = Branded<'CallId'>;

/** Source of ids and randomness; tests pass a counting one so that every run is the same. */
export interface IdSource {
  /** An unguessable token of 22 url-safe characters (132 bits), sortable by nothing; no option of a command: `-` is not its first. */
  token(): string;
  /** A uniformly distributed number in [0, 1). */
  random(): number;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const POOL_BYTES = 22 * 512;
let pool = Buffer.alloc(0);
let used = 0;

function take(count: number): string {
  if (used + count > pool.length) {
    pool = randomBytes(POOL_BYTES);
    for (let at = 0; at < POOL_BYTES; at++) pool[at] = ALPHABET.charCodeAt(pool[at]! & 63);
    used = 0;
  }
  used += count;
  // One flat string; joining characters would leave a tree of ten small ones.
  return pool.toString('latin1', used - count, used);
}

function token(): string {
  for (;;) {
    const drawn = take(22);
    if (drawn[0] !== '-') return drawn;
  }
}

/** The largest range that `randomInt` takes. */
const RANDOM_STEPS = 2 ** 48 - 1;

/**
 * Ids and numbers from the system's cryptographic random source, drawn in blocks: one system call for 512 tokens. Numbers,
 * too: RTP ports, SSRCs and sequence numbers are nobody's to guess (RFC 3550 9.1).
 */
export const systemIds: IdSource = {
  token,
  random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
};

/** Ids that count up and randomness from a seed (mulberry32), the same on every run. */
export function seededIds(seed = 1): IdSource {
  let count = 0;
  let state = seed >>> 0;
  return {
    token: () => `id${String(++count).padStart(6, '0')}`,
    random: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}
