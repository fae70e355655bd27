import { useRef } from 'react';

/** A row that is held where it is; `isGone`: it is there no longer, and shown until nobody looks at it. */
export interface HeldRow<Row> {
  readonly row: Row;
  readonly isGone: boolean;
}

export interface Held<Row> {
  /** What has not changed is the same object as before: all of them, and each. */
  readonly rows: readonly HeldRow<Row>[];
  /** How many have come that are not shown yet. */
  readonly fresh: number;
}

/** Rows as they are shown: while they are held, each stays where it is, whatever comes and goes. What is in them changes. */
export function useHeld<Row extends object>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  isHeld: boolean,
): Held<Row> {
  const shown = useRef<readonly HeldRow<Row>[]>([]);
  const before = shown.current;
  const held = heldRows(
    rows,
    keyOf,
    isHeld ? new Map(before.map(({ row }) => [keyOf(row), row])) : undefined,
  );
  const isAsBefore =
    before.length === held.rows.length && held.rows.every((row, place) => row === before[place]);
  if (isAsBefore) return { rows: before, fresh: held.fresh };
  shown.current = held.rows;
  return held;
}

/** `shown`: as they were shown last, in their order; undefined: they are free. */
export function heldRows<Row extends object>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  shown: ReadonlyMap<string, Row> | undefined,
): Held<Row> {
  if (!shown) return { rows: rows.map((row) => holding(row, THERE)), fresh: 0 };
  const now = new Map(rows.map((row) => [keyOf(row), row]));
  const still = [...shown].map(([key, last]) => {
    const row = now.get(key);
    return row ? holding(row, THERE) : holding(last, GONE);
  });
  const fresh = rows.filter((row) => !shown.has(keyOf(row))).length;
  return { rows: still, fresh };
}

type Holding = WeakMap<object, HeldRow<unknown>>;
const THERE: Holding = new WeakMap();
const GONE: Holding = new WeakMap();

/** One object a row: what draws it is drawn anew when it has changed. */
function holding<Row extends object>(row: Row, among: Holding): HeldRow<Row> {
  const before = among.get(row) as HeldRow<Row> | undefined;
  if (before) return before;
  const held = { row, isGone: among === GONE };
  among.set(row, held);
  return held;
}
