import { type Kysely, type Selectable, sql } from 'kysely';
import type { ApiKey, ApiKeyPage, ApiKeyStore } from '../auth/auth-store.ts';
import type { Scope } from '../shared/scope.ts';
import type { Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import type { ApiKeyTable } from './user-tables.ts';

/** Keys of machines, in a database. */
export class ApiKeyRepository implements ApiKeyStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async list({ tenantId }: Scope, { limit, after }: ApiKeyPage): Promise<readonly ApiKey[]> {
    const page = (db: Kysely<Tables>) => {
      const all = db.selectFrom('api_key').selectAll().orderBy('tenant_id').orderBy('name').limit(limit);
      return after ? all.where(sql<boolean>`(tenant_id, name) > (${after.tenantId}, ${after.name})`) : all;
    };
    const rows =
      tenantId === undefined
        ? await page(this.#db).execute()
        : await this.#reads(tenantId, (db) => page(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(keyOf);
  }

  async withSecret(secretHash: string): Promise<ApiKey | undefined> {
    const all = this.#db.selectFrom('api_key').selectAll();
    const row = await all.where('secret_hash', '=', secretHash).executeTakeFirst();
    return row && keyOf(row);
  }

  async add(key: ApiKey): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('api_key')
      .values({
        id: key.id,
        tenant_id: key.tenantId,
        name: storableText(key.name),
        prefix: key.prefix,
        secret_hash: key.secretHash,
        permissions: JSON.stringify(key.permissions),
        addresses: storableJson(JSON.stringify(key.addresses)),
        created_at: key.createdAt,
        created_by: storableText(key.createdBy),
        ends_at: key.endsAt ?? null,
        used_at: key.usedAt ?? null,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async used(id: string, at: number): Promise<void> {
    await this.#db.updateTable('api_key').set({ used_at: at }).where('id', '=', id).execute();
  }

  async remove({ tenantId }: Scope, id: string): Promise<ApiKey | undefined> {
    let query = this.#db.deleteFrom('api_key').where('id', '=', id);
    if (tenantId !== undefined) query = query.where('tenant_id', '=', tenantId);
    const row = await query.returningAll().executeTakeFirst();
    return row && keyOf(row);
  }
}

function keyOf(row: Selectable<ApiKeyTable>): ApiKey {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    prefix: row.prefix,
    secretHash: row.secret_hash,
    permissions: JSON.parse(row.permissions),
    addresses: JSON.parse(row.addresses),
    createdAt: row.created_at,
    createdBy: row.created_by,
    endsAt: row.ends_at ?? undefined,
    usedAt: row.used_at ?? undefined,
  };
}
