import { type Kysely, type Selectable, sql } from 'kysely';
import type { Scope } from '../shared/scope.ts';
import type {
  Delivery,
  DeliveryPage,
  Webhook,
  WebhookPage,
  WebhookProgress,
  WebhookState,
  WebhookStore,
} from '../webhook/webhook-store.ts';
import type { Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import type { WebhookDeliveryTable, WebhookTable } from './webhook-table.ts';

/** Webhooks in a database. */
export class WebhookRepository implements WebhookStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async list({ tenantId }: Scope, { limit, after }: WebhookPage): Promise<readonly Webhook[]> {
    const rows = await this.#read(tenantId, (db) => {
      let page = db.selectFrom('webhook').selectAll().orderBy('id').limit(limit);
      if (tenantId !== undefined) page = page.where('tenant_id', '=', tenantId);
      return (after === undefined ? page : page.where('id', '>', after)).execute();
    });
    return rows.map(webhookOf);
  }

  async find({ tenantId }: Scope, id: string): Promise<Webhook | undefined> {
    const row = await this.#read(tenantId, (db) => {
      const one = db.selectFrom('webhook').selectAll().where('id', '=', id);
      return (tenantId === undefined ? one : one.where('tenant_id', '=', tenantId)).executeTakeFirst();
    });
    return row && webhookOf(row);
  }

  async count(tenantId: string): Promise<number> {
    const { count } = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('webhook')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('tenant_id', '=', tenantId)
        .executeTakeFirstOrThrow(),
    );
    return Number(count);
  }

  async add(webhook: Webhook): Promise<void> {
    const { id, tenantId, cursor, attempts, nextAt, createdAt, createdBy } = webhook;
    const row = {
      ...{ id, tenant_id: tenantId, cursor, attempts, next_at: nextAt },
      ...{ created_at: createdAt, created_by: storableText(createdBy), changed_at: createdAt },
      ...changing(webhook),
    };
    await this.#db.insertInto('webhook').values(row).execute();
  }

  async put(webhook: Webhook, at: number, cursor?: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('webhook')
      .set({
        ...changing(webhook),
        changed_at: at,
        attempts: 0,
        next_at: 0,
        ...(cursor !== undefined && { cursor }),
      })
      .where('id', '=', webhook.id)
      .where('revision', '=', webhook.revision - 1)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async remove({ tenantId }: Scope, id: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (transaction) => {
      let one = transaction.deleteFrom('webhook').where('id', '=', id);
      if (tenantId !== undefined) one = one.where('tenant_id', '=', tenantId);
      const { numDeletedRows } = await one.executeTakeFirst();
      if (numDeletedRows === 0n) return false;
      await transaction.deleteFrom('webhook_delivery').where('webhook_id', '=', id).execute();
      return true;
    });
  }

  async changedSince(at: number): Promise<readonly Webhook[]> {
    const changed = this.#db.selectFrom('webhook').selectAll().where('changed_at', '>=', at);
    return (await changed.execute()).map(webhookOf);
  }

  async move(
    id: string,
    from: number,
    { cursor, attempts, nextAt, state }: WebhookProgress & { readonly state: WebhookState },
    delivery: Delivery | undefined,
  ): Promise<boolean> {
    return await this.#db.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('webhook')
        .set({ cursor, attempts, next_at: nextAt, state })
        .where('id', '=', id)
        .where('cursor', '=', from)
        .where('state', '=', 'on')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      if (delivery) await keep(transaction, delivery);
      return true;
    });
  }

  async deliveries(
    { tenantId }: Scope,
    webhookId: string,
    { limit, before }: DeliveryPage,
  ): Promise<readonly Delivery[]> {
    const rows = await this.#read(tenantId, (db) => {
      let page = db.selectFrom('webhook_delivery').selectAll().where('webhook_id', '=', webhookId);
      if (tenantId !== undefined) page = page.where('tenant_id', '=', tenantId);
      if (before !== undefined) page = page.where('seq', '<', before);
      return page.orderBy('seq', 'desc').limit(limit).execute();
    });
    return rows.map(deliveryOf);
  }

  async keep(delivery: Delivery): Promise<void> {
    await keep(this.#db, delivery);
  }

  async forget(before: number, most: number): Promise<void> {
    await this.#db.deleteFrom('webhook_delivery').where('at', '<', before).execute();
    const ids = await this.#db
      .selectFrom('webhook_delivery')
      .select('webhook_id')
      .groupBy('webhook_id')
      .having(({ fn }) => fn.countAll(), '>', most)
      .execute();
    for (const { webhook_id } of ids) {
      const newest = this.#db
        .selectFrom('webhook_delivery')
        .select('seq')
        .where('webhook_id', '=', webhook_id);
      const last = await newest.orderBy('seq', 'desc').offset(most).limit(1).executeTakeFirst();
      if (!last) continue;
      const old = this.#db.deleteFrom('webhook_delivery').where('webhook_id', '=', webhook_id);
      await old.where('seq', '<=', last.seq).execute();
    }
  }

  async claim(nodeId: string, now: number, until: number): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('webhook_claim')
      .values({ id: 1, node_id: nodeId, until })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ node_id: nodeId, until })
          .where(sql<boolean>`webhook_claim.node_id = ${nodeId} or webhook_claim.until < ${now}`),
      )
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  #read<Result>(
    tenantId: string | undefined,
    read: (db: Kysely<Tables>) => Promise<Result>,
  ): Promise<Result> {
    return tenantId === undefined ? read(this.#db) : this.#reads(tenantId, read);
  }
}

