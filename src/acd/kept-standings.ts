/** How agents stood when the engine ended, and how they stand now, for whoever keeps it. */
import type { Standing } from './core/rest.ts';
import { standingOf } from './core/standing.ts';
import type { Agent } from './core/state.ts';

/** Of one agent, by his work number (工号). */
export interface AgentStanding extends Standing {
  readonly agent: string;
}

/** Where standings are kept over a restart. */
export interface StandingKeeping {
  /** Those of a company as they were left. */
  of(tenant: string): readonly AgentStanding[];
  /** In place of what was there; undefined: the agent is gone. Must return at once; never throws. */
  keep(tenant: string, agent: string, standing: Standing | undefined): void;
}

/** Keeps what has changed of a company's agents. */
export class KeptStandings {
  readonly #tenant: string;
  readonly #keeping: StandingKeeping;
  readonly #kept = new Map<string, string>();

  constructor(tenant: string, keeping: StandingKeeping) {
    this.#tenant = tenant;
    this.#keeping = keeping;
    for (const { agent, ...standing } of keeping.of(tenant)) this.#kept.set(agent, textOf(standing));
  }

  /** Something of him may have changed. `agent` undefined: he is gone. */
  changed(id: string, agent: Readonly<Agent> | undefined): void {
    const standing = agent && standingOf(agent);
    const text = standing && textOf(standing);
    if (text === this.#kept.get(id)) return;
    if (text === undefined) this.#kept.delete(id);
    else this.#kept.set(id, text);
    this.#keeping.keep(this.#tenant, id, standing);
  }
}

/** By what is compared: in this order, wherever it comes from. */
const textOf = ({ isSignedIn, wish, seat, queues, since, shift }: Standing) =>
  JSON.stringify([isSignedIn, wish.state, wish.reason, wish.by, seat, queues, since, shift]);
