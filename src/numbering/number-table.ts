/** Digit strings as keys of one flat hash table: a million of them take 17 MB and are found without garbage. */

const EMPTY = 0;
const REMOVED = -1;
/** 1 or 2 and up to 15 digits (E.164) stay below 2^53. */
const MAX_DIGITS = 15;
const NO_KEY = -1;

/**
 * The number `text[0..length)`, digits with or without a `+` before them, as one integer that keeps leading zeros
 * and tells `+852` from `852`; -1 when it does not fit.
 */
export function numberKey(text: string, length = text.length): number {
  const first = text.charCodeAt(0) === 43 && length > 0 ? 1 : 0;
  if (length - first > MAX_DIGITS) return NO_KEY;
  let key = 1 + first;
  for (let index = first; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return NO_KEY;
    key = key * 10 + digit;
  }
  return key;
}

function hash(key: number): number {
  const high = Math.floor(key / 4294967296);
  let mixed = Math.imul((key >>> 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** An entry's term: `until` in ms since 1970 (Infinity: for ever) and why it is there. */
export interface EntryTerm {
  readonly untilMs?: number;
  readonly reason?: string;
}

/** Open addressing with linear probing, at most two thirds full. */
export class NumberTable {
  #keys = new Float64Array(16);
  /** Seconds since 1970, 0 for ever; made with the first entry that lapses. */
  #until: Uint32Array | undefined;
  /** Index into #reasons, 0 for none; made with the first reason. */
  #reason: Uint16Array | undefined;
  readonly #reasons: string[] = [''];
  /** Slots that are not EMPTY. */
  #used = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#keys.byteLength + (this.#until?.byteLength ?? 0) + (this.#reason?.byteLength ?? 0);
  }

  /** Makes room for `count` entries at once. */
  reserve(count: number): void {
    let capacity = this.#keys.length;
    while (count * 3 > capacity * 2) capacity *= 2;
    if (capacity > this.#keys.length) this.#rehash(capacity);
  }

  /** Slot of a key, -1 when it is not there or has lapsed at `nowMs`. */
  find(key: number, nowMs: number): number {
    const slot = this.#slotOf(key);
    if (slot < 0 || !this.#until) return slot;
    const until = this.#until[slot]!;
    return until !== 0 && nowMs >= until * 1000 ? -1 : slot;
  }

  reasonAt(slot: number): string | undefined {
    return this.#reasons[this.#reason?.[slot] ?? 0] || undefined;
  }

  /** Adds or replaces. A key that does not fit (-1) is ignored: false. */
  add(key: number, term?: EntryTerm): boolean {
    if (key < 0) return false;
    this.reserve(this.#used + 1);
    let slot = this.#slotOf(key);
    if (slot < 0) {
      slot = this.#freeSlot(key);
      if (this.#keys[slot] === EMPTY) this.#used++;
      this.#keys[slot] = key;
      this.#size++;
    }
    this.#setTerm(slot, term);
    return true;
  }

  remove(key: number): boolean {
    const slot = this.#slotOf(key);
    if (slot < 0) return false;
    this.#keys[slot] = REMOVED;
    this.#size--;
    return true;
  }

  #slotOf(key: number): number {
    if (key < 0) return -1;
    const keys = this.#keys;
    const mask = keys.length - 1;
    for (let slot = hash(key) & mask; ; slot = (slot + 1) & mask) {
      const found = keys[slot];
      if (found === key) return slot;
      if (found === EMPTY) return -1;
    }
  }

  #freeSlot(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = hash(key) & mask;
    while (this.#keys[slot]! > 0) slot = (slot + 1) & mask;
    return slot;
  }

  #setTerm(slot: number, term: EntryTerm | undefined): void {
    const lapses = term?.untilMs !== undefined && Number.isFinite(term.untilMs);
    if (lapses && !this.#until) this.#until = new Uint32Array(this.#keys.length);
    // Rounded up: an entry never lapses before its time.
    if (this.#until) this.#until[slot] = lapses ? Math.max(1, Math.ceil(term.untilMs! / 1000)) : 0;
    if (term?.reason && !this.#reason) this.#reason = new Uint16Array(this.#keys.length);
    if (this.#reason) this.#reason[slot] = term?.reason ? this.#reasonIndex(term.reason) : 0;
  }

  /** Reasons are few (fraud, nuisance ...); beyond 65,535 different ones the rest shares none. */
  #reasonIndex(reason: string): number {
    const known = this.#reasons.lastIndexOf(reason);
    if (known >= 0) return known;
    return this.#reasons.length > 0xffff ? 0 : this.#reasons.push(reason) - 1;
  }

  #rehash(capacity: number): void {
    const [keys, until, reason] = [this.#keys, this.#until, this.#reason];
    this.#keys = new Float64Array(capacity);
    if (until) this.#until = new Uint32Array(capacity);
    if (reason) this.#reason = new Uint16Array(capacity);
    this.#used = this.#size;
    for (let old = 0; old < keys.length; old++) {
      const key = keys[old]!;
      if (key <= 0) continue;
      const slot = this.#freeSlot(key);
      this.#keys[slot] = key;
      if (until) this.#until![slot] = until[old]!;
      if (reason) this.#reason![slot] = reason[old]!;
    }
  }
}
