/** Tables of who signs in (auth/auth-store.ts). */
import type { Generated, Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** People who sign in. */
export interface UserAccountTable {
  id: string;
  tenant_id: string;
  reseller: string | null;
  login: string;
  name: string;
  /** JSON: names. */
  roles: string;
  is_active: number;
  agent: string | null;
  department: string | null;
  /** Hash. */
  password: string;
  must_change: number;
  /** JSON: secret and recovery codes' hashes; null: none. */
  second_factor: string | null;
  /** Step of the code that was taken last. */
  used_step: Generated<number>;
  created_at: number;
  /** Of the last time; null: never, or before that was kept. */
  signed_in_at: Generated<number | null>;
  revision: number;
}

/** Where they are signed in. */
export interface UserSessionTable {
  id: string;
  tenant_id: string;
  user_id: string;
  token_hash: string;
  created_at: number;
  seen_at: number;
  ends_at: number;
  address: string;
  device: string;
  /** JSON: whom he acts as; null: himself. */
  acting: string | null;
}

/** Keys of machines. */
export interface ApiKeyTable {
  id: string;
  tenant_id: string;
  name: string;
  prefix: string;
  secret_hash: string;
  /** JSON, both. */
  permissions: string;
  addresses: string;
  created_at: number;
  created_by: string;
  ends_at: number | null;
  used_at: number | null;
}

export async function createUsers(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { integer, text, json } = types;
  await db.schema
    .createTable('user_account')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('reseller', text)
    .addColumn('login', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('roles', json, (column) => column.notNull())
    .addColumn('is_active', integer, (column) => column.notNull())
    .addColumn('password', text, (column) => column.notNull())
    .addColumn('must_change', integer, (column) => column.notNull())
    .addColumn('second_factor', json)
    .addColumn('used_step', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addUniqueConstraint('user_account_login', ['tenant_id', 'login'])
    .execute();
  await db.schema
    .createTable('user_session')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('seen_at', integer, (column) => column.notNull())
    .addColumn('ends_at', integer, (column) => column.notNull())
    .addColumn('address', text, (column) => column.notNull())
    .addColumn('device', text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('user_session_of_user').on('user_session').column('user_id').execute();
}

/** Who of the users is an agent, and where in the organisation he stands. */
export async function placeUsers(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  for (const column of ['agent', 'department'])
    await db.schema.alterTable('user_account').addColumn(column, text).execute();
  const once = db.schema.createIndex('user_account_agent').unique().on('user_account');
  await once.columns(['tenant_id', 'agent']).execute();
}

/** When users signed in last. */
export async function addLastSignIn(db: Kysely<unknown>, { integer }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('user_account').addColumn('signed_in_at', integer).execute();
}

/** Whom those who are signed in act as. */
export async function addActing(db: Kysely<unknown>, { json }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('user_session').addColumn('acting', json).execute();
}

export async function createApiKeys(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { integer, text, json } = types;
  await db.schema
    .createTable('api_key')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('prefix', text, (column) => column.notNull())
    .addColumn('secret_hash', text, (column) => column.notNull().unique())
    .addColumn('permissions', json, (column) => column.notNull())
    .addColumn('addresses', json, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('ends_at', integer)
    .addColumn('used_at', integer)
    .addUniqueConstraint('api_key_name', ['tenant_id', 'name'])
    .execute();
}
