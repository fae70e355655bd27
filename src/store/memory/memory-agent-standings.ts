import type { AgentStandingStore, StoredStanding } from '../store.ts';

export class MemoryAgentStandings implements AgentStandingStore {
  readonly #all = new Map<string, StoredStanding>();

  async all(): Promise<readonly StoredStanding[]> {
    return [...this.#all.values()];
  }

  async put(standing: StoredStanding): Promise<void> {
    this.#all.set(keyOf(standing.tenant, standing.agent), standing);
  }

  async drop(tenant: string, agent: string): Promise<void> {
    this.#all.delete(keyOf(tenant, agent));
  }
}

const keyOf = (tenant: string, agent: string) => `${tenant}/${agent}`;
