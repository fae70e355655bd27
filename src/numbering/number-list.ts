/** Named lists of callers: blacklists, whitelists, VIP. Numbers and prefixes, each with a term and a reason. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { normaliseCaller, normalisePrefix } from './number.ts';
import type { NumberSet } from './number-set.ts';
import { type EntryTerm, NumberTable, numberKey } from './number-table.ts';

/** How a caller was found on a list. */
export interface ListHit {
  readonly by: 'number' | 'prefix';
  readonly reason: string | undefined;
}

export class NumberList {
  readonly name: string;
  /** Numbers that the table of the store adds to the entity's own: those of all lists of the name. */
  kept: NumberSet | undefined;
  readonly #numbers = new NumberTable();
  readonly #prefixes = new NumberTable();
  /** Lengths of prefixes in use, ascending. */
  #prefixLengths: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Without {@link kept}. */
  get size(): number {
    return this.#numbers.size + this.#prefixes.size;
  }

  get bytes(): number {
    return this.#numbers.bytes + this.#prefixes.bytes;
  }

  /** Makes room for `count` numbers at once, before a large import. */
  reserve(count: number): void {
    this.#numbers.reserve(count);
  }

  /** Adds or replaces a caller's number in any notation; false when it is none. */
  add(number: string, term?: EntryTerm): boolean {
    const caller = normaliseCaller(number);
    return caller !== '' && this.#numbers.add(numberKey(caller), term);
  }

  remove(number: string): boolean {
    return this.#numbers.remove(numberKey(normaliseCaller(number)));
  }

  /** Adds or replaces all numbers that begin with `raw`; false when it is not 1 to 15 digits, with or without `+`. */
  addPrefix(raw: string, term?: EntryTerm): boolean {
    const prefix = normalisePrefix(raw);
    if (prefix === '' || !this.#prefixes.add(numberKey(prefix), term)) return false;
    if (!this.#prefixLengths.includes(prefix.length)) {
      this.#prefixLengths = [...this.#prefixLengths, prefix.length].sort((a, b) => a - b);
    }
    return true;
  }

  removePrefix(prefix: string): boolean {
    return this.#prefixes.remove(numberKey(normalisePrefix(prefix)));
  }

  /**
   * Looks a caller up, in the form of {@link normaliseCaller}; entries that have lapsed at `nowMs` do not count. First the entity's own numbers, then those
   * of the table, then prefixes.
   */
  find(caller: string, nowMs: number): ListHit | undefined {
    if (caller === '') return undefined;
    const slot = this.#numbers.find(numberKey(caller), nowMs);
    if (slot >= 0) return { by: 'number', reason: this.#numbers.reasonAt(slot) };
    const kept = this.kept?.find(caller, nowMs);
    if (kept) return { by: 'number', reason: kept.reason };
    for (const length of this.#prefixLengths) {
      if (length > caller.length) break;
      const found = this.#prefixes.find(numberKey(caller, length), nowMs);
      if (found >= 0) return { by: 'prefix', reason: this.#prefixes.reasonAt(found) };
    }
    return undefined;
  }
}

/** What the configuration says of a list. */
export interface ListEntries {
  readonly name: string;
  readonly tenant: string;
  readonly numbers: readonly string[];
  readonly prefixes: readonly string[];
}

/** Numbers that go into a list in one turn of the loop, under 1 ms. */
const SLICE = 500;

/** All lists of all tenants. */
export class NumberLists {
  /** By tenant, then by name. */
  readonly #lists = new Map<string, Map<string, NumberList>>();
  /** Lists that are being filled, by tenant and name: the last change wins. */
  readonly #filling = new Map<string, NumberList>();
  /** Numbers of the table, by tenant and name; of lists that are not there, too. */
  readonly #kept = new Map<string, NumberSet>();

  constructor(entries: readonly ListEntries[] = []) {
    for (const each of entries) {
      const list = this.create(each.tenant, each.name);
      list.reserve(each.numbers.length);
      for (const number of each.numbers) list.add(number);
      for (const prefix of each.prefixes) list.addPrefix(prefix);
    }
  }

  get(tenant: string, name: string): NumberList | undefined {
    return this.#lists.get(tenant)?.get(name);
  }

  /** The list of that name, made empty when there is none. */
  create(tenant: string, name: string): NumberList {
    const list = this.get(tenant, name) ?? new NumberList(name);
    this.#put(tenant, name, list);
    return list;
  }

  /**
   * Puts a list in place of the one of its name. A short one is there at once; a long one is filled in slices, so that the
   * loop has its turns, and the old one serves until it is whole.
   */
  async replace({ tenant, name, numbers, prefixes }: ListEntries): Promise<void> {
    const list = new NumberList(name);
    const key = `${tenant}/${name}`;
    this.#filling.set(key, list);
    list.reserve(numbers.length);
    for (const prefix of prefixes) list.addPrefix(prefix);
    for (let done = 0; done < numbers.length; ) {
      const end = Math.min(done + SLICE, numbers.length);
      while (done < end) list.add(numbers[done++]!);
      if (done < numbers.length) await nextTurn();
      if (this.#filling.get(key) !== list) return;
    }
    this.#filling.delete(key);
    this.#put(tenant, name, list);
  }

  remove(tenant: string, name: string): void {
    this.#filling.delete(`${tenant}/${name}`);
    this.#lists.get(tenant)?.delete(name);
  }

  /** Numbers that the table of the store has for a list, lapsed ones too; undefined: none. */
  kept(tenant: string, name: string): NumberSet | undefined {
    return this.#kept.get(`${tenant}/${name}`);
  }

  /** Puts them in place of those that were. */
  keep(tenant: string, name: string, numbers: NumberSet | undefined): void {
    const key = `${tenant}/${name}`;
    if (numbers) this.#kept.set(key, numbers);
    else this.#kept.delete(key);
    const list = this.get(tenant, name);
    if (list) list.kept = numbers;
  }

  /** Work number of the agent whom the table has for a caller (专属坐席), in the form of {@link normaliseCaller}. */
  ownerOf(tenant: string, name: string, caller: string, nowMs: number): string | undefined {
    return caller === '' ? undefined : this.kept(tenant, name)?.find(caller, nowMs)?.owner;
  }

  get bytes(): number {
    let sum = 0;
    for (const kept of this.#kept.values()) sum += kept.bytes;
    for (const own of this.#lists.values()) for (const list of own.values()) sum += list.bytes;
    return sum;
  }

  #put(tenant: string, name: string, list: NumberList): void {
    list.kept = this.kept(tenant, name);
    let own = this.#lists.get(tenant);
    if (!own) {
      own = new Map();
      this.#lists.set(tenant, own);
    }
    own.set(name, list);
  }
}
