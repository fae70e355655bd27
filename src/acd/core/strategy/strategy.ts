import type { Member } from '../state.ts';

/** What a strategy may look at besides the members. */
export interface StrategyView {
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Chooses whom to ring among `free` (never empty, in the order of the queue's set-up). Several ring together. What it goes
 * by is counted in the queue by whatever strategy that has: a change of it begins nothing anew.
 */
export type Strategy = (free: readonly Member[], view: StrategyView) => readonly Member[];

/** Who has the least of something; the earlier in the list among equals. */
export function least(members: readonly Member[], of: (member: Member) => number): Member {
  let best = members[0]!;
  let bestValue = of(best);
  for (let index = 1; index < members.length; index++) {
    const member = members[index]!;
    const value = of(member);
    if (value < bestValue) [best, bestValue] = [member, value];
  }
  return best;
}
