import { one, type Strategy } from './strategy.ts';

/** Who talked with this caller last (回头客). */
export const lastAgent: Strategy = (free, { visit }) => {
  const { lastAgent: id } = visit;
  if (id === undefined) return 'nobody has talked with the caller before';
  return one(free, id) ?? `${id}, who talked with the caller last, is not free`;
};
