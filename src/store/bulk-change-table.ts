/** Changes of many entities at once (bulk/change-log.ts), and which states of the history each of them made. */
import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface BulkChangeTable {
  id: string;
  tenant_id: string;
  /** `import`, `edit`, `undo`. */
  source: string;
  kind: string;
  /** What the table was called that was imported. */
  file: string | null;
  at: number;
  by: string;
  created: number;
  updated: number;
  removed: number;
  /** The change that this one takes back. */
  undoes: string | null;
}

export async function createBulkChanges(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('bulk_change')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('source', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('file', text)
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('by', text, (column) => column.notNull())
    .addColumn('created', integer, (column) => column.notNull())
    .addColumn('updated', integer, (column) => column.notNull())
    .addColumn('removed', integer, (column) => column.notNull())
    .addColumn('undoes', text)
    .execute();
  const newest = db.schema.createIndex('bulk_change_newest').on('bulk_change');
  await newest.columns(['tenant_id', 'at', 'id']).execute();
  await db.schema.alterTable('entity_history').addColumn('change_id', text).execute();
  await sql`create index entity_history_of_change on entity_history (change_id, seq) where change_id is not null`.execute(
    db,
  );
}
