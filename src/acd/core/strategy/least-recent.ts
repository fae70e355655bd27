import type { Strategy } from './strategy.ts';

/** Who has been off the phone the longest (最长空闲). */
export const leastRecent: Strategy = (free) => [
  free.reduce((best, agent) => (agent.lastTalkEndedAt < best.lastTalkEndedAt ? agent : best)),
];
