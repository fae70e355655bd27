/** The tables of webhooks (webhook/webhook-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** A subscription and how far it has come. */
export interface WebhookTable {
  id: string;
  tenant_id: string;
  url: string;
  title: string;
  /** JSON, all three. */
  topics: string;
  resources: string;
  types: string;
  sees_numbers: number;
  state: string;
  secret: string;
  /** Signs beside `secret` until that time; null: there is none. */
  old_secret: string | null;
  old_secret_until: number | null;
  cursor: number;
  attempts: number;
  next_at: number;
  created_at: number;
  created_by: string;
  revision: number;
  /** Its settings, not its progress. */
  changed_at: number;
}

export interface WebhookDeliveryTable {
  webhook_id: string;
  seq: number;
  tenant_id: string;
  type: string;
  state: string;
  attempts: number;
  at: number;
  took_ms: number;
  status: number | null;
  error: string | null;
}

/** The node that delivers; one row. */
export interface WebhookClaimTable {
  id: number;
  node_id: string;
  until: number;
}

export async function createWebhooks(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { integer, text, json } = types;
  await db.schema
    .createTable('webhook')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('url', text, (column) => column.notNull())
    .addColumn('title', text, (column) => column.notNull())
    .addColumn('topics', json, (column) => column.notNull())
    .addColumn('resources', json, (column) => column.notNull())
    .addColumn('types', json, (column) => column.notNull())
    .addColumn('sees_numbers', integer, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('old_secret', text)
    .addColumn('old_secret_until', integer)
    .addColumn('cursor', integer, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('next_at', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addColumn('changed_at', integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('webhook_of_company').on('webhook').columns(['tenant_id', 'id']).execute();
  await db.schema.createIndex('webhook_by_change').on('webhook').column('changed_at').execute();
  await db.schema
    .createTable('webhook_delivery')
    .addColumn('webhook_id', text, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('took_ms', integer, (column) => column.notNull())
    .addColumn('status', integer)
    .addColumn('error', text)
    .addPrimaryKeyConstraint('webhook_delivery_key', ['webhook_id', 'seq'])
    .execute();
  await db.schema.createIndex('webhook_delivery_by_time').on('webhook_delivery').column('at').execute();
  await db.schema
    .createTable('webhook_claim')
    .addColumn('id', integer, (column) => column.primaryKey())
    .addColumn('node_id', text, (column) => column.notNull())
    .addColumn('until', integer, (column) => column.notNull())
    .execute();
}
