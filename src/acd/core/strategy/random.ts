import type { SureStrategy } from './strategy.ts';

/** Any of them with the same chance (随机). */
export const random: SureStrategy = (free, view) => [free[Math.floor(view.random() * free.length)]!];
