import { type EntryTerm, NumberTable, numberKey } from './number-table.ts';

/** Up to so many numbers stand in one table. */
const ALONE = 8192;
/** Tables of more: each grows by itself, so that no turn of the loop moves all numbers. A power of two. */
const PARTS = 256;

/** What is known of a number that was found. */
export interface EntryFound {
  readonly reason: string | undefined;
  /** Work number of his agent (专属坐席). */
  readonly owner: string | undefined;
}

/** Numbers of one list by the million: 17 MB a million, found at once; to add one moves some thousands at most. */
export class NumberSet {
  #tables: readonly NumberTable[] = [new NumberTable()];

  get size(): number {
    return this.#tables.reduce((sum, { size }) => sum + size, 0);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#tables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Adds or replaces a number in the form of `normaliseCaller`; false when it is too long, or none. */
  add(number: string, term?: EntryTerm): boolean {
    const key = number === '' ? -1 : numberKey(number);
    if (key < 0) return false;
    this.#of(key).add(key, term);
    if (this.#tables.length === 1 && this.#tables[0]!.size > ALONE) this.#part();
    return true;
  }

  remove(number: string): boolean {
    const key = numberKey(number);
    return key >= 0 && this.#of(key).remove(key);
  }

  /** Entries that have lapsed at `nowMs` do not count. */
  find(number: string, nowMs: number): EntryFound | undefined {
    const key = numberKey(number);
    if (key < 0) return undefined;
    const table = this.#of(key);
    const slot = table.find(key, nowMs);
    return slot < 0 ? undefined : { reason: table.reasonAt(slot), owner: table.ownerAt(slot) };
  }

  /** Whether it is there, lapsed or not. */
  has(number: string): boolean {
    return this.find(number, Number.NEGATIVE_INFINITY) !== undefined;
  }

  #of(key: number): NumberTable {
    // Other bits than those by which a table finds its slot.
    const place = this.#tables.length === 1 ? 0 : Math.floor(key / 7) % PARTS;
    return this.#tables[place]!;
  }

  #part(): void {
    const [whole] = this.#tables as readonly [NumberTable];
    this.#tables = Array.from({ length: PARTS }, () => new NumberTable());
    whole.each((key, term) => this.#of(key).add(key, term));
  }
}
