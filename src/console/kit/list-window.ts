/**
 * What of a long list is kept: the pages around what is in sight, and of all others where they begin. Pure.
 *
 * Pages are read by keyset, each from the cursor that the one before it gave, so that a page may be forgotten and read again at its place. Pages that
 * stand beside each other meet: where one ends elsewhere than before, the next one is read anew from there.
 */
import type { Items } from '../api/live-data.ts';

/** Rows of a page as it is read. */
export const PAGE_ROWS = 50;
/** More rows than these make a table higher than browsers can draw. */
export const MOST_ROWS = 800_000;

interface Place {
  /** Cursor from which it is read; undefined: the first. */
  readonly after: string | undefined;
  /** Rows that it has, as it was seen last; 0: it was not read yet. */
  readonly count: number;
}

export interface ListWindow<Row> {
  /** Of all pages as far as the list was read; at the end the one to be read next, if there are more. */
  readonly places: readonly Place[];
  /** Number of the first page that is kept. */
  readonly from: number;
  /** Pages that are kept; undefined: still being read. */
  readonly pages: readonly (readonly Row[] | undefined)[];
  /** Of which it was made. */
  readonly made?: Pick<Read<Row>, 'read' | 'isHeld'> & { readonly gone: unknown };
}

export const EMPTY: ListWindow<never> = { places: [{ after: undefined, count: 0 }], from: 0, pages: [] };

/** Pages from `from` to before `to`. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** Pages that rows `first` to `last` are in, and those that come into sight next. */
export function pagesAround({ places }: ListWindow<unknown>, first: number, last: number): PageRange {
  const rows = rowCount(places);
  const begin = Math.min(first, rows) - PAGE_ROWS;
  const end = Math.min(last, rows) + PAGE_ROWS;
  let from = -1;
  let to = 0;
  let start = 0;
  for (const [page, { count }] of places.entries()) {
    // The one to be read next has no rows yet.
    if (start < end && start + Math.max(count, 1) > begin) {
      if (from < 0) from = page;
      to = page + 1;
    }
    start += count;
  }
  return { from: Math.max(0, from), to: Math.max(1, to) };
}

export const rowCount = (places: readonly Place[]): number =>
  places.reduce((sum, { count }) => sum + count, 0);

export interface Read<Row> {
  /** Number of the first of these pages. */
  readonly from: number;
  readonly read: readonly (Items<Row> | undefined)[];
  /** Rows that were seen stay in their places, and show how they are now. */
  readonly isHeld: boolean;
  readonly keyOf: (row: Row) => string;
  /** How a row is shown that is held and that no page has any more; `isWhole`: the whole list was read. */
  readonly gone: (row: Row, isWhole: boolean) => Row;
}

/** The window after pages were read; the same one where nothing is other than before. */
export function windowAfter<Row>(before: ListWindow<Row>, now: Read<Row>): ListWindow<Row> {
  const { from, read, isHeld, gone } = now;
  const { made } = before;
  const isAsBefore = made?.isHeld === isHeld && made.gone === gone && before.from === from;
  if (isAsBefore && isSame(made.read, read)) return before;
  const pages = shownPages(before, now);
  const places = [...before.places];
  for (const [index, page] of read.entries()) {
    const at = from + index;
    // What came before it has ended the list.
    if (at >= places.length) break;
    const shown = pages[index];
    if (shown) places[at] = { ...places[at]!, count: shown.length };
    if (page) follow(places, at, page.next, isHeld);
  }
  const kept = pages.slice(0, Math.max(0, places.length - from));
  return { places, from, pages: kept, made: { read, isHeld, gone } };
}

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((each, index) => each === other[index]);

/** Rows of the pages as they are shown: no row twice, and those that are held in their places. */
function shownPages<Row>(before: ListWindow<Row>, { from, read, isHeld, keyOf, gone }: Read<Row>) {
  const fresh = new Map(read.flatMap((page) => page?.items.map((row) => [keyOf(row), row] as const) ?? []));
  const isWhole = from === 0 && read.every((page) => page !== undefined) && read.at(-1)?.next === null;
  const shown = read.map((_, index) => before.pages[from + index - before.from]);
  const seen = new Set(isHeld ? shown.flatMap((rows) => rows?.map(keyOf) ?? []) : []);
  return read.map((page, index) => {
    const inPlace = shown[index];
    if (isHeld && inPlace) return inPlace.map((row) => fresh.get(keyOf(row)) ?? gone(row, isWhole));
    // Until it is read from where it begins now, it is shown as it was.
    return (page?.items ?? inPlace)?.filter((row) => {
      const key = keyOf(row);
      return !seen.has(key) && seen.add(key);
    });
  });
}

/** Has the page behind one begin where that one ends. */
function follow(places: Place[], at: number, next: string | null, isHeld: boolean): void {
  const behind = places[at + 1];
  if (next === null || rowCount(places.slice(0, at + 1)) >= MOST_ROWS) {
    // Rows that are held stay, though the list has ended before them.
    const isShown = isHeld && behind !== undefined && behind.count > 0;
    if (!isShown) places.length = at + 1;
  } else if (behind?.after !== next) places[at + 1] = { after: next, count: behind?.count ?? 0 };
}

/** The rows of a window by their place in the whole list; undefined: not kept. */
export interface RowsOf<Row> {
  readonly length: number;
  at(index: number): Row | undefined;
  /** Rows that are kept stand from here on ... */
  readonly from: number;
  /** ... these; undefined: still being read. */
  readonly kept: readonly (Row | undefined)[];
}

export function rowsOf<Row>({ places, from, pages }: ListWindow<Row>): RowsOf<Row> {
  const first = rowCount(places.slice(0, from));
  const kept = pages.flatMap((page, index): readonly (Row | undefined)[] =>
    page ? page : Array.from({ length: places[from + index]?.count ?? 0 }, () => undefined),
  );
  return {
    length: rowCount(places),
    at: (index) => kept[index - first],
    from: first,
    kept,
  };
}

/** Whether there are more rows behind those that were read. */
export const hasMore = ({ places }: ListWindow<unknown>): boolean => places.at(-1)?.count === 0;
