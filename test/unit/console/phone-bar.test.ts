/** What the phone bar makes of figures, keys and numbers, and how tabs share one phone. */
import { describe, expect, it } from 'vitest';
import { mosOf } from '../../../src/client/softphone/mos.ts';
import { stepsOf } from '../../../src/console/desk/bar/loudness.ts';
import { inHand } from '../../../src/console/desk/in-hand.ts';
import { somebodyBy } from '../../../src/console/desk/somebody.ts';
import type { CallInHand } from '../../../src/http/routes/desks.ts';

describe('MOS by the E-model', () => {
  it('is that of G.711 on a clean way, and falls with loss and delay', () => {
    const clean = mosOf({ roundTripMs: 0, jitterMs: 0, loss: 0 });
    expect(clean).toBeGreaterThan(4.3);
    expect(clean).toBeLessThanOrEqual(4.5);
    const lossy = mosOf({ roundTripMs: 20, jitterMs: 5, loss: 0.05 });
    expect(lossy).toBeLessThan(clean);
    // ITU-T G.113: 5 % of loss, concealed, is heard and understood.
    expect(lossy).toBeGreaterThan(3.5);
    expect(mosOf({ roundTripMs: 800, jitterMs: 5, loss: 0 })).toBeLessThan(3.6);
    expect(mosOf({ roundTripMs: undefined, jitterMs: 0, loss: 1 })).toBeLessThan(1.3);
  });
});

it('the level of a microphone is of loudness: silence shows nothing, a voice most of it', () => {
  expect([0, 0.003, 0.05, 0.3, 1].map(stepsOf)).toEqual([0, 0, 3, 4, 5]);
});

it.each([
  ['8002', { agent: '8002' }],
  ['138 0013 8000', { number: '13800138000' }],
  ['+852-2345-6789', { number: '+85223456789' }],
  ['', undefined],
  ['li', undefined],
])('%j is whom somebody wants', (text, who) => {
  expect(somebodyBy(text)).toEqual(who);
});

it('of two calls the one in which he speaks is in hand, before one that rings, and that before one that is held', () => {
  const call = (callId: string, phase: CallInHand['phase']) => ({ callId, phase }) as CallInHand;
  const [held, rings, talks] = [call('h', 'held'), call('r', 'ringing'), call('t', 'talking')];
  expect(inHand([held, rings, talks])).toBe(talks);
  expect(inHand([held, rings])).toBe(rings);
  expect(inHand([held])).toBe(held);
  expect(inHand([])).toBeUndefined();
});
