import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { storableJson } from './storable.ts';
import type { BindingKey, BindingStore, StoredBinding } from './store.ts';

/** Runs one statement for many rows of parameters, all or nothing. */
export interface BulkStatements {
  many(sql: string, rows: readonly (readonly (string | number | null)[])[]): Promise<unknown>;
}

/** Registrations in a database. Statements are compiled once: thousands of phones refresh every minute. */
export class BindingRepository implements BindingStore {
  readonly #db: Kysely<Tables>;
  readonly #bulk: BulkStatements;
  readonly #upsertSql: string;
  readonly #deleteSql: string;

  constructor(db: Kysely<Tables>, bulk: BulkStatements) {
    this.#db = db;
    this.#bulk = bulk;
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
        })),
      )
      .compile().sql;
    this.#deleteSql = db.deleteFrom('binding').where('aor', '=', '').where('key', '=', '').compile().sql;
  }

  async all(): Promise<readonly StoredBinding[]> {
    const rows = await this.#db.selectFrom('binding').selectAll().execute();
    return rows.map((row) => ({
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
    }));
  }

  async apply(changed: readonly StoredBinding[], removed: readonly BindingKey[]): Promise<void> {
    if (changed.length > 0) await this.#bulk.many(this.#upsertSql, changed.map(parametersOf));
    if (removed.length > 0) {
      await this.#bulk.many(
        this.#deleteSql,
        removed.map(({ aor, key }) => [aor, key]),
      );
    }
  }
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
