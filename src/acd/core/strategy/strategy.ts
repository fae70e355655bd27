import type { Agent } from '../agent.ts';

/** What a strategy may look at besides the agents that are free. */
export interface StrategyView {
  /** All agents of the queue in the order of the configuration. */
  readonly agents: readonly Agent[];
  /** Agent that the queue rang last. */
  readonly lastRung: Agent | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Chooses whom to ring among `free` (never empty, in configuration order). Several ring together. */
export type Strategy = (free: readonly Agent[], view: StrategyView) => readonly Agent[];
