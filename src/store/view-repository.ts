import { type Kysely, type Selectable, sql } from 'kysely';
import type { SavedView, ViewStore } from '../workspace/view-store.ts';
import type { Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';
import type { SavedViewTable } from './view-table.ts';

/** Saved views, in a database. */
export class ViewRepository implements ViewStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async list(tenantId: string, page: string, ownerId: string): Promise<readonly SavedView[]> {
    const rows = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('saved_view')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('page', '=', page)
        .where((is) => is.or([is('owner_id', '=', ownerId), is('shared_with', 'is not', null)]))
        .orderBy('name')
        .orderBy('id')
        .execute(),
    );
    return rows.map(viewOf);
  }

  async find(tenantId: string, id: string): Promise<SavedView | undefined> {
    const row = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('saved_view')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    return row && viewOf(row);
  }

  async count(tenantId: string, ownerId: string): Promise<number> {
    const { views } = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('saved_view')
        .select(sql<number>`count(*)`.as('views'))
        .where('tenant_id', '=', tenantId)
        .where('owner_id', '=', ownerId)
        .executeTakeFirstOrThrow(),
    );
    return Number(views);
  }

  async add(view: SavedView): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('saved_view')
      .values(rowOf(view))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async change(view: SavedView): Promise<boolean> {
    const { id, tenant_id, owner_id, owner: _, ...values } = rowOf(view);
    const { numUpdatedRows } = await this.#db
      .updateTable('saved_view')
      .set(values)
      .where('id', '=', id)
      .where('tenant_id', '=', tenant_id)
      .where('revision', '=', view.revision - 1)
      .where(
        sql<boolean>`not exists (select 1 from saved_view as other where other.tenant_id = ${tenant_id}
          and other.page = ${values.page} and other.owner_id = ${owner_id} and other.name = ${values.name}
          and other.id <> ${id})`,
      )
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async remove({ tenantId, id, revision }: SavedView): Promise<boolean> {
    return await this.#db.transaction().execute(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('saved_view')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('revision', '=', revision)
        .executeTakeFirst();
      if (numDeletedRows !== 1n) return false;
      const firsts = transaction.deleteFrom('first_view').where('tenant_id', '=', tenantId);
      await firsts.where('view_id', '=', id).execute();
      return true;
    });
  }

  async firstOf(tenantId: string, userId: string, page: string): Promise<string | undefined> {
    const row = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('first_view')
        .select('view_id')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('page', '=', page)
        .executeTakeFirst(),
    );
    return row?.view_id;
  }

  async beginWith(tenantId: string, userId: string, page: string, id: string | undefined): Promise<void> {
    if (id === undefined) {
      const first = this.#db.deleteFrom('first_view').where('tenant_id', '=', tenantId);
      await first.where('user_id', '=', userId).where('page', '=', page).execute();
      return;
    }
    await this.#db
      .insertInto('first_view')
      .values({ tenant_id: tenantId, user_id: userId, page, view_id: id })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'user_id', 'page']).doUpdateSet({ view_id: id }),
      )
      .execute();
  }
}

/** What users had for themselves goes with them; what they share stays. */
export async function dropViewsOf(db: Kysely<Tables>, userIds: readonly string[]): Promise<void> {
  const own = db.deleteFrom('saved_view').where('owner_id', 'in', userIds);
  await own.where('shared_with', 'is', null).execute();
  await db.deleteFrom('first_view').where('user_id', 'in', userIds).execute();
}

function rowOf(view: SavedView): SavedViewTable {
  const { filters, columns } = view;
  return {
    id: view.id,
    tenant_id: view.tenantId,
    owner_id: view.ownerId,
    owner: storableText(view.owner),
    page: view.page,
    name: storableText(view.name),
    shared_with: view.sharedWith === undefined ? null : storableText(view.sharedWith),
    body: storableJson(JSON.stringify({ filters, columns })),
    updated_at: view.updatedAt,
    updated_by: storableText(view.updatedBy),
    revision: view.revision,
  };
}

function viewOf(row: Selectable<SavedViewTable>): SavedView {
  const { filters, columns } = JSON.parse(row.body) as Pick<SavedView, 'filters' | 'columns'>;
  return {
    id: row.id,
    tenantId: row.tenant_id,
    ownerId: row.owner_id,
    owner: row.owner,
    page: row.page,
    name: row.name,
    sharedWith: row.shared_with ?? undefined,
    filters,
    columns,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    revision: row.revision,
  };
}
