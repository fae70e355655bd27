import { least, type SureStrategy } from './strategy.ts';

/** In turn (轮询): who was rung longest ago. Who was busy at his turn is next when he is free, also in a list that changed. */
export const roundRobin: SureStrategy = (free) => [least(free, ({ rungAs }) => rungAs)];
