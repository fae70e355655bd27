/** What is done about missed calls (cdr/missed-call-store.ts). */
import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** By people: it goes with the call, and no rebuild makes it. */
export interface MissedCallWorkTable {
  started_at: number;
  call_id: string;
  tenant_id: string;
  assignee: string | null;
  done_at: number | null;
  done_by: string | null;
  how: string | null;
  note: string;
  revision: number;
}

export async function createMissedCallWork(
  db: Kysely<unknown>,
  { engine, integer, text }: ColumnTypes,
): Promise<void> {
  const table = db.schema
    .createTable('missed_call_work')
    .addColumn('started_at', integer, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('assignee', text)
    .addColumn('done_at', integer)
    .addColumn('done_by', text)
    .addColumn('how', text)
    .addColumn('note', text, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('missed_call_work_pk', ['started_at', 'call_id']);
  await (engine === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table).execute();
  const index = (name: string, ...columns: string[]) =>
    db.schema.createIndex(name).on('missed_call').columns(columns).execute();
  // The newest of a company; all of a caller, whether they are settled or not.
  await index('missed_call_by_start', 'tenant_id', 'started_at', 'call_id');
  await index('missed_call_by_caller', 'tenant_id', 'caller', 'started_at', 'call_id');
  await index('missed_call_by_id', 'call_id');
}
