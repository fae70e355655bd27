import type { SureStrategy } from './strategy.ts';

/** Always from the top of the list (顺序). */
export const sequential: SureStrategy = (free) => free.slice(0, 1);
