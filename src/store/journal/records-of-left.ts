import type { Cdr } from '../../cdr/cdr.ts';
import { type FlatLayout, layoutSince } from './flat-events.ts';
import { type LeftCause, OpenCalls } from './open-calls.ts';

/** A row of the journal, as it was stored. */
export interface JournalRow {
  readonly layout: string;
  readonly events: string;
}

/**
 * Records of the calls that a process left open, from its rows of the journal, the oldest first. The calls ended when
 * it was last seen alive, milliseconds since 1970.
 */
export function recordsOfLeft(
  rows: readonly JournalRow[],
  aliveAt: number,
  cause: LeftCause = 'restart',
): Cdr[] {
  // All rows are of one process, hence of one layout: every start empties the journal.
  const layout: FlatLayout = rows[0] ? JSON.parse(rows[0].layout) : layoutSince(0);
  const left = new OpenCalls(layout);
  for (const { events } of rows) left.absorb(JSON.parse(events));
  return left.closeAll(aliveAt, cause);
}
