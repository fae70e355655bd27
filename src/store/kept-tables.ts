/** Tables of what rooms have in memory while calls run: read at the start, written as it changes. */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export async function createPhoneSettings(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('phone_setting')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('extension', text, (column) => column.notNull())
    .addColumn('setting', text, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('phone_setting_pk', ['tenant_id', 'extension', 'setting'])
    .execute();
}

export async function createStandings(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('agent_standing')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('agent', text, (column) => column.notNull())
    .addColumn('standing', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('agent_standing_pk', ['tenant_id', 'agent'])
    .execute();
}

export async function createCallerMemory(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('caller_memory')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('number', text, (column) => column.notNull())
    .addColumn('what', text, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addColumn('kept_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('caller_memory_pk', ['tenant_id', 'number', 'what'])
    .execute();
}

export async function createOutsideUse(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('outside_use')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('extension', text, (column) => column.notNull())
    .addColumn('hour', integer, (column) => column.notNull())
    .addColumn('calls', integer, (column) => column.notNull())
    .addColumn('ms', integer, (column) => column.notNull())
    .addColumn('spend', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('outside_use_pk', ['tenant_id', 'extension', 'hour'])
    .execute();
}

export async function createCallbacks(db: Kysely<unknown>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('callback')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('node_id', text, (column) => column.notNull())
    .addColumn('queue', text, (column) => column.notNull())
    .addColumn('number', text, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('promised_at', integer, (column) => column.notNull())
    .addColumn('since', integer, (column) => column.notNull())
    .addColumn('priority', integer, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('tries', integer, (column) => column.notNull())
    .addColumn('next_at', integer, (column) => column.notNull())
    .addColumn('result', text, (column) => column.notNull())
    .addColumn('last_call_id', text, (column) => column.notNull())
    .execute();
  const ofCompany = db.schema.createIndex('callback_of_company').on('callback');
  await ofCompany.columns(['tenant_id', 'promised_at']).execute();
}
