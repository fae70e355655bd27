import { describe, expect, it } from 'vitest';
import { park, parkedIn, takeUp } from '../../../src/call/park.ts';
import { takeIn } from '../../../src/call/take-in.ts';
import { dials, ears, phoneOf, playing, segments, talking, talkOf, together } from '../../support/talk.ts';

const SLOT = { slot: '701', limitMs: 60_000 };

describe('park', () => {
  it('leaves the caller with music until a colleague takes him up', async () => {
    const s = await talking();
    await park(s.pbx.calls, s.talk, SLOT);
    expect([s.bob.state, s.talk.state, playing(ears(s.talk).caller)]).toEqual([
      'ended',
      'parked',
      'queue-music',
    ]);
    expect(s.pbx.acd.agents()[0]!.state).toBe('wrap-up');
    expect(parkedIn(s.pbx.calls, 'demo', '701')).toBe(s.talk);
    expect(parkedIn(s.pbx.calls, 'another', '701')).toBeUndefined();
    await s.clock.advance(9_000);
    const leg = await takeIn(s.talk.call, await dials(s, '8002', '701'), phoneOf('8002'), '8002');
    await takeUp(s.talk, leg!, s.talk.partyAt('8002'));
    const { caller, partner } = ears(s.talk);
    expect([s.talk.state, together(caller, partner!), playing(caller)]).toEqual(['talking', true, undefined]);
    await expect(async () => takeUp(s.talk, leg!, s.talk.partyAt('8002'))).rejects.toMatchObject({
      code: 'wrong-state',
    });
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(segments(s).slice(-3)).toEqual(['talk 8001', 'hold park 701', 'talk 8002']);
    await s.close();
  });

  it('has who parked the caller talk on when he takes him up himself, and wrap up once more then', async () => {
    const s = await talking();
    const agent = () => s.pbx.acd.agents()[0]!;
    await park(s.pbx.calls, s.talk, SLOT);
    await s.clock.advance(3_000);
    expect(agent().state).toBe('wrap-up');
    const leg = await takeIn(s.talk.call, await dials(s, '8001', '701'), phoneOf('8001'), '8001');
    await takeUp(s.talk, leg!, s.talk.partyAt('8001'));
    const { id } = s.talk.call;
    expect(agent()).toMatchObject({ state: 'talking', callId: id, queue: 'sales' });
    expect(s.agentEvents.at(-1)).toMatchObject({ did: 'pick-up', state: 'talking', callId: id });
    // What was left of his wrap-up ends nothing.
    await s.clock.advance(60_000);
    expect(agent().state).toBe('talking');
    s.alice.remoteEnd('normal');
    await s.clock.settle();
    expect(agent()).toMatchObject({ state: 'wrap-up', callId: id });
    await s.clock.advance(20_000);
    expect(agent().state).toBe('ready');
    await s.close();
  });

  it('rings back who parked him when nobody comes', async () => {
    const s = await talking();
    await park(s.pbx.calls, s.talk, SLOT);
    await s.clock.advance(60_000);
    expect([s.talk.state, segments(s).at(-1), playing(ears(s.talk).caller)]).toEqual([
      'waiting',
      'ring 8001',
      'queue-music',
    ]);
    await s.clock.advance(2_000);
    expect([s.talk.state, s.talk.places.partner!.who.name]).toEqual(['talking', '8001']);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('goes on after the talk when nobody answers there either', async () => {
    const s = await talking({}, ['goodbye']);
    const ear = ears(s.talk).caller;
    await park(s.pbx.calls, s.talk, SLOT);
    s.edge.phone('8001', { does: 'reject', status: 486 });
    await s.clock.advance(60_500);
    expect([s.talk.state, playing(ear)]).toEqual(['over', 'goodbye']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('a slot is taken once; a caller who hangs up frees it', async () => {
    const s = await talking();
    await park(s.pbx.calls, s.talk, SLOT);
    s.edge.phone('8002', { does: 'answer', afterMs: 500 });
    const other = s.call({ from: '13800138001' });
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const second = talkOf(s, other);
    expect(() => park(s.pbx.calls, second, SLOT)).toThrow(expect.objectContaining({ code: 'slot-taken' }));
    expect(second.state).toBe('talking');
    s.alice.remoteEnd('normal');
    await s.clock.settle();
    await park(s.pbx.calls, second, SLOT);
    expect(parkedIn(s.pbx.calls, 'demo', '701')).toBe(second);
    other.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});
