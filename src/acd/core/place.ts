/** Where a caller stands in line, and how long he may have to wait from now on. */
import { isAtWork } from './agent.ts';
import type { Queue, Visit } from './state.ts';

/** How long the callers of a queue kept its agents lately. */
export interface Handling {
  calls: number;
  /** Talk and wrap-up; the latest calls count most. */
  meanMs: number;
}

export interface Place {
  /** From 1: who is served first. */
  readonly position: number;
  /** Undefined: nothing is known to tell it from. */
  readonly expectedWaitMs: number | undefined;
  /** Agents are being rung for him. */
  readonly isOffered: boolean;
}

/** The mean follows about so many calls. */
const RECENT_CALLS = 20;

/** Before so many calls nothing is said of the wait: one odd call would be taken for the rule. */
const FEWEST_CALLS = 3;

/** A caller's talk and the wrap-up after it have taken so long. */
export function countHandling(handling: Handling, ms: number): void {
  handling.calls += 1;
  handling.meanMs += (ms - handling.meanMs) / Math.min(handling.calls, RECENT_CALLS);
}

/**
 * The expected wait (预计等待时间): each who stands before him, and he himself, needs one of the agents to end a call, and
 * they end them one after the other. Undefined while nobody serves the queue, or too few calls were handled.
 */
export function expectedWaitMs(
  position: number,
  agents: number,
  { calls, meanMs }: Readonly<Handling>,
): number | undefined {
  if (agents === 0 || calls < FEWEST_CALLS) return undefined;
  return Math.round((position * meanMs) / agents);
}

/** Undefined: he is not in line. */
export function placeOf(visit: Visit): Place | undefined {
  const { queue, state } = visit;
  if (state !== 'waiting' && state !== 'offered') return undefined;
  const position = queue.line.indexOf(visit) + 1;
  const wait = expectedWaitMs(position, servingIn(queue), queue.handling);
  return { position, expectedWaitMs: wait, isOffered: state === 'offered' };
}

/** How many of its agents take calls, now or when theirs is over. */
function servingIn({ members }: Queue): number {
  return members.filter(({ agent: { state } }) => state === 'ready' || isAtWork(state)).length;
}
