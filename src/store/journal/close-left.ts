import type { Cdr } from '../../cdr/cdr.ts';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import type { Fact } from '../events.ts';
import { type FlatLayout, layoutSince } from './flat-events.ts';
import { type LeftCause, OpenCalls } from './open-calls.ts';

/** A row of the journal, as it was stored. */
export interface JournalRow {
  readonly layout: string;
  readonly events: string;
  /** Null in rows of 0.1.0, which had no event streams. */
  readonly batch: number | null;
}

/** Records of the calls that a process left open, and what their companies' streams have to be told of them. */
export interface ClosedCalls {
  readonly cdrs: readonly Cdr[];
  readonly facts: readonly Fact[];
}

/**
 * Ends the calls that a process left open, from its rows of the journal, the oldest first. They ended when it was last
 * seen alive, milliseconds since 1970.
 */
export function closeLeft(
  rows: readonly JournalRow[],
  aliveAt: number,
  cause: LeftCause = 'restart',
): ClosedCalls {
  // All rows are of one process, hence of one layout: every start empties the journal.
  const layout: FlatLayout = rows[0] ? JSON.parse(rows[0].layout) : layoutSince(0);
  const left = new OpenCalls(layout);
  for (const { events } of rows) left.absorb(JSON.parse(events));
  const closed = left.closeAll(aliveAt, cause);
  const hasStream = rows[0]?.batch !== null;
  return {
    cdrs: closed.map(({ cdr }) => cdr),
    facts: closed.map(({ cdr, ended }) => (hasStream ? ended : importedOf(cdr))),
  };
}

/** What the streams are told of agents whose times a crash left lasting, and who are signed out by it. */
export function signOutsOf(times: readonly AgentTime[], reason: LeftCause = 'restart'): Fact[] {
  return times.map(({ tenantId, agent, from, until = from, callId, queue }) => {
    const signOut = { did: 'sign-out', state: 'signed-out', reason, callId, queue } as const;
    return { type: 'agent', tenantId, at: until, agent, ...signOut };
  });
}

/** A record whose events no stream has. */
export function importedOf(record: Cdr): Fact {
  const { tenantId, callId, endedAt } = record;
  return { type: 'imported', tenantId, at: endedAt, callId, record };
}
