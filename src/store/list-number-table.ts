/** The tables of numbers of lists (numbering/list-number-store.ts). */
import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface ListNumberTable {
  /** Revision and place in it; a change gives a new one. */
  place: number;
  tenant_id: string;
  list: string;
  number: string;
  until: number | null;
  reason: string | null;
  owner: string | null;
  note: string | null;
  at: number;
  by: string;
  /** 1: it went, which nodes that follow have to see. */
  removed: number;
}

/** What stood in a list before `place` is gone. */
export interface ListEmptiedTable {
  tenant_id: string;
  list: string;
  place: number;
  /** When that was said: a place of its revision. */
  changed: number;
}

/** A part of an import that is not settled: one change of a list. */
export interface ListImportTable {
  revision: number;
  /** Of its job. */
  import_id: string;
  tenant_id: string;
  list: string;
}

/** What a part of an import replaced, by the place that stands there now. */
export interface ListNumberBeforeTable {
  place: number;
  tenant_id: string;
  list: string;
  number: string;
  until: number | null;
  reason: string | null;
  owner: string | null;
  note: string | null;
  at: number;
  by: string;
}

export async function createListNumbers(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('list_number')
    .addColumn('place', integer, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('list', text, (column) => column.notNull())
    .addColumn('number', text, (column) => column.notNull())
    .addColumn('until', integer)
    .addColumn('reason', text)
    .addColumn('owner', text)
    .addColumn('note', text)
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('by', text, (column) => column.notNull())
    .addColumn('removed', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  const one = db.schema.createIndex('list_number_once').unique().on('list_number');
  await one.columns(['tenant_id', 'list', 'number']).execute();
  const order = db.schema.createIndex('list_number_of_list').on('list_number');
  await order.columns(['tenant_id', 'list', 'place']).execute();
  await sql`create index list_number_removed on list_number (at) where removed = 1`.execute(db);
  await db.schema
    .createTable('list_emptied')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('list', text, (column) => column.notNull())
    .addColumn('place', integer, (column) => column.notNull())
    .addColumn('changed', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('list_emptied_pk', ['tenant_id', 'list'])
    .execute();
}

/** What an import replaced, so that one that is cancelled is taken back. */
export async function createListImports(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('list_import')
    .addColumn('revision', integer, (column) => column.primaryKey())
    .addColumn('import_id', text, (column) => column.notNull())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('list', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('list_number_before')
    .addColumn('place', integer, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('list', text, (column) => column.notNull())
    .addColumn('number', text, (column) => column.notNull())
    .addColumn('until', integer)
    .addColumn('reason', text)
    .addColumn('owner', text)
    .addColumn('note', text)
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('by', text, (column) => column.notNull())
    .execute();
}
