import type { QueueSettings } from '../../src/acd/core/inputs.ts';

/** A queue as the ACD's core sees it, set up in the plainest way but for `given`. */
export function queueSettings(
  given: Pick<QueueSettings, 'name' | 'agents'> & Partial<QueueSettings>,
): QueueSettings {
  return {
    strategy: 'sequential',
    fallback: 'longest-idle',
    tiers: [],
    ringMs: 15_000,
    ringNextMs: 5_000,
    maxCallers: 50,
    maxWaitMs: 3_600_000,
    noAgents: 'refuse',
    wrapUpMs: 10_000,
    restAfterRefusalMs: 5_000,
    restAfterNoAnswerMs: 5_000,
    busyAfterMisses: 0,
    ...given,
  };
}
