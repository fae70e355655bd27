import { type Kysely, sql } from 'kysely';
import type { BindingTable, Tables } from './schema.ts';
import { countingSql, revisionOf } from './shared-revision.ts';
import { storableJson } from './storable.ts';
import type { BindingChanges, BindingRemoval, BindingStore, StoredBinding } from './store.ts';

/** Runs `first`, then one statement for many rows of parameters, all or nothing. */
export interface BulkStatements {
  many(first: string, sql: string, rows: readonly (readonly (string | number | null)[])[]): Promise<unknown>;
}

const COUNTING = countingSql('bindings');
/** Of the transaction that counts. */
const THIS_REVISION = sql<number>`(select revision from shared_revision where topic = 'bindings')`;
/** Bindings that are gone are kept for so many changes: every node has seen them go by then. */
const KEPT_CHANGES = 10_000;

/** Registrations in a database. Statements are compiled once: thousands of phones refresh every minute. */
export class BindingRepository implements BindingStore {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkStatements;
  readonly #nodeId: string;
  readonly #upsertSql: string;
  readonly #removeSql: string;

  constructor(db: Kysely<Tables>, bulk: BulkStatements, nodeId: string) {
    this.#db = db;
    this.#bulk = bulk;
    this.#nodeId = nodeId;
    this.#upsertSql = db
      .insertInto('binding')
      .values({
        tenant_id: '',
        aor: '',
        key: '',
        contact: '',
        q: 0,
        expires_at: 0,
        call_id: '',
        cseq: 0,
        path: '',
        source: '',
        user_agent: null,
        node_id: '',
        changed: THIS_REVISION,
      })
      .onConflict((conflict) =>
        conflict.columns(['aor', 'key']).doUpdateSet(({ ref }) => ({
          contact: ref('excluded.contact'),
          q: ref('excluded.q'),
          expires_at: ref('excluded.expires_at'),
          call_id: ref('excluded.call_id'),
          cseq: ref('excluded.cseq'),
          path: ref('excluded.path'),
          source: ref('excluded.source'),
          user_agent: ref('excluded.user_agent'),
          node_id: ref('excluded.node_id'),
          changed: ref('excluded.changed'),
        })),
      )
      .compile().sql;
    this.#removeSql = db
      .updateTable('binding')
      .set({ expires_at: 0, node_id: '', changed: THIS_REVISION })
      .where('aor', '=', '')
      .where('key', '=', '')
      .where('expires_at', '<=', 0)
      .compile().sql;
  }

  async all(): Promise<readonly StoredBinding[]> {
    const rows = await this.#db.selectFrom('binding').selectAll().where('expires_at', '>', 0).execute();
    return rows.map(bindingOf);
  }

  async since(revision: number): Promise<BindingChanges> {
    const last = await revisionOf(this.#db, 'bindings');
    const changed = this.#db.selectFrom('binding').selectAll().where('changed', '>', revision);
    const rows = await changed.where('node_id', '<>', this.#nodeId).orderBy('changed').execute();
    return { bindings: rows.map(bindingOf), revision: last };
  }

  async apply(changed: readonly StoredBinding[], removed: readonly BindingRemoval[]): Promise<void> {
    if (changed.length > 0) {
      const rows = changed.map((binding) => [...parametersOf(binding), this.#nodeId]);
      await this.#bulk.many(COUNTING, this.#upsertSql, rows);
    }
    if (removed.length === 0) return;
    const rows = removed.map(({ aor, key, expiresAt }) => [0, this.#nodeId, aor, key, expiresAt]);
    await this.#bulk.many(COUNTING, this.#removeSql, rows);
    await this.#db
      .deleteFrom('binding')
      .where('expires_at', '=', 0)
      .where('changed', '<', sql<number>`${THIS_REVISION} - ${KEPT_CHANGES}`)
      .execute();
  }
}

function bindingOf(row: BindingTable): StoredBinding {
  return {
    tenantId: row.tenant_id,
    aor: row.aor,
    key: row.key,
    contact: row.contact,
    q: row.q,
    expiresAt: row.expires_at,
    callId: row.call_id,
    cseq: row.cseq,
    path: JSON.parse(row.path) as string[],
    source: row.source,
    userAgent: row.user_agent ?? undefined,
  };
}

/** In the order of the columns in the statement. */
function parametersOf(binding: StoredBinding): (string | number | null)[] {
  return [
    binding.tenantId,
    binding.aor,
    binding.key,
    binding.contact,
    binding.q,
    binding.expiresAt,
    binding.callId,
    binding.cseq,
    storableJson(JSON.stringify(binding.path)),
    binding.source,
    binding.userAgent ?? null,
  ];
}
