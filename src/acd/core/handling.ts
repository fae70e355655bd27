/** How long an agent is kept by a call, and how long a caller has to wait by that. */
/** How long the callers of a queue kept its agents lately. */
export interface Handling {
  calls: number;
  /** Talk and wrap-up; the latest calls count most. */
  meanMs: number;
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
