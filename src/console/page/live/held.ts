import { useRef } from 'react';

/** A row that is held where it is; `isGone`: it is there no longer, and shown until nobody looks at it. */
export interface HeldRow<Row> {
  readonly row: Row;
  readonly isGone: boolean;
}

export interface Held<Row> {
  readonly rows: readonly HeldRow<Row>[];
  /** How many have come that are not shown yet. */
  readonly fresh: number;
}

/** Rows as they are shown: while they are held, each stays where it is, whatever comes and goes. What is in them changes. */
export function useHeld<Row>(rows: readonly Row[], keyOf: (row: Row) => string, isHeld: boolean): Held<Row> {
  const shown = useRef<ReadonlyMap<string, Row>>(new Map());
  const held = heldRows(rows, keyOf, isHeld ? shown.current : undefined);
  shown.current = new Map(held.rows.map(({ row }) => [keyOf(row), row]));
  return held;
}

/** `shown`: as they were shown last, in their order; undefined: they are free. */
export function heldRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  shown: ReadonlyMap<string, Row> | undefined,
): Held<Row> {
  if (!shown) return { rows: rows.map((row) => ({ row, isGone: false })), fresh: 0 };
  const now = new Map(rows.map((row) => [keyOf(row), row]));
  const still = [...shown].map(([key, last]) => {
    const row = now.get(key);
    return { row: row ?? last, isGone: row === undefined };
  });
  const fresh = rows.filter((row) => !shown.has(keyOf(row))).length;
  return { rows: still, fresh };
}
