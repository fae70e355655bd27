import { one, type Strategy } from './strategy.ts';

/** The caller's own agent (专属坐席), as the flow knows him. */
export const owner: Strategy = (free, { visit }) => {
  const { owner: id } = visit;
  if (id === undefined) return 'the caller has no agent of his own';
  return one(free, id) ?? `${id}, the caller's own agent, is not free`;
};
