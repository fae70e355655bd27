/** What is counted of an agent in a queue: strategies go by it. */
import type { CoreState } from './core-state.ts';
import { countHandling } from './handling.ts';
import { NOTHING_DONE } from './shift.ts';
import type { Agent, Member } from './state.ts';

/** The agent as one who serves a queue: with what he did for it before, should he have served it. */
export function memberOf(agent: Agent, queue: string): Member {
  let member = agent.shift.get(queue);
  if (!member) {
    member = { agent, afterMs: 0, ...NOTHING_DONE };
    agent.shift.set(queue, member);
  }
  return member;
}

/** His shift (班次) begins. */
export function beginShift(agent: Agent, now: number): void {
  agent.shiftSince = now;
  for (const member of agent.shift.values()) Object.assign(member, NOTHING_DONE);
}

export function countOffer(state: CoreState, member: Member): void {
  state.lastRing += 1;
  member.rungAs = state.lastRing;
  member.offers += 1;
}

/** He is rung no longer, whether he answered or not. */
export function countRing({ work }: Agent, now: number): void {
  work!.member.ringMs += now - work!.offeredAt;
}

/** His talk is over. */
export function countTalk({ work }: Agent, now: number): void {
  const { member, handling, wrapUpMs, talksSince = now } = work!;
  const talkMs = now - talksSince;
  member.calls += 1;
  member.talkMs += talkMs;
  countHandling(handling, talkMs + wrapUpMs);
}
