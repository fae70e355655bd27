import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { countChange } from './shared-revision.ts';
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
      await countChange(transaction, 'switches');
      await transaction.deleteFrom('switch_state').execute();
      for (const { tenant, name, untilMs } of on) {
        await transaction
          .insertInto('switch_state')
          .values({ tenant_id: tenant, name, until_at: untilMs ?? null })
          .execute();
      }
    });
  }

  async turn({ tenant, name, untilMs }: StoredSwitch, on: boolean): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await countChange(transaction, 'switches');
      const old = transaction.deleteFrom('switch_state').where('tenant_id', '=', tenant);
      await old.where('name', '=', name).execute();
      if (!on) return;
      const row = { tenant_id: tenant, name, until_at: untilMs ?? null };
      await transaction.insertInto('switch_state').values(row).execute();
    });
  }
}
