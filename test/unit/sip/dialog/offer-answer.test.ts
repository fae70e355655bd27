import { describe, expect, test } from 'vitest';
import {
  glareBackOffMs,
  nextOfferAnswer,
  type OfferAnswerInput,
  type OfferAnswerState,
  refusalOf,
} from '../../../../src/sip/dialog/offer-answer.ts';

const STATES: OfferAnswerState[] = ['stable', 'offered', 'asked'];
const INPUTS: OfferAnswerInput[] = ['send-offer', 'receive-offer', 'send-answer', 'receive-answer', 'drop'];

describe('offer and answer', () => {
  test('every input in every state (RFC 3264 4, RFC 6337 2)', () => {
    const table = STATES.map((state) => INPUTS.map((input) => nextOfferAnswer(state, input)));
    expect(table).toEqual([
      ['offered', 'asked', undefined, undefined, 'stable'],
      [undefined, undefined, undefined, 'stable', 'stable'],
      [undefined, undefined, 'stable', undefined, 'stable'],
    ]);
  });

  test('re-INVITE and UPDATE at the wrong time (RFC 3261 14, RFC 3311 5.2)', () => {
    const now = { offerAnswer: 'stable', inviteSent: false, inviteReceived: false } as const;
    expect(refusalOf('INVITE', true, now)).toBeUndefined();
    expect(refusalOf('INVITE', true, { ...now, inviteSent: true })).toBe(491);
    expect(refusalOf('INVITE', true, { ...now, inviteReceived: true })).toBe(500);
    expect(refusalOf('INVITE', false, { ...now, offerAnswer: 'asked' })).toBe(500);
    expect(refusalOf('UPDATE', true, { ...now, offerAnswer: 'offered' })).toBe(491);
    expect(refusalOf('UPDATE', true, { ...now, offerAnswer: 'asked' })).toBe(500);
    // Without an offer an UPDATE only refreshes, at any time.
    expect(refusalOf('UPDATE', false, { ...now, offerAnswer: 'offered', inviteSent: true })).toBeUndefined();
  });

  test('the owner of the Call-ID waits longer after a 491 (RFC 3261 14.1)', () => {
    expect([glareBackOffMs(true, 0), glareBackOffMs(true, 0.9999)]).toEqual([2100, 4000]);
    expect([glareBackOffMs(false, 0), glareBackOffMs(false, 0.9999)]).toEqual([0, 2000]);
    expect(glareBackOffMs(true, 0.3) % 10).toBe(0);
  });
});