async function keep(db: Kysely<Tables>, delivery: Delivery): Promise<void> {
  const { webhookId, seq, tenantId, type, state, attempts, at, tookMs, status, error } = delivery;
  const outcome = { state, attempts, at, took_ms: tookMs, status: status ?? null };
  const known = { ...outcome, error: error === undefined ? null : storableText(error) };
  await db
    .insertInto('webhook_delivery')
    .values({ webhook_id: webhookId, seq, tenant_id: tenantId, type, ...known })
    .onConflict((conflict) => conflict.columns(['webhook_id', 'seq']).doUpdateSet(known))
    .execute();
}

function changing(webhook: Webhook) {
  const { url, title, topics, resources, types, seesNumbers, state, secret, oldSecret, revision } = webhook;
  return {
    ...{ url: storableText(url), title: storableText(title), state, secret, revision },
    topics: storableJson(JSON.stringify(topics)),
    resources: JSON.stringify(resources),
    types: storableJson(JSON.stringify(types)),
    sees_numbers: Number(seesNumbers),
    old_secret: oldSecret?.secret ?? null,
    old_secret_until: oldSecret?.until ?? null,
  };
}

function webhookOf(row: Selectable<WebhookTable>): Webhook {
  const { id, url, title, secret, cursor, attempts, revision } = row;
  return {
    ...{ id, tenantId: row.tenant_id, url, title, secret, cursor, attempts, revision },
    topics: JSON.parse(row.topics),
    resources: JSON.parse(row.resources),
    types: JSON.parse(row.types),
    seesNumbers: row.sees_numbers === 1,
    state: row.state as WebhookState,
    oldSecret:
      row.old_secret === null ? undefined : { secret: row.old_secret, until: row.old_secret_until ?? 0 },
    nextAt: row.next_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

function deliveryOf(row: Selectable<WebhookDeliveryTable>): Delivery {
  const { seq, type, attempts, at } = row;
  return {
    ...{ webhookId: row.webhook_id, tenantId: row.tenant_id, seq, type, attempts, at },
    state: row.state as Delivery['state'],
    tookMs: row.took_ms,
    status: row.status ?? undefined,
    error: row.error ?? undefined,
  };
}
