import { least, type SureStrategy } from './strategy.ts';

/**
 * Who has let callers of this queue ring the shortest in his shift, on average of all rings, also those that he did not
 * answer (平均应答速度). Who was not rung yet comes first.
 */
export const fastestAnswer: SureStrategy = (free) => [
  least(free, ({ ringMs, offers }) => (offers === 0 ? 0 : ringMs / offers)),
];
