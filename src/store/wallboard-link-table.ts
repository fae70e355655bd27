/** The table of links to wallboards (wallboard/link-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface WallboardLinkTable {
  id: string;
  tenant_id: string;
  wallboard: string;
  title: string;
  token_hash: string;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
}

export async function createWallboardLinks(
  db: Kysely<unknown>,
  { integer, text }: ColumnTypes,
): Promise<void> {
  await db.schema
    .createTable('wallboard_link')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('wallboard', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema
    .createIndex('wallboard_link_of_board')
    .on('wallboard_link')
    .columns(['tenant_id', 'wallboard'])
    .execute();
}
