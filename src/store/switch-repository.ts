import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { StoredSwitch, SwitchStore } from './store.ts';

/** Switches in a database. */
export class SwitchRepository implements SwitchStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<readonly StoredSwitch[]> {
    const rows = await this.#db.selectFrom('switch_state').selectAll().execute();
    return rows.map(({ tenant_id, name, until_at }) => ({
      tenant: tenant_id,
      name,
      untilMs: until_at ?? undefined,
    }));
  }

  async replace(on: readonly StoredSwitch[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('switch_state').execute();
      for (const { tenant, name, untilMs } of on) {
        await transaction
          .insertInto('switch_state')
          .values({ tenant_id: tenant, name, until_at: untilMs ?? null })
          .execute();
      }
    });
  }
}
