/** The table of links to recordings (recording/share-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface RecordingShareTable {
  id: string;
  tenant_id: string;
  call_id: string;
  no: number;
  token_hash: string;
  created_at: number;
  created_by: string;
  ends_at: number;
  revoked_at: number | null;
}

export async function createShares(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('recording_share')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('no', integer, (column) => column.notNull())
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('ends_at', integer, (column) => column.notNull())
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema
    .createIndex('recording_share_of_call')
    .on('recording_share')
    .columns(['tenant_id', 'call_id'])
    .execute();
}
