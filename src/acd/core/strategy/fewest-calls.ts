import { least, type Strategy } from './strategy.ts';

/** Who has taken the fewest calls of this queue in his shift (最少通话次数). */
export const fewestCalls: Strategy = (free) => [least(free, ({ calls }) => calls)];
