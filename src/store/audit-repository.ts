import { type Kysely, type Selectable, sql } from 'kysely';
import type { Scope } from '../shared/scope.ts';
import type { AuditFilter } from './audit-store.ts';
import { RECORDING } from './audit-table.ts';
import type { Tables } from './schema.ts';
import { likePart, storableJson, storableText } from './storable.ts';
import type { AuditEntry, AuditStore, StoredAuditEntry } from './store.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** The audit trail in a database. */
export class AuditRepository implements AuditStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  readonly #reads: TenantReads;

  /** `nodeId`: the process that adds entries. */
  constructor(db: Kysely<Tables>, nodeId: string, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
    this.#nodeId = nodeId;
  }

  async append({ tenantId, at, action, by, details }: AuditEntry): Promise<void> {
    await this.#db
      .insertInto('audit')
      .values({
        tenant_id: tenantId,
        node_id: this.#nodeId,
        at,
        action,
        by: storableText(by),
        details: storableJson(JSON.stringify(details)),
      })
      .execute();
  }

  async newest(
    count: number,
    { tenantId }: Scope,
    before?: number,
    filter: AuditFilter = {},
  ): Promise<readonly StoredAuditEntry[]> {
    const newest = (db: Kysely<Tables>) => {
      const all = fitting(db, filter).orderBy('seq', 'desc').limit(count);
      return before === undefined ? all : all.where('seq', '<', before);
    };
    const rows =
      tenantId === undefined
        ? await newest(this.#db).execute()
        : await this.#reads(tenantId, (db) => newest(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(entryOf);
  }

  async ofRecordings(
    recordings: readonly string[],
    count: number,
    { tenantId }: Scope,
  ): Promise<readonly StoredAuditEntry[]> {
    if (recordings.length === 0) return [];
    const all = (db: Kysely<Tables>) =>
      db
        .selectFrom('audit')
        .selectAll()
        .where(RECORDING, 'in', recordings)
        .orderBy('seq', 'desc')
        .limit(count);
    const rows =
      tenantId === undefined
        ? await all(this.#db).execute()
        : await this.#reads(tenantId, (db) => all(db).where('tenant_id', '=', tenantId).execute());
    return rows.map(entryOf);
  }
}

function entryOf({ seq, tenant_id, at, action, by, details }: Selectable<Tables['audit']>): StoredAuditEntry {
  return {
    seq,
    tenantId: tenant_id,
    at,
    action: action as AuditEntry['action'],
    by,
    details: JSON.parse(details),
  };
}

function fitting(db: Kysely<Tables>, { action, by, q, from, to }: AuditFilter) {
  let found = db.selectFrom('audit').selectAll();
  if (action !== undefined) found = found.where('action', '=', action as AuditEntry['action']);
  if (by !== undefined)
    found = found.where(sql<boolean>`lower(${sql.ref('by')}) like ${likePart(by)} escape '\\'`);
  if (q !== undefined)
    found = found.where(sql<boolean>`lower(cast(details as text)) like ${likePart(q)} escape '\\'`);
  if (from !== undefined) found = found.where('at', '>=', from);
  if (to !== undefined) found = found.where('at', '<', to);
  return found;
}
