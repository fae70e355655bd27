/** Tables of saved views (workspace/view-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface SavedViewTable {
  id: string;
  tenant_id: string;
  owner_id: string;
  owner: string;
  page: string;
  name: string;
  shared_with: string | null;
  /** JSON of filters and columns. */
  body: string;
  updated_at: number;
  updated_by: string;
  revision: number;
}

/** The view that a user begins with on a page. */
export interface FirstViewTable {
  tenant_id: string;
  user_id: string;
  page: string;
  view_id: string;
}

export async function createViews(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('saved_view')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('owner', text, (column) => column.notNull())
    .addColumn('page', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('shared_with', text)
    .addColumn('body', text, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('updated_by', text, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('saved_view_of_owner')
    .unique()
    .on('saved_view')
    .columns(['tenant_id', 'page', 'owner_id', 'name'])
    .execute();
  await db.schema
    .createTable('first_view')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('page', text, (column) => column.notNull())
    .addColumn('view_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('first_view_pk', ['tenant_id', 'user_id', 'page'])
    .execute();
}
