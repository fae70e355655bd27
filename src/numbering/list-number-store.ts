/** Port of the numbers that lists have in a table of their own (名单号码), beside those in their entities. */

/** A list of a company, whether its entity is there or not. */
export interface ListRef {
  readonly tenant: string;
  readonly name: string;
}

/** A number on a list. */
export interface ListNumber {
  /** In the form of `normaliseCaller`. */
  readonly number: string;
  /** Milliseconds since 1970; from then on it does not count. Undefined: for good. */
  readonly until: number | undefined;
  /** Why it is there: the record of a call tells it. */
  readonly reason: string | undefined;
  /** Work number of the caller's agent (专属坐席). */
  readonly owner: string | undefined;
  /** For people. */
  readonly note: string | undefined;
}

export interface StoredListNumber extends ListNumber {
  /** Where it stands: the later it was changed, the larger. */
  readonly place: number;
  readonly at: number;
  readonly by: string;
}

/** Numbers that a change adds or removes at most. */
export const MOST_NUMBERS = 1000;

export interface ListNumberChange extends ListRef {
  /** Each number once, {@link MOST_NUMBERS} at most. */
  readonly put: readonly ListNumber[];
  readonly removed: readonly string[];
  /** Also what is there as it is gets a new place. */
  readonly movesAll?: boolean;
  /** The import that it is a part of: what it replaces is kept until that is settled, see {@link ListNumberStore.takeBack}. */
  readonly of?: string;
  readonly at: number;
  readonly by: string;
}

export interface ListNumberCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
}

/** What became of a change; `revision` counts the changes of all lists. */
export interface ListNumbersChanged extends ListNumberCounts {
  readonly revision: number;
}

/** What those who have the numbers in memory follow: it came, changed or went. */
export interface ListNumberStep extends ListRef, Pick<ListNumber, 'number' | 'until' | 'reason' | 'owner'> {
  readonly place: number;
  readonly isRemoved: boolean;
}

/** A list of which all that stood before `place` is gone. */
export interface ListEmptied extends ListRef {
  readonly place: number;
}

/** An import of which not all is settled: it is under way, or was cut off. */
export interface OpenListImport extends ListRef {
  readonly id: string;
}

/** How many of some numbers are on a list, and with just the same. */
export interface ListNumbersKnown {
  readonly present: number;
  readonly same: number;
}

export interface ListNumberQuery {
  readonly limit: number;
  /** Those with a smaller place. */
  readonly before?: number | undefined;
  /** A part of the number. */
  readonly part?: string | undefined;
  /** Its beginning. */
  readonly prefix?: string | undefined;
}

export interface ListNumberStore {
  /** How often numbers of lists were changed. */
  revision(): Promise<number>;
  /** What was changed from `place` on, in the order of places; of one list with `of`. */
  steps(place: number, limit: number, of?: ListRef): Promise<readonly ListNumberStep[]>;
  /** Lists that were emptied at or after `place`. */
  emptied(place: number): Promise<readonly ListEmptied[]>;
  /** Durable when it resolves. */
  change(change: ListNumberChange): Promise<ListNumbersChanged>;
  /** All that stands before `place`, or all, is gone. Resolves with the revision. */
  empty(list: ListRef, place?: number): Promise<number>;
  /** An import is whole: what it replaced is forgotten, and with `place` all that stands before that is gone. */
  settle(id: string, list: ListRef, place?: number): Promise<void>;
  /**
   * Takes back the last part of an import that is not settled: what it put there goes, what it changed or removed is what it was, but what somebody
   * has changed since. False: nothing of it is left.
   */
  takeBack(id: string, at: number, by: string): Promise<boolean>;
  /** Imports that are not settled. */
  openImports(): Promise<readonly OpenListImport[]>;
  /** What of some numbers, {@link MOST_NUMBERS} at most, each once, is on a list. */
  known(list: ListRef, numbers: readonly ListNumber[]): Promise<ListNumbersKnown>;
  /** The last changed first. */
  list(list: ListRef, query: ListNumberQuery): Promise<readonly StoredListNumber[]>;
  find(list: ListRef, number: string): Promise<StoredListNumber | undefined>;
  /** Deletes rows that are gone for good, and those that were removed before `before`; some at a time, so that nobody waits. */
  sweep(before: number): Promise<number>;
}

/** Places of a revision are those from here on, to those of the next. */
export const placeOfRevision = (revision: number): number => revision * 4096;
