import type { Strategy } from './strategy.ts';

/** Who has taken the fewest calls since the start (最少接听); the earlier in the list among equals. */
export const leastCalls: Strategy = (free) => [
  free.reduce((best, agent) => (agent.callsTaken < best.callsTaken ? agent : best)),
];
