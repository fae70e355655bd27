import type { QueueStrategy } from '../../config/config.ts';
import type { Agent } from '../agent.ts';
import { leastCalls } from './least-calls.ts';
import { leastRecent } from './least-recent.ts';
import { random } from './random.ts';
import { ringAll } from './ring-all.ts';
import { roundRobin } from './round-robin.ts';
import { sequential } from './sequential.ts';

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

/** The strategy of each name in the configuration. */
export const STRATEGIES: Readonly<Record<QueueStrategy, Strategy>> = {
  sequential,
  'round-robin': roundRobin,
  random,
  'least-calls': leastCalls,
  'least-recent': leastRecent,
  'ring-all': ringAll,
};
