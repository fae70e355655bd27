import type { SureStrategy } from './strategy.ts';

/** From the top of the list, and every so often the next one too without letting the others go (逐个叠加振铃). */
export const ringProgressively: SureStrategy = (free) => free.slice(0, 1);
