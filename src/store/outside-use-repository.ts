import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';
import type { OutsideUseStore, StoredOutsideUse } from './store.ts';

/** What calls outside have cost hour by hour, in a database. */
export class OutsideUseRepository implements OutsideUseStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async since(from: number): Promise<readonly StoredOutsideUse[]> {
    const rows = await this.#db.selectFrom('outside_use').selectAll().where('hour', '>=', from).execute();
    return rows.map(({ tenant_id, ...row }) => ({ tenant: tenant_id, ...row }));
  }

  async add(use: readonly StoredOutsideUse[]): Promise<void> {
    if (use.length === 0) return;
    const rows = use.map(({ tenant, ...row }) => ({ tenant_id: tenant, ...row }));
    const more = (column: 'calls' | 'ms' | 'spend') =>
      sql<number>`${sql.ref(`outside_use.${column}`)} + ${sql.ref(`excluded.${column}`)}`;
    await this.#db
      .insertInto('outside_use')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'extension', 'hour'])
          .doUpdateSet({ calls: more('calls'), ms: more('ms'), spend: more('spend') }),
      )
      .execute();
  }

  async forget(tenant: string, extension: string): Promise<void> {
    const old = this.#db.deleteFrom('outside_use').where('tenant_id', '=', tenant);
    await old.where('extension', '=', extension).execute();
  }

  async drop(before: number): Promise<void> {
    await this.#db.deleteFrom('outside_use').where('hour', '<', before).execute();
  }
}
