import type { Strategy } from './strategy.ts';

/** Always from the top of the list (顺序). */
export const sequential: Strategy = (free) => free.slice(0, 1);
