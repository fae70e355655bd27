/** What is counted of an agent in a queue: strategies go by it. */
import { countHandling } from './handling.ts';
import type { Agent, Member, Queue } from './state.ts';

const NOTHING_DONE = { rungAs: 0, offers: 0, ringMs: 0, calls: 0, talkMs: 0 };

/** The agent as one who serves the queue: with what he did for it before, should he have served it. `afterMs`: see Member. */
export function memberOf({ known }: Queue, agent: Agent, afterMs = 0): Member {
  let member = known.get(agent);
  if (!member) {
    member = { agent, afterMs, ...NOTHING_DONE };
    known.set(agent, member);
  }
  member.afterMs = afterMs;
  return member;
}

/** His shift begins. */
export function beginShift({ known }: Queue, agent: Agent): void {
  const member = known.get(agent);
  if (member) Object.assign(member, NOTHING_DONE);
}

export function countOffer(queue: Queue, member: Member): void {
  queue.rings += 1;
  member.rungAs = queue.rings;
  member.offers += 1;
}

/** He is rung no longer, whether he answered or not. */
export function countRing({ work }: Agent, now: number): void {
  work!.member.ringMs += now - work!.offeredAt;
}

/** His talk is over. */
export function countTalk({ work }: Agent, now: number): void {
  const { member, reservation, wrapUpMs, talksSince = now } = work!;
  const talkMs = now - talksSince;
  member.calls += 1;
  member.talkMs += talkMs;
  countHandling(reservation.visit.queue.handling, talkMs + wrapUpMs);
}
