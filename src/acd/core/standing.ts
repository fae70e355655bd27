import type { CoreState } from './core-state.ts';
import { memberOf } from './member.ts';
import type { Standing } from './rest.ts';
import type { Done, Shift } from './shift.ts';
import type { Agent, Member } from './state.ts';

export function standingOf(agent: Readonly<Agent>): Standing {
  const { state, wish, seat, serves, since } = agent;
  // Who is to go when his call is over has gone when the call is lost.
  const isSignedIn = state !== 'signed-out' && wish.state !== 'sign-out';
  const isAway = isSignedIn && state === wish.state && state !== 'ready';
  return {
    isSignedIn,
    wish,
    seat,
    queues: serves && [...serves],
    since: isAway ? since : undefined,
    shift: isSignedIn ? shiftOf(agent) : undefined,
  };
}

function shiftOf({ lastTalkEndedAt, shiftSince, shift }: Readonly<Agent>): Shift | undefined {
  const done = [...shift].filter(([, { offers, calls }]) => offers + calls > 0);
  if (done.length === 0 && lastTalkEndedAt === 0) return undefined;
  return {
    since: shiftSince,
    lastTalkEndedAt,
    queues: Object.fromEntries(done.map(([queue, member]) => [queue, doneBy(member)])),
  };
}

const doneBy = ({ rungAs, offers, ringMs, calls, talkMs }: Member): Done => ({
  rungAs,
  offers,
  ringMs,
  calls,
  talkMs,
});

/** His shift (班次) goes on where the engine ended. A queue that is no more is forgotten. */
export function restoreShift(agent: Agent, shift: Shift | undefined, state: CoreState): void {
  if (!shift) return;
  agent.shiftSince = shift.since;
  agent.lastTalkEndedAt = shift.lastTalkEndedAt;
  for (const [queue, done] of Object.entries(shift.queues)) {
    if (!state.queues.has(queue)) continue;
    Object.assign(memberOf(agent, queue), done);
    state.lastRing = Math.max(state.lastRing, done.rungAs);
  }
}
