import { describe, expect, it } from 'vitest';
import type { FakeInboundLeg } from '../../src/edge/fake/fake-leg.ts';
import { STANDARD_CODES } from '../../src/provisioning/feature-codes.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { ears, OPEN_TRUNK, phoneCalls, refer, segments, talking, talkOf, together } from '../support/talk.ts';

/** A caller of the hotline for whom agent 8001 is rung. */
async function ringing(): Promise<Scenario & { alice: FakeInboundLeg }> {
  const s = await scenario(async (call) => void (await call.queue('sales')), { companies: OPEN_TRUNK });
  s.edge.phone('8001', { does: 'ring' });
  const alice = s.call();
  await s.clock.runUntil(() => s.edge.legsTo('8001').length === 1);
  return { ...s, alice };
}

async function hangsUp(s: Scenario, leg: FakeInboundLeg): Promise<void> {
  leg.remoteEnd('normal');
  await s.clock.advance(20_000);
  await s.close();
}

const whys = (s: Scenario) => s.facts('step').map(({ why }) => why);

describe('feature codes', () => {
  it.each(['*8', '**8001'])("%s takes the call that rings at a colleague's", async (code) => {
    const s = await ringing();
    const sip = phoneCalls(s, '8002', code);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('connected')).toMatchObject([{ target: '8002' }]);
    expect([s.edge.legsTo('8001').length, sip.state, s.pbx.calls.size]).toEqual([0, 'confirmed', 1]);
    const { caller, partner } = ears(talkOf(s, s.alice));
    expect(together(caller, partner!)).toBe(true);
    await hangsUp(s, s.alice);
  });

  it('that have nothing to do are said so, in a call of their own', async () => {
    const s = await scenario(async () => {});
    for (const code of ['*8', '**8001', '*857']) {
      const sip = phoneCalls(s, '8002', code);
      await s.clock.runUntil(() => sip.state === 'ended');
      expect(sip.statuses).toEqual([200]);
    }
    expect(whys(s)).toEqual([
      'no phone of the company rings',
      'that phone does not ring',
      'nobody is parked there',
    ]);
    expect(s.facts('ended')).toMatchObject(Array(3).fill({ cause: 'unknown-number' }));
    expect(s.edge.rung).toEqual([]);
    await s.close();
  });

  it('a phone hears itself, until it hangs up', async () => {
    const s = await scenario(async () => {}, { can: { echo: true } });
    const sip = phoneCalls(s, '8002', '*43');
    await s.clock.advance(1_000);
    expect([sip.statuses, s.ear().hears(s.ear())]).toEqual([[200], true]);
    expect(segments(s)).toContain('ivr echo');
    sip.remoteEnd('normal');
    await s.clock.settle();
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'caller' }]);
    await s.close();
  });

  it('are those of a registered phone also at the address of a trunk, whose own calls are none', async () => {
    const s = await scenario(async () => {}, {
      isPhone: ({ from }) => from.user === '8001',
      phones: {
        events: new TypedEvents(),
        handle: () => ({ status: 501 }),
        identify: ({ from }) => ({ extension: from.user, tenant: 'demo' }),
        routes: () => [],
      },
    });
    for (const [from, status] of [
      ['8001', 200],
      ['13800138000', 404],
    ] as const) {
      const sip = s.call({ from, to: '*53' });
      await s.clock.runUntil(() => sip.state === 'ended');
      expect(sip.statuses).toEqual([status]);
    }
    expect(s.pbx.acd.stateOf('demo', '8001')).toBe('busy');
    await s.close();
  });

  it('a phone that hangs up at once leaves nothing open', async () => {
    const s = await scenario(async () => {});
    phoneCalls(s, '8002', '*8').remoteEnd('cancelled');
    await s.clock.settle();
    expect(s.facts('arrived')).toEqual([]);
    await s.close();
  });

  it('a company changes its codes: the next call counts, calls in progress go on', async () => {
    const s = await ringing();
    s.change({ tenant: { codes: { ...STANDARD_CODES, pickUp: '#1' } } });
    const old = phoneCalls(s, '8002', '*8');
    await s.clock.runUntil(() => old.state === 'ended');
    expect(whys(s)).toContain('there is no feature code *8');
    expect(s.edge.legsTo('8001')).toHaveLength(1);
    phoneCalls(s, '8002', '#1');
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('connected')).toMatchObject([{ target: '8002' }]);
    await hangsUp(s, s.alice);
  });

  it('the code of a hotline turns its switch; a code of the company comes before it', async () => {
    const dialled: string[] = [];
    const s = await scenario(async () => {}, {
      hotlines: {
        route: () => undefined,
        switchCode: (code, tenant) => ({
          run: async (call) => {
            dialled.push(`${tenant} ${code}`);
            await call.hangup('normal');
          },
        }),
      },
    });
    for (const code of ['*61', '*8', '*52']) {
      const sip = phoneCalls(s, '8002', code);
      await s.clock.runUntil(() => sip.state === 'ended');
    }
    // one that came with a later version yields to it
    expect(dialled).toEqual(['demo *61', 'demo *52']);
    expect(s.facts('arrived')).toMatchObject(Array(3).fill({ direction: 'internal' }));
    await s.close();
  });
});

