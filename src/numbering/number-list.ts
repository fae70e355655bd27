/** Named lists of callers: blacklists, whitelists, VIP. Numbers and prefixes, each with a term and a reason. */
import { normaliseCaller, normalisePrefix } from './number.ts';
import { type EntryTerm, NumberTable, numberKey } from './number-table.ts';

/** How a caller was found on a list. */
export interface ListHit {
  readonly by: 'number' | 'prefix';
  readonly reason: string | undefined;
}

export class NumberList {
  readonly name: string;
  readonly #numbers = new NumberTable();
  readonly #prefixes = new NumberTable();
  /** Lengths of prefixes in use, ascending. */
  #prefixLengths: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

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

  /** Looks a caller up, in the form of {@link normaliseCaller}; entries that have lapsed at `nowMs` do not count. */
  find(caller: string, nowMs: number): ListHit | undefined {
    if (caller === '') return undefined;
    const slot = this.#numbers.find(numberKey(caller), nowMs);
    if (slot >= 0) return { by: 'number', reason: this.#numbers.reasonAt(slot) };
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

/** All lists of all tenants. */
export class NumberLists {
  /** By tenant, then by name. */
  readonly #lists = new Map<string, Map<string, NumberList>>();

  constructor(entries: readonly ListEntries[] = []) {
    for (const { tenant, name, numbers, prefixes } of entries) {
      const list = this.create(tenant, name);
      list.reserve(numbers.length);
      for (const number of numbers) list.add(number);
      for (const prefix of prefixes) list.addPrefix(prefix);
    }
  }

  get(tenant: string, name: string): NumberList | undefined {
    return this.#lists.get(tenant)?.get(name);
  }

  /** The list of that name, made empty when there is none. */
  create(tenant: string, name: string): NumberList {
    let own = this.#lists.get(tenant);
    if (!own) {
      own = new Map();
      this.#lists.set(tenant, own);
    }
    let list = own.get(name);
    if (!list) {
      list = new NumberList(name);
      own.set(name, list);
    }
    return list;
  }

  get bytes(): number {
    let sum = 0;
    for (const own of this.#lists.values()) for (const list of own.values()) sum += list.bytes;
    return sum;
  }
}
