/** The order of waiting callers. */
import type { Queue, Visit } from './state.ts';

/**
 * A level of priority counts as so much waiting: who is more important goes before who came up to five minutes earlier, and
 * nobody starves behind him.
 */
export const PRIORITY_MS = 300_000;

/**
 * Whether a caller is served before another, in all queues: whose agent was lost in their talk, then who has waited longer,
 * priority counted as waiting.
 */
export function goesBefore(a: Visit, b: Visit): boolean {
  if (a.goesFirst !== b.goesFirst) return a.goesFirst;
  const first = a.since - a.priority * PRIORITY_MS - (b.since - b.priority * PRIORITY_MS);
  return first < 0 || (first === 0 && a.order < b.order);
}

/** Takes the place in line that is his. */
export function enterLine({ line }: Queue, visit: Visit): void {
  let [from, to] = [0, line.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (goesBefore(visit, line[middle]!)) to = middle;
    else from = middle + 1;
  }
  line.splice(from, 0, visit);
}

export function leaveLine({ line }: Queue, visit: Visit): void {
  line.splice(line.indexOf(visit), 1);
}

/** Since when somebody has waited the longest, nobody being rung for him; `now`: nobody waits. */
export function waitsSince({ line }: Queue, now: number): number {
  return line.reduce((first, { state, joinedAt }) => {
    return state === 'waiting' && joinedAt < first ? joinedAt : first;
  }, now);
}

/** Who waits first, nobody being rung for him; `passed`: who cannot be served now. */
export function headOf({ line }: Queue, passed?: ReadonlySet<Visit>): Visit | undefined {
  return line.find((visit) => visit.state === 'waiting' && !passed?.has(visit));
}