it('audio that fails when a phone takes a parked caller up harms nobody else', async () => {
  const s = await talking();
  s.bob.delegate.onRefer!(refer('*857'));
  await s.clock.settle();
  s.media.bridge = () => Promise.reject(new Error('no audio'));
  const sip = phoneCalls(s, '8002', '*857');
  await s.clock.advance(1_000);
  expect([sip.state, s.alice.state]).toEqual(['ended', 'ended']);
  await s.clock.advance(20_000);
  await s.close();
});

describe('parking by phone', () => {
  it('a caller who is transferred to the code waits there until a colleague dials it', async () => {
    const s = await talking();
    const request = refer('*857');
    s.bob.delegate.onRefer!(request);
    await s.clock.settle();
    expect([request.answers, s.talk.state, s.bob.state]).toEqual([['accepted', 200], 'parked', 'ended']);
    const wrong = phoneCalls(s, '8002', '*858');
    await s.clock.runUntil(() => wrong.state === 'ended');
    expect(s.talk.state).toBe('parked');
    phoneCalls(s, '8002', '*857');
    await s.clock.settle();
    const { caller, partner } = ears(s.talk);
    expect([s.talk.state, together(caller, partner!)]).toEqual(['talking', true]);
    const own = s.facts('segment').filter(({ callId }) => callId === s.talk.call.id);
    expect(own.slice(-2).map(({ kind, owner }) => `${kind} ${owner}`)).toEqual(['hold park 7', 'talk 8002']);
    await hangsUp(s, s.alice);
  });

  it('who called a colleague parks him too; a slot is taken once', async () => {
    const s = await talking();
    s.bob.delegate.onRefer!(refer('*857'));
    s.edge.phone('8002', { does: 'answer', afterMs: 500 });
    const caller = phoneCalls(s, '8003', '8002');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const taken = refer('*857');
    caller.delegate.onRefer!(taken);
    expect([taken.answers, caller.state]).toEqual([['refused', 486], 'confirmed']);
    caller.delegate.onRefer!(refer('*858'));
    await s.clock.settle();
    const parked = s.edge.legsTo('8002')[0]!;
    expect([caller.state, talkOf(s, parked).slot]).toEqual(['ended', '8']);
    parked.remoteEnd('normal');
    await hangsUp(s, s.alice);
  });

  it('no other code is a place to go to: the carrier is not asked, and nobody is parked', async () => {
    const s = await talking();
    for (const code of ['*77', '*8', '*61', '#21#']) {
      const request = refer(code);
      s.bob.delegate.onRefer!(request);
      await s.clock.settle();
      expect(request.answers).toEqual(['accepted', 480]);
    }
    expect([s.edge.rung, s.talk.state]).toEqual([['8001'], 'talking']);
    await hangsUp(s, s.alice);
  });

  it('somebody is found while another call of the company has no caller yet', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'ring' });
    s.pbx.originate({ tenant: 'demo', extension: '8002', number: '8003', by: 'test' });
    const request = refer('*857');
    s.bob.delegate.onRefer!(request);
    expect([request.answers, s.talk.state]).toEqual([['accepted', 200], 'parked']);
    s.edge.legsTo('8002')[0]?.remoteEnd('rejected', 603);
    await hangsUp(s, s.alice);
  });
});
