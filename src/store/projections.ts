/** What is made of a call's events in the transaction of its end, table by table: `pbx400 rebuild` makes all of it anew. */
import type { Cdr } from '../cdr/cdr.ts';
import { CALL_TABLES, MISSED_CALLS } from './call-rows.ts';
import { CDR_COLUMNS, cdrValues } from './cdr-row.ts';
import { type ProjectedTable, storableRow, type Value } from './projected-table.ts';
import type { Tables } from './schema.ts';

/** A table whose rows are a function of a call's record. */
export interface CallProjection {
  /** Has the columns `started_at` and `call_id`. */
  readonly table: keyof Tables & string;
  /** Has the column `record`: compared by what it says. */
  readonly hasRecord: boolean;
  /** Its rows say which process carried the call. */
  readonly hasNode: boolean;
  /** Its rows also say where the two talked after all, which comes later: `SettledCalls`. */
  readonly isSettled: boolean;
  /** The rows of a call, without the columns that the database gives and without `node_id`. */
  readonly rowsOf: (cdr: Cdr) => readonly ProjectedRow[];
}

export type ProjectedRow = Readonly<Record<string, string | number | null>>;

/** A new table of this kind is one more entry. */
export const CALL_PROJECTIONS: readonly CallProjection[] = [
  { table: 'cdr', hasRecord: true, hasNode: true, isSettled: false, rowsOf: (cdr) => [cdrRow(cdr)] },
  ...CALL_TABLES.map((table) => ({
    table: table.name,
    hasRecord: false,
    hasNode: false,
    isSettled: table === MISSED_CALLS,
    rowsOf: (cdr: Cdr) =>
      table.rows(cdr).map((row) => ({ ...namedRow(table, row), ...(table === MISSED_CALLS && OPEN) })),
  })),
];

/** A missed call as long as the two have not talked. */
const OPEN = { closed_at: null, closed_by: null };

/** A row as it is stored, by the names of its columns. */
export function namedRow(table: ProjectedTable, row: readonly Value[]): ProjectedRow {
  const values = storableRow(table, row);
  return Object.fromEntries(table.columns.map(([column], index) => [column, values[index]!]));
}

function cdrRow(cdr: Cdr): ProjectedRow {
  const values = cdrValues(cdr, '');
  const columns = CDR_COLUMNS.map((column, index) => [column, values[index]!] as const);
  return Object.fromEntries(columns.filter(([column]) => column !== 'node_id'));
}
