import { least, type SureStrategy } from './strategy.ts';

/** Who has taken the fewest calls of this queue in his shift (最少通话次数). */
export const fewestCalls: SureStrategy = (free) => [least(free, ({ calls }) => calls)];
