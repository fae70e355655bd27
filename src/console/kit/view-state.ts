/** What of a list is in sight, and how far that is what a saved view says. Pure. */

/** In place of the id of a view: the list as it is, also for who begins with another. */
export const PLAIN_VIEW = 'all';

/** What the kit itself has in the address of a list. */
export const VIEW_NAMES = ['view', 'cols'] as const;

export type FilterValues = Readonly<Record<string, string>>;

/** The filters of an address. */
export function filtersOf(params: URLSearchParams, names: readonly string[]): FilterValues {
  const given = names.flatMap((name) => {
    const value = params.get(name)?.trim();
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

interface Choosable {
  readonly key: string;
  /** Offered, and not there at first. */
  readonly isHidden?: boolean;
}

/** Keys of the columns that a list begins with. */
export const firstColumns = (columns: readonly Choosable[]): readonly string[] =>
  columns.filter(({ isHidden }) => !isHidden).map(({ key }) => key);

/** Those of the wanted ones that there are; where there is none, those that it begins with. */
export function knownColumns(
  columns: readonly Choosable[],
  wanted: readonly string[] | null | undefined,
): readonly string[] {
  const there = new Set(columns.map(({ key }) => key));
  const known = [...new Set(wanted ?? [])].filter((key) => there.has(key));
  return known.length > 0 ? known : firstColumns(columns);
}

const isSame = (one: readonly string[], other: readonly string[]) => one.join() === other.join();

export interface InSight {
  readonly filters: FilterValues;
  readonly columns: readonly string[];
}

/** Whether something else is in sight than the view says. */
export function isChanged(
  view: { readonly filters: FilterValues; readonly columns: readonly string[] | null },
  sight: InSight,
  columns: readonly Choosable[],
  names: readonly string[],
): boolean {
  const said = filtersOf(new URLSearchParams(view.filters), names);
  const all = new Set([...Object.keys(said), ...Object.keys(sight.filters)]);
  if ([...all].some((name) => said[name] !== sight.filters[name])) return true;
  return !isSame(knownColumns(columns, view.columns), sight.columns);
}

/** A list with one of it moved, as far as it goes. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const place = Math.max(0, Math.min(items.length - 1, to));
  const rest = items.toSpliced(from, 1);
  return from < 0 || from >= items.length ? items : rest.toSpliced(place, 0, items[from]!);
}
