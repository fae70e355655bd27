/** The table of roles that companies make (auth/auth-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface CompanyRoleTable {
  id: string;
  tenant_id: string;
  name: string;
  /** JSON, both. */
  title: string;
  rights: string;
  created_at: number;
  revision: number;
}

export async function createRoles(db: Kysely<unknown>, { integer, text, json }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('company_role')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('title', json, (column) => column.notNull())
    .addColumn('rights', json, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addUniqueConstraint('company_role_name', ['tenant_id', 'name'])
    .execute();
}
