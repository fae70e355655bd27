import type { AgentOrderFunction } from '../../../provisioning/kind/queue.ts';
import type { Member, Visit } from '../state.ts';

/** What a strategy may look at besides the members. */
export interface StrategyView {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly now: number;
  /** The caller who is to be served. */
  readonly visit: Pick<Visit, 'caller' | 'priority' | 'since' | 'needs' | 'lastAgent' | 'owner'>;
  /** The function of the company's own that the queue names. */
  readonly order: AgentOrderFunction | undefined;
}

/** Whom to ring, together when they are several; or in words why the strategy cannot say: the queue's fallback does. */
export type Choice = readonly Member[] | string;

/**
 * Chooses whom to ring among `free` (never empty, in the order of the queue's set-up). What it goes by is counted in the queue by
 * whatever strategy that has: a change of it begins nothing anew.
 */
export type Strategy = (free: readonly Member[], view: StrategyView) => Choice;

/** One that can always say whom to ring. */
export type SureStrategy = (free: readonly Member[], view: StrategyView) => readonly Member[];

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

/** The one of that work number. */
export function one(members: readonly Member[], id: string): readonly Member[] | undefined {
  const found = members.find(({ agent }) => agent.id === id);
  return found && [found];
}
