import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';
import type { CallerMemoryStore, RememberedOfCaller } from './store.ts';

/** What is remembered of callers, in a database. */
export class CallerMemoryRepository implements CallerMemoryStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async get(
    tenant: string,
    number: string,
    what: RememberedOfCaller['what'],
  ): Promise<RememberedOfCaller | undefined> {
    const row = await this.#db
      .selectFrom('caller_memory')
      .select(['value', 'kept_at'])
      .where('tenant_id', '=', tenant)
      .where('number', '=', number)
      .where('what', '=', what)
      .executeTakeFirst();
    return row && { tenant, number, what, value: row.value, at: row.kept_at };
  }

  async put({ tenant, number, what, value, at }: RememberedOfCaller): Promise<void> {
    const kept = { value: storableText(value), kept_at: at };
    await this.#db
      .insertInto('caller_memory')
      .values({ tenant_id: tenant, number: storableText(number), what, ...kept })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'number', 'what']).doUpdateSet(kept))
      .execute();
  }

  async forget(tenant: string, number: string, what: RememberedOfCaller['what']): Promise<void> {
    const his = this.#db.deleteFrom('caller_memory').where('tenant_id', '=', tenant);
    await his.where('number', '=', number).where('what', '=', what).execute();
  }

  async drop(tenant: string, before: number): Promise<number> {
    const old = this.#db.deleteFrom('caller_memory').where('tenant_id', '=', tenant);
    const { numDeletedRows } = await old.where('kept_at', '<', before).executeTakeFirst();
    return Number(numDeletedRows);
  }
}
