import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Scope } from '../shared/scope.ts';
import type { BulkChange, BulkChangeItem, BulkChangePage, BulkChangeStore } from './bulk-change.ts';
import type { BulkChangeTable } from './bulk-change-table.ts';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';
import type { StoredChange } from './store.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Changes of many entities at once, in a database; the entity repository writes them. */
export class BulkChangeRepository implements BulkChangeStore {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async list({ tenantId }: Scope, { limit, after }: BulkChangePage): Promise<readonly BulkChange[]> {
    const page = (db: Kysely<Tables>) => {
      const all = db
        .selectFrom('bulk_change')
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      if (!after) return all;
      return all.where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(after.at, after.id)));
    };
    const rows =
      tenantId === undefined
        ? await page(this.#db).execute()
        : await this.#reads(tenantId, (db) => page(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(changeOf);
  }

  async find({ tenantId }: Scope, id: string): Promise<BulkChange | undefined> {
    const byId = (db: Kysely<Tables>) => db.selectFrom('bulk_change').selectAll().where('id', '=', id);
    const row =
      tenantId === undefined
        ? await byId(this.#db).executeTakeFirst()
        : await this.#reads(tenantId, (db) => byId(db).where('tenant_id', '=', tenantId).executeTakeFirst());
    return row && changeOf(row);
  }

  async items(
    { id, tenantId }: Pick<BulkChange, 'id' | 'tenantId'>,
    limit: number,
    after = 0,
  ): Promise<readonly BulkChangeItem[]> {
    const rows = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('entity_history as now')
        .leftJoin('entity_history as past', (join) =>
          join
            .onRef('past.entity_id', '=', 'now.entity_id')
            .on(({ eb, ref }) => eb('past.revision', '=', eb(ref('now.revision'), '-', 1))),
        )
        .select([
          'now.seq',
          'now.entity_id',
          'now.kind',
          'now.name',
          'now.revision',
          'now.body',
          'past.body as before',
        ])
        .where('now.tenant_id', '=', tenantId)
        .where('now.change_id', '=', id)
        .where('now.seq', '>', after)
        .orderBy('now.seq')
        .limit(limit)
        .execute(),
    );
    return rows.map(({ seq, entity_id, kind, name, revision, body, before }) => {
      return {
        seq,
        entityId: entity_id,
        kind,
        name,
        revision,
        before: before ?? undefined,
        after: body ?? undefined,
      };
    });
  }
}

/** The row of a change that is being taken. */
export function bulkChangeRow({ bulk, put, removed, at, by }: StoredChange): Insertable<BulkChangeTable> {
  const { id, tenantId, source, kind, file, undoes } = bulk!;
  const created = put.filter(({ revision }) => revision === 1).length;
  return {
    id,
    tenant_id: tenantId,
    source,
    kind,
    file: file === undefined ? null : storableText(file),
    at,
    by: storableText(by),
    created,
    updated: put.length - created,
    removed: removed.length,
    undoes: undoes ?? null,
  };
}

function changeOf({ tenant_id, source, file, undoes, ...row }: Selectable<BulkChangeTable>): BulkChange {
  return {
    ...row,
    tenantId: tenant_id,
    source: source as BulkChange['source'],
    file: file ?? undefined,
    undoes: undoes ?? undefined,
  };
}
