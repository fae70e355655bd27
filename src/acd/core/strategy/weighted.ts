import { least, type SureStrategy } from './strategy.ts';

/**
 * In proportion to the agents' levels (按权重): one of level 3 is rung three times as often as one of level 1. Who is furthest
 * behind his share comes next, by the divisors of Sainte-Laguë.
 */
export const weighted: SureStrategy = (free) => [
  least(free, ({ offers, agent }) => (offers + 0.5) / agent.level),
];
