/** What is said of calls that are over (cdr/call-note-store.ts). */
import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** A comment beside a call (批注): it belongs to the call, and goes with it. */
export interface CallNoteTable {
  started_at: number;
  call_id: string;
  id: string;
  tenant_id: string;
  at: number;
  author: string;
  /** From the beginning of the recording; null: of the call as a whole. */
  at_ms: number | null;
  text: string;
}

export async function createCallNotes(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { engine, integer, text } = types;
  await db.schema
    .createTable('call_note')
    .addColumn('started_at', integer, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('author', text, (column) => column.notNull())
    .addColumn('at_ms', integer)
    .addColumn('text', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('call_note_pk', ['started_at', 'call_id', 'id'])
    .execute();
  await db.schema.alterTable('cdr').addColumn('disposition', text).execute();
  await db.schema
    .alterTable('cdr')
    .addColumn('noted', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  // What agents have noted so far; the last word of a call counts.
  const noted = await sql<{ tenant_id: string; call_id: string; disposition: string | null }>`
    select tenant_id, call_id, disposition from agent_time
    where call_id is not null and (disposition is not null or note is not null) order by from_at`.execute(db);
  for (const { tenant_id, call_id, disposition } of noted.rows) {
    await sql`update cdr set noted = 1, disposition = coalesce(${disposition}, disposition)
      where call_id = ${call_id} and tenant_id = ${tenant_id}`.execute(db);
  }
  // Each holds the calls alone that have it: the others cost nothing.
  await sql`create index cdr_by_disposition on cdr (tenant_id, disposition, started_at, call_id)
    where disposition is not null`.execute(db);
  await sql`create index cdr_by_noted on cdr (tenant_id, started_at, call_id) where noted = 1`.execute(db);
  if (engine !== 'sqlite') return;
  // See `call-search-table.ts`: what SQLite is to think of them.
  await sql`insert into sqlite_stat1 (tbl, idx, stat) values
    ('cdr', 'cdr_by_disposition', '2000000 200000 20000 1 1'),
    ('cdr', 'cdr_by_noted', '2000000 200000 1 1')`.execute(db);
  // Two columns more make a row dearer to look up, by its guess: calls of a cause are fewer then than it thought.
  await sql`update sqlite_stat1 set stat = '10000000 1000000 80000 1' where idx = 'cdr_by_cause'`.execute(db);
  await sql`analyze sqlite_schema`.execute(db);
}
