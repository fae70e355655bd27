import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';

export type Value = string | number | null;

/** A table of rows that are made of events and of nothing else, so that they can be made anew. */
export interface ProjectedTable {
  readonly name: keyof Tables & string;
  /** In the order of a row's values. */
  readonly columns: readonly (readonly [name: string, type: 'text' | 'integer'])[];
  readonly key: readonly string[];
  /** What a row does that is there already: it stays, the new one takes its place, or the numbers are added up. */
  readonly again: 'stays' | 'is replaced' | 'is added to';
}

/** Rows for one table; no two have one key. */
export interface ProjectedRows {
  readonly table: ProjectedTable;
  readonly rows: readonly (readonly Value[])[];
}

/** The statement that writes rows; `values`: `values (?, ...)`, or a query that gives them. */
export function insertInto({ name, columns, key, again }: ProjectedTable, values: string): string {
  const names = columns.map(([column]) => column);
  const others = names.filter((column) => !key.includes(column));
  const set = others.map((column) => {
    return `${column} = ${again === 'is added to' ? `${name}.${column} + ` : ''}excluded.${column}`;
  });
  const conflict = again === 'stays' ? 'nothing' : `update set ${set.join(', ')}`;
  return `insert into ${name} (${names.join(', ')}) ${values} on conflict (${key.join(', ')}) do ${conflict}`;
}

/** A row as every database takes it: whatever an event held, it fits. */
export function storableRow({ columns }: ProjectedTable, row: readonly Value[]): Value[] {
  return row.map((value, index) => {
    if (value === null) return null;
    return columns[index]![1] === 'text' ? storableText(String(value)) : whole(value);
  });
}

function whole(value: Value): number {
  return Number.isFinite(value) ? Math.round(value as number) : 0;
}
