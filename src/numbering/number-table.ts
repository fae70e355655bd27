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
  readonly untilMs?: number | undefined;
  readonly reason?: string | undefined;
  /** Work number of the caller's agent (专属坐席). */
  readonly owner?: string | undefined;
}

/** Texts that many entries have, each once: beyond 65,535 different ones the rest is ''. */
class Texts {
  readonly #texts: string[] = [''];
  readonly #places = new Map<string, number>();

  at(place: number): string | undefined {
    return this.#texts[place] || undefined;
  }

  placeOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length > 0xffff) return 0;
    const place = this.#texts.push(text) - 1;
    this.#places.set(text, place);
    return place;
  }
}

/** Open addressing with linear probing, at most two thirds full. */
export class NumberTable {
  #keys = new Float64Array(16);
  /** Seconds since 1970, 0 for ever; made with the first entry that lapses. */
  #until: Uint32Array | undefined;
  /** Place in #reasons, 0 for none; made with the first reason. Reasons are few (fraud, nuisance ...). */
  #reason: Uint16Array | undefined;
  readonly #reasons = new Texts();
  /** The same of owners. */
  #owner: Uint16Array | undefined;
  readonly #owners = new Texts();
  /** Slots that are not EMPTY. */
  #used = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes held. */
  get bytes(): number {
    const besides = [this.#until, this.#reason, this.#owner];
    return besides.reduce((sum, each) => sum + (each?.byteLength ?? 0), this.#keys.byteLength);
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
    return this.#reasons.at(this.#reason?.[slot] ?? 0);
  }

  ownerAt(slot: number): string | undefined {
    return this.#owners.at(this.#owner?.[slot] ?? 0);
  }

  /** Each entry, lapsed ones too. */
  each(take: (key: number, term: EntryTerm) => void): void {
    for (const [slot, key] of this.#keys.entries()) {
      if (key <= 0) continue;
      const until = this.#until?.[slot] || undefined;
      const untilMs = until === undefined ? undefined : until * 1000;
      take(key, { untilMs, reason: this.reasonAt(slot), owner: this.ownerAt(slot) });
    }
  }

  /** Adds or replaces. A key that does not fit (-1) is ignored: false. */
  add(key: number, term?: EntryTerm): boolean {
    if (key < 0) return false;
    this.#makeRoom();
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

  /** Where slots of removed entries fill it they go first: it grows with what it holds, not with what it held. */
  #makeRoom(): void {
    const capacity = this.#keys.length;
    if ((this.#used + 1) * 3 <= capacity * 2) return;
    this.#rehash((this.#size + 1) * 3 > capacity ? capacity * 2 : capacity);
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
    if (this.#reason) this.#reason[slot] = term?.reason ? this.#reasons.placeOf(term.reason) : 0;
    if (term?.owner && !this.#owner) this.#owner = new Uint16Array(this.#keys.length);
    if (this.#owner) this.#owner[slot] = term?.owner ? this.#owners.placeOf(term.owner) : 0;
  }

  #rehash(capacity: number): void {
    const [keys, until, reason, owner] = [this.#keys, this.#until, this.#reason, this.#owner];
    this.#keys = new Float64Array(capacity);
    if (until) this.#until = new Uint32Array(capacity);
    if (reason) this.#reason = new Uint16Array(capacity);
    if (owner) this.#owner = new Uint16Array(capacity);
    this.#used = this.#size;
    for (let old = 0; old < keys.length; old++) {
      const key = keys[old]!;
      if (key <= 0) continue;
      const slot = this.#freeSlot(key);
      this.#keys[slot] = key;
      if (until) this.#until![slot] = until[old]!;
      if (reason) this.#reason![slot] = reason[old]!;
      if (owner) this.#owner![slot] = owner[old]!;
    }
  }
}
