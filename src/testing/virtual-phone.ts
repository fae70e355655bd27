import type { PhoneBehaviour } from '../edge/fake/fake-edge.ts';

/**
 * What an agent, a phone or a line does when it is rung: answers after some time and talks for some time, or one
 * of the ways in which nobody comes.
 */
export type VirtualPhone =
  | { readonly answersAfterMs?: number; readonly talkMs?: number }
  /** Ring without an answer, 486, and no phone registered. */
  | 'no-answer'
  | 'busy'
  | 'offline';

const ANSWERS_AFTER_MS = 3000;
const TALK_MS = 60_000;

/** The behaviour on the fake edge. */
export function behaviourOf(phone: VirtualPhone): PhoneBehaviour {
  if (phone === 'no-answer') return { does: 'ring' };
  if (phone === 'busy') return { does: 'reject', status: 486 };
  if (phone === 'offline') return { does: 'reject', status: 480 };
  const { answersAfterMs = ANSWERS_AFTER_MS, talkMs = TALK_MS } = phone;
  return { does: 'answer', afterMs: answersAfterMs, talkMs };
}
