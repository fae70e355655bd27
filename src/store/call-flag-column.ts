/** Calls that somebody has marked (标记): found without a look at the others. */
import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export async function addFlags(db: Kysely<unknown>, { engine, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable('cdr')
    .addColumn('flagged', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`create index cdr_by_flagged on cdr (tenant_id, started_at, call_id) where flagged = 1`.execute(
    db,
  );
  if (engine !== 'sqlite') return;
  // See `call-search-table.ts`: what SQLite is to think of it.
  await sql`insert into sqlite_stat1 (tbl, idx, stat) values ('cdr', 'cdr_by_flagged', '200000 20000 1 1')`.execute(
    db,
  );
  await sql`analyze sqlite_schema`.execute(db);
}
