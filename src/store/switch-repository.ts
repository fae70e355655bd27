import type { Kysely } from 'kysely';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { Tables } from './schema.ts';
import { countChange } from './shared-revision.ts';
import type { StoredSwitch, SwitchStore } from './store.ts';

/** Switches in a database. */
export class SwitchRepository implements SwitchStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  constructor(db: Kysely<Tables>, nodeId: string) {
    this.#db = db;
    this.#nodeId = nodeId;
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

  async turn(state: StoredSwitch, on: boolean, at: number): Promise<void> {
    const { tenant, name, untilMs } = state;
    await this.#db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, this.#nodeId, [switchFact(state, on, at)]);
      await countChange(transaction, 'switches');
      const old = transaction.deleteFrom('switch_state').where('tenant_id', '=', tenant);
      await old.where('name', '=', name).execute();
      if (!on) return;
      const row = { tenant_id: tenant, name, until_at: untilMs ?? null };
      await transaction.insertInto('switch_state').values(row).execute();
    });
  }
}

/** What a company's stream is told of a switch that was turned. */
export function switchFact({ tenant, name, untilMs }: StoredSwitch, isOn: boolean, at: number): Fact {
  return { type: 'switch', tenantId: tenant, at, name, isOn, untilMs: isOn ? untilMs : undefined };
}
