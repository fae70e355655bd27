import type { Agent, Queue } from '../state.ts';

/** What a strategy may look at besides the queue. */
export interface StrategyView {
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Chooses whom to ring among `free` (never empty, in the order of the queue's set-up). Several ring together. */
export type Strategy = (free: readonly Agent[], queue: Queue, view: StrategyView) => readonly Agent[];
