/** Where a caller stands in line. */
import { isAtWork } from './agent.ts';
import { expectedWaitMs } from './handling.ts';
import type { Queue, Visit } from './state.ts';

export interface Place {
  /** From 1: who is served first. */
  readonly position: number;
  /** When he joined. */
  readonly since: number;
  /** Undefined: nothing is known to tell it from. */
  readonly expectedWaitMs: number | undefined;
  /** Agents are being rung for him. */
  readonly isOffered: boolean;
}

/** Undefined: he is not in line. */
export function placeOf(visit: Visit): Place | undefined {
  const { queue, state } = visit;
  if (state !== 'waiting' && state !== 'offered') return undefined;
  const position = queue.line.indexOf(visit) + 1;
  const wait = expectedWaitMs(position, servingIn(queue), queue.handling);
  return { position, since: visit.since, expectedWaitMs: wait, isOffered: state === 'offered' };
}

/** How many of its agents take calls, now or when theirs is over. */
function servingIn({ members }: Queue): number {
  return members.filter(({ agent: { state } }) => state === 'ready' || isAtWork(state)).length;
}
