import { describe, expect, it } from 'vitest';
import { pickUp } from '../../../src/call/pick-up.ts';
import type { FlowCall } from '../../../src/dialplan/run/flow-call.ts';
import { scenario } from '../../support/scenario.ts';
import { dials, ears, OPEN_TRUNK, phoneOf, talkOf, together } from '../../support/talk.ts';

const WHO = { name: '8002', kind: 'agent' } as const;

async function ringing(flow: (call: FlowCall) => Promise<unknown>) {
  const s = await scenario(async (call) => void (await flow(call)), { companies: OPEN_TRUNK });
  s.edge.phone('8001', { does: 'ring' });
  const alice = s.call();
  await s.clock.runUntil(() => s.edge.legsTo('8001').length === 1);
  await s.clock.advance(2_000);
  return { ...s, alice };
}

describe('pick-up', () => {
  it("takes a queue's call that rings at a colleague's; the colleague is free again", async () => {
    const s = await ringing((call) => call.queue('sales'));
    const sip = await dials(s, '8002', '*8');
    expect(await pickUp(s.pbx.calls, sip, phoneOf('8002'), WHO, '8001')).toBe(true);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('connected')).toMatchObject([{ target: '8002' }]);
    expect(s.edge.legsTo('8001')).toEqual([]);
    expect(s.pbx.acd.agents()[0]!.state).toBe('ready');
    const talk = talkOf(s, s.alice);
    expect(together(ears(talk).caller, ears(talk).partner!)).toBe(true);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(sip.state).toBe('ended');
    await s.close();
  });

  it('takes a call that was dialled, whichever colleague is rung', async () => {
    const s = await ringing((call) => call.dial({ targets: [{ kind: 'extension', number: '8001' }] }));
    expect(await pickUp(s.pbx.calls, await dials(s, '8002', '*8'), phoneOf('8002'), WHO)).toBe(true);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.alice.statuses.at(-1)).toBe(200);
    expect(s.facts('rung').map(({ target, outcome }) => `${target} ${outcome}`)).toEqual([
      '8002 answered',
      '8001 cancelled: 8002 answered',
    ]);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it("finds nothing of another tenant's, nor at a phone that is not rung", async () => {
    const s = await ringing((call) => call.queue('sales'));
    const sip = await dials(s, '8002', '*8');
    expect(await pickUp(s.pbx.calls, sip, phoneOf('8002', 'another'), WHO, '8001')).toBe(false);
    expect(await pickUp(s.pbx.calls, sip, phoneOf('8002', 'another'), WHO)).toBe(false);
    expect(await pickUp(s.pbx.calls, sip, phoneOf('8002'), WHO, '8005')).toBe(false);
    expect(sip.state).toBe('arriving');
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('too late: the colleague answers at the same moment, and who comes second is let go', async () => {
    const s = await ringing((call) => call.queue('sales'));
    const sip = await dials(s, '8002', '*8');
    const taken = pickUp(s.pbx.calls, sip, phoneOf('8002'), WHO, '8001');
    s.edge.legsTo('8001')[0]!.pickUp();
    await s.clock.settle();
    expect(await taken).toBe(true);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const states = [sip.state, s.edge.legsTo('8001').length];
    expect([
      ['ended', 1],
      ['confirmed', 0],
    ]).toContainEqual(states);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});
