import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';
import type { AgentStandingStore, StoredStanding } from './store.ts';

/** How agents stand, in a database. */
export class AgentStandingRepository implements AgentStandingStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(): Promise<readonly StoredStanding[]> {
    const rows = await this.#db.selectFrom('agent_standing').selectAll().execute();
    return rows.map(({ tenant_id, agent, standing }) => ({ tenant: tenant_id, agent, standing }));
  }

  async put({ tenant, agent, standing }: StoredStanding): Promise<void> {
    const text = storableText(standing);
    await this.#db
      .insertInto('agent_standing')
      .values({ tenant_id: tenant, agent, standing: text })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'agent']).doUpdateSet({ standing: text }))
      .execute();
  }

  async drop(tenant: string, agent: string): Promise<void> {
    const gone = this.#db.deleteFrom('agent_standing').where('tenant_id', '=', tenant);
    await gone.where('agent', '=', agent).execute();
  }
}
