import type { SureStrategy } from './strategy.ts';

/** All of them together; the first to answer gets the call (群振). */
export const ringAll: SureStrategy = (free) => free;
