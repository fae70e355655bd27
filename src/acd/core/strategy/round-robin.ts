import type { Strategy } from './strategy.ts';

/** The next one after the agent that was rung last, around the list (轮循). */
export const roundRobin: Strategy = (free, { agents, lastRung }) => {
  const last = lastRung ? agents.indexOf(lastRung) : -1;
  const next = free.find((agent) => agents.indexOf(agent) > last) ?? free[0]!;
  return [next];
};
