import { afterEach, describe, expect, it } from 'vitest';
import type { FakeInboundLeg, FakeOutboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import type { PhonesEvents } from '../../../src/routing/phones.ts';
import { TypedEvents } from '../../../src/shared/events.ts';
import { type Scenario, scenario } from '../../support/scenario.ts';
import { ears, OPEN_TRUNK, playing, segments, talkOf, together } from '../../support/talk.ts';

/** The leg of an agent dies in a talk: the engine owns the call. */
let s: Scenario;
let alice: FakeInboundLeg;
const phones = new TypedEvents<PhonesEvents>();
const registered = new Set<string>();

/** Alice talks with 8001; 8002 rings for nobody yet. */
const open = async () => {
  for (const number of ['8001', '8002']) registered.add(number);
  s = await scenario(
    async (call) => {
      await call.queue('sales');
      await call.play('goodbye');
    },
    {
      companies: OPEN_TRUNK,
      phones: {
        events: phones,
        handle: () => ({ status: 501 }),
        identify: () => undefined,
        routes: (_, number) =>
          registered.has(number) ? [{ uri: `sip:${number}@phone`, from: { uri: 'sip:x@y' } }] : [],
      },
    },
  );
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
  alice = s.call();
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  return s.edge.legsTo('8001')[0]!;
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const talk = () => talkOf(s, alice);
const stateOf = (agent: string) => s.pbx.acd.agents().find(({ agent: id }) => id === agent)?.state;
const whys = () => s.facts('step').map(({ why }) => why);

/** Its network is gone: nothing is heard of it any more. */
const deadAir = async () => {
  ears(talk()).partner!.events.emit('deadAir', { silentMs: 30_000 });
  await s.clock.settle();
};

describe.each<[string, (bob: FakeOutboundLeg) => Promise<void>]>([
  ['whose audio does not come any more', deadAir],
  [
    'that answers no request any more',
    async (bob) => {
      bob.noResponse();
      await s.clock.settle();
    },
  ],
])("an agent's leg %s", (_, dies) => {
  it('leaves the caller with music, and his phone is asked to answer again by itself', async () => {
    const bob = await open();
    s.edge.phone('8001', { does: 'ring' });
    await dies(bob);
    expect(talk().state).toBe('reconnecting');
    expect(playing(ears(talk()).caller)).toBe('queue-music');
    expect(stateOf('8001')).toBe('reconnecting');
    await s.clock.advance(1);
    expect(s.edge.legsTo('8001')[0]!.call.headers).toMatchObject({ 'Answer-Mode': 'Auto' });
  });

  it('goes on with the same talk, record and recording when he answers', async () => {
    const bob = await open();
    s.edge.phone('8001', { does: 'answer', afterMs: 3_000 });
    await dies(bob);
    await s.clock.runUntil(() => talk().state === 'talking', 15_000);
    const { caller, partner } = ears(talk());
    expect(together(caller, partner!)).toBe(true);
    expect(stateOf('8001')).toBe('talking');
    expect(segments(s).slice(-3)).toEqual(['talk 8001', 'hold reconnecting 8001', 'talk 8001']);
    expect(s.facts('recordingStarted')).toHaveLength(1);
    expect(s.facts('recordingEnded')).toEqual([]);
    expect(s.facts('rung').at(-1)).toMatchObject({
      target: '8001',
      outcome: 'answered',
      reason: 'reconnect',
    });
    s.edge.legsTo('8001')[0]!.remoteEnd('normal');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('disconnected').map(({ by }) => by)).toEqual(['engine', 'target']);
    expect(stateOf('8001')).toBe('wrap-up');
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'engine' }]);
  });

  it('gives the caller to the front of the queue when he does not come back, with the why', async () => {
    const bob = await open();
    s.pbx.acd.setState('demo', '8002', 'busy');
    const earlier = s.call({ from: '13900139000' });
    await s.clock.advance(40_000);
    s.edge.phone('8001', { does: 'ring' });
    await dies(bob);
    await s.clock.advance(15_000);
    expect(stateOf('8001')).toBe('wrap-up');
    expect(whys()).toContain('8001 did not come back');
    expect(whys()).toContain('the leg of 8001 died in the talk: the caller goes first');
    expect(segments(s).at(-1)).toBe('queue sales');
    s.pbx.acd.setState('demo', '8002', 'ready');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const { callId, target } = s.facts('connected')[1]!;
    expect([target, callId]).toEqual(['8002', s.facts('arrived')[0]!.callId]);
    expect(earlier.state).toBe('confirmed');
    // a phone that has just failed to come back is left alone
    await s.clock.advance(20_000);
    expect(s.edge.rung.filter((number) => number === '8001')).toHaveLength(2);
  });
});

describe('while an agent is invited again', () => {
  it('a phone of his that registers is rung at once', async () => {
    const bob = await open();
    registered.delete('8001');
    bob.noResponse();
    await s.clock.advance(5_000);
    expect(s.edge.legsTo('8001')).toEqual([]);
    registered.add('8001');
    phones.emit('located', { tenant: 'demo', extension: '8001' });
    await s.clock.advance(1_500);
    expect(talk().state).toBe('talking');
  });

  it('a phone that was started again is rung anew, not the one that was there before', async () => {
    const bob = await open();
    s.edge.phone('8001', { does: 'nothing' });
    bob.noResponse();
    await s.clock.advance(5_000);
    s.edge.phone('8001', { does: 'answer', afterMs: 0 });
    phones.emit('located', { tenant: 'other', extension: '8001' });
    await s.clock.advance(100);
    expect(talk().state).toBe('reconnecting');
    phones.emit('located', { tenant: 'demo', extension: '8001' });
    await s.clock.advance(100);
    expect(talk().state).toBe('talking');
    expect(s.edge.legsTo('8001')).toHaveLength(1);
  });

  it('his refusal gives the caller to the queue at once', async () => {
    const bob = await open();
    s.edge.phone('8001', { does: 'reject', status: 603 });
    bob.noResponse();
    await s.clock.advance(100);
    expect(segments(s).at(-1)).not.toContain('reconnecting');
    expect(stateOf('8001')).toBe('wrap-up');
  });

  it('a caller who hangs up leaves nobody behind', async () => {
    const bob = await open();
    s.edge.phone('8001', { does: 'ring' });
    bob.noResponse();
    await s.clock.advance(1_000);
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.legsTo('8001')).toEqual([]);
    expect(stateOf('8001')).toBe('wrap-up');
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'caller' }]);
  });
});

it('the BYE of an agent is the end of the talk', async () => {
  const bob = await open();
  bob.remoteEnd('normal');
  await s.clock.settle();
  expect(s.edge.rung).toEqual(['8001']);
  expect(s.facts('disconnected')).toMatchObject([{ target: '8001', by: 'target' }]);
});

it('a long talk takes nothing of the time that the caller may wait after it', async () => {
  const bob = await open();
  await s.clock.advance(600_000);
  s.pbx.acd.setState('demo', '8002', 'busy');
  s.edge.phone('8001', { does: 'nothing' });
  bob.noResponse();
  await s.clock.advance(60_000);
  expect(segments(s).at(-1)).toBe('queue sales');
  s.pbx.acd.setState('demo', '8002', 'ready');
  await s.clock.advance(10_000);
  expect(s.facts('connected').at(-1)).toMatchObject({ target: '8002' });
});
