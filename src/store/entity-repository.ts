import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { storableJson } from './storable.ts';
import type { EntityRevision, EntityStore, StoredChange, StoredEntity } from './store.ts';

/** Entities of companies in a database. */
export class EntityRepository implements EntityStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<readonly StoredEntity[]> {
    const ordered = this.#db
      .selectFrom('entity')
      .selectAll()
      .orderBy('tenant_id')
      .orderBy('kind')
      .orderBy('name');
    const rows = await ordered.execute();
    return rows.map(({ tenant_id, ...rest }) => ({ tenantId: tenant_id, ...rest }));
  }

  async change({ put, removed, at, by }: StoredChange): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      // First what goes: its name may be taken by what comes.
      for (const { id } of removed) await transaction.deleteFrom('entity').where('id', '=', id).execute();
      for (const { tenantId, body, ...entity } of put) {
        const rest = { ...entity, body: storableJson(body) };
        await transaction
          .insertInto('entity')
          .values({ tenant_id: tenantId, ...rest })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({ name: rest.name, revision: rest.revision, body: rest.body }),
          )
          .execute();
      }
      const past = [
        ...removed.map((entity) => historyOf(entity, true)),
        ...put.map((entity) => historyOf(entity)),
      ];
      for (const row of past) {
        await transaction
          .insertInto('entity_history')
          .values({ ...row, changed_at: at, changed_by: by })
          .execute();
      }
    });
  }

  async history(id: string): Promise<readonly EntityRevision[]> {
    const rows = await this.#db
      .selectFrom('entity_history')
      .select(['revision', 'name', 'body', 'changed_at', 'changed_by'])
      .where('entity_id', '=', id)
      .orderBy('seq')
      .execute();
    return rows.map(({ revision, name, body, changed_at, changed_by }) => ({
      revision,
      name,
      body: body ?? undefined,
      at: changed_at,
      by: changed_by,
    }));
  }

  async isUntouched(): Promise<boolean> {
    const row = await this.#db.selectFrom('entity_history').select('seq').limit(1).executeTakeFirst();
    return row === undefined;
  }
}

/** A removal counts as a change: its revision is the next one. */
function historyOf({ id, tenantId, kind, name, revision, body }: StoredEntity, isRemoved = false) {
  const what = { entity_id: id, tenant_id: tenantId, kind, name };
  return isRemoved
    ? { ...what, revision: revision + 1, body: null }
    : { ...what, revision, body: storableJson(body) };
}
