import {
  type ListEmptied,
  type ListNumber,
  type ListNumberChange,
  type ListNumberQuery,
  type ListNumberStep,
  type ListNumberStore,
  type ListNumbersChanged,
  type ListNumbersKnown,
  type ListRef,
  type OpenListImport,
  placeOfRevision,
  type StoredListNumber,
} from '../../numbering/list-number-store.ts';

interface Row extends StoredListNumber, ListRef {
  readonly isRemoved: boolean;
}

/** A part of an import: what it put there, by number, and what stood there before. */
interface Part extends OpenListImport {
  readonly first: number;
  readonly before: ReadonlyMap<string, Row | undefined>;
}

/** Numbers of lists, in memory. */
export class MemoryListNumbers implements ListNumberStore {
  readonly #rows = new Map<string, Row>();
  readonly #emptied = new Map<string, ListEmptied & { readonly changed: number }>();
  readonly #parts: Part[] = [];
  #revision = 0;

  async revision(): Promise<number> {
    return this.#revision;
  }

  async steps(place: number, limit: number, of?: ListRef): Promise<readonly ListNumberStep[]> {
    return [...this.#rows.values()]
      .filter((row) => row.place >= place && (!of || isOf(row, of)))
      .sort((one, other) => one.place - other.place)
      .slice(0, limit);
  }

  async emptied(place: number): Promise<readonly ListEmptied[]> {
    return [...this.#emptied.values()].filter(({ changed }) => changed >= place);
  }

  async change(change: ListNumberChange): Promise<ListNumbersChanged> {
    const { tenant, name, put, removed, movesAll, at, by } = change;
    const revision = ++this.#revision;
    const counts = { created: 0, updated: 0, unchanged: 0, removed: 0 };
    if (change.of !== undefined) {
      const numbers = [...removed, ...put.map(({ number }) => number)];
      const before = new Map(numbers.map((number) => [number, this.#present(change, number)]));
      this.#parts.push({ id: change.of, tenant, name, first: placeOfRevision(revision), before });
    }
    let place = placeOfRevision(revision);
    const write = (number: ListNumber, isRemoved: boolean) =>
      this.#rows.set(keyOf(change, number.number), {
        ...number,
        ...{ tenant, name, place: place++, at, by, isRemoved },
      });
    for (const number of removed) {
      if (!this.#present(change, number)) continue;
      write({ number, until: undefined, reason: undefined, owner: undefined, note: undefined }, true);
      counts.removed++;
    }
    for (const number of put) {
      const before = this.#present(change, number.number);
      const isSame = before && isSameNumber(before, number);
      if (isSame && !movesAll) counts.unchanged++;
      else if (before) counts.updated++;
      else counts.created++;
      if (!isSame || movesAll) write(number, false);
    }
    return { revision, ...counts };
  }

  async empty(list: ListRef, place?: number): Promise<number> {
    const revision = ++this.#revision;
    const changed = placeOfRevision(revision);
    this.#emptied.set(keyOf(list), { ...list, place: place ?? changed, changed });
    return revision;
  }

  async settle(id: string, list: ListRef, place?: number): Promise<void> {
    if (place !== undefined) await this.empty(list, place);
    for (let at = this.#parts.length - 1; at >= 0; at--)
      if (this.#parts[at]!.id === id) this.#parts.splice(at, 1);
  }

  async takeBack(id: string, at: number, by: string): Promise<boolean> {
    const last = this.#parts.findLastIndex((part) => part.id === id);
    const [part] = last < 0 ? [] : this.#parts.splice(last, 1);
    if (!part) return false;
    const { tenant, name, first, before } = part;
    let place = placeOfRevision(++this.#revision);
    const nothing = { until: undefined, reason: undefined, owner: undefined, note: undefined };
    for (const [number, was] of before) {
      const row = this.#rows.get(keyOf(part, number));
      const isOfPart = row && row.place >= first && row.place < first + placeOfRevision(1);
      if (!isOfPart || row.place < this.#emptiedAt(part)) continue;
      const gone = { ...nothing, tenant, name, number, at, by, isRemoved: true };
      this.#rows.set(keyOf(part, number), { ...(was ?? gone), place: place++ });
    }
    return true;
  }

  async openImports(): Promise<readonly OpenListImport[]> {
    const open = new Map(this.#parts.map(({ id, tenant, name }) => [id, { id, tenant, name }]));
    return [...open.values()];
  }

  async known(list: ListRef, numbers: readonly ListNumber[]): Promise<ListNumbersKnown> {
    const present = numbers.flatMap((number) => {
      const row = this.#present(list, number.number);
      return row ? [isSameNumber(row, number)] : [];
    });
    return { present: present.length, same: present.filter(Boolean).length };
  }

  async list(
    list: ListRef,
    { limit, before = Number.POSITIVE_INFINITY, part = '', prefix = '' }: ListNumberQuery,
  ): Promise<readonly StoredListNumber[]> {
    return [...this.#rows.values()]
      .filter((row) => isOf(row, list) && this.#isPresent(row) && row.place < before)
      .filter(({ number }) => number.includes(part) && number.startsWith(prefix))
      .sort((one, other) => other.place - one.place)
      .slice(0, limit)
      .map(numberOf);
  }

  async find(list: ListRef, number: string): Promise<StoredListNumber | undefined> {
    const row = this.#present(list, number);
    return row && numberOf(row);
  }

  async sweep(before: number): Promise<number> {
    const gone = [...this.#rows].filter(
      ([, row]) =>
        row.place < this.#emptiedAt(row) || (row.isRemoved && row.at < before && !this.#isTakenAway(row)),
    );
    for (const [key] of gone) this.#rows.delete(key);
    return gone.length;
  }

  /** By an import that may be taken back. */
  #isTakenAway(row: Row): boolean {
    return this.#parts.some(
      ({ first, before, ...part }) =>
        isOf(row, part) &&
        row.place >= first &&
        row.place < first + placeOfRevision(1) &&
        before.get(row.number) !== undefined,
    );
  }

  #emptiedAt(list: ListRef): number {
    return this.#emptied.get(keyOf(list))?.place ?? 0;
  }

  #isPresent(row: Row): boolean {
    return !row.isRemoved && row.place >= this.#emptiedAt(row);
  }

  #present(list: ListRef, number: string): Row | undefined {
    const row = this.#rows.get(keyOf(list, number));
    return row && this.#isPresent(row) ? row : undefined;
  }
}

const keyOf = ({ tenant, name }: ListRef, number = '') => `${tenant}\n${name}\n${number}`;
const isOf = (row: ListRef, { tenant, name }: ListRef) => row.tenant === tenant && row.name === name;

const isSameNumber = (one: ListNumber, other: ListNumber) =>
  one.until === other.until &&
  one.reason === other.reason &&
  one.owner === other.owner &&
  one.note === other.note;

const numberOf = ({ tenant: _, name: __, isRemoved: ___, ...number }: Row): StoredListNumber => number;
