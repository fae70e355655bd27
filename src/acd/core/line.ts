/** The order of waiting callers. */
import type { Queue, Visit } from './state.ts';

/** Whether a caller is served before another, in all queues: the higher priority, then who has waited longer. */
export function goesBefore(a: Visit, b: Visit): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.since < b.since || (a.since === b.since && a.order < b.order);
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

/** Who waits first, nobody being rung for him. */
export function headOf({ line }: Queue): Visit | undefined {
  return line.find(({ state }) => state === 'waiting');
}
