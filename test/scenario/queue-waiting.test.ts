import { describe, expect, it } from 'vitest';
import { hold } from '../../src/call/hold.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../support/scenario.ts';

const toSales = async (call: FlowCall) => void (await call.queue('sales'));

/** 8001 takes calls, 8002 has left; the queue `sales` is set up as said. */
async function house(queue: object, options: ScenarioOptions = {}, flow = toSales): Promise<Scenario> {
  const companies = edited(SAMPLE_COMPANIES, { queue: { maxWaitMs: 600_000, ...queue } });
  const s = await scenario(flow, { companies, ...options });
  s.pbx.acd.signOut('demo', '8002');
  return s;
}

const ANNOUNCE = { position: true, wait: true, prompts: [], everyMs: 45_000 };
/** What was said to callers, by their records. */
const said = (s: Scenario) =>
  s.facts('step').flatMap(({ why }) => (why.startsWith('said: ') ? [why.slice('said: '.length)] : []));
const POSITION_2 = ['queue-position-before', 'number-2', 'queue-position-after'];

/** What the caller of that number hears. */
function earOf(s: Scenario, from: string): NullEndpoint {
  const { callId } = s.facts('arrived').findLast(({ caller }) => caller === from)!;
  return s.media.endpointsOf(callId)[0]!;
}

async function end(s: Scenario): Promise<void> {
  for (const call of s.pbx.calls) call.end('normal', 'caller');
  await s.clock.advance(60_000);
  await s.close();
}

describe('a caller who waits is told', () => {
  it('his position at joining and every so often, with music between', async () => {
    const s = await house({ announce: ANNOUNCE });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 70_000 });
    s.call({ from: '13800000001' });
    await s.clock.advance(2_000);
    s.call({ from: '13800000002' });
    await s.clock.settle();
    s.call({ from: '13800000003' });
    await s.clock.settle();
    const carol = earOf(s, '13800000003');
    await s.clock.advance(10_000);
    expect(s.heard(carol)).toEqual([...POSITION_2, 'queue-music']);
    await s.clock.advance(35_000);
    expect(said(s)).toEqual(['position 1', 'position 2', 'position 1', 'position 2']);
    expect(s.pbx.acd.line('demo', 'sales').map(({ position }) => position)).toEqual([1, 2]);
    await s.clock.advance(45_000);
    expect(said(s).at(-1)).toBe('position 1');
    expect(s.facts('segment').filter(({ kind, owner }) => kind === 'queue' && owner !== 'sales')).toEqual([]);
    await end(s);
  });

  it('nothing when an agent is free at once', async () => {
    const s = await house({ announce: ANNOUNCE });
    s.edge.phone('8001', { does: 'answer', afterMs: 4_000, talkMs: 5_000 });
    s.call();
    await s.clock.settle();
    const alice = s.ear();
    await s.clock.advance(3_999);
    expect(s.heard(alice)).toEqual(['queue-music']);
    await end(s);
  });

  it('his expected wait, as soon as three calls tell how long one takes', async () => {
    const s = await house({ announce: ANNOUNCE, wrapUpMs: 10_000, announceAgent: false });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 80_000 });
    for (let caller = 1; caller <= 5; caller++) {
      s.call({ from: `1380000000${caller}` });
      await s.clock.runUntil(() => s.facts('connected').length === caller);
    }
    s.call({ from: '13800000006' });
    await s.clock.settle();
    expect(said(s).at(-1)).toBe('position 1, wait about 2 min');
    expect(s.pbx.acd.line('demo', 'sales')).toMatchObject([{ position: 1, expectedWaitMs: 90_000 }]);
    s.call({ from: '13800000007' });
    await s.clock.settle();
    expect(said(s).at(-1)).toBe('position 2, wait about 3 min');
    await end(s);
  });

  it("the company's own prompts in turn, after his position", async () => {
    const prompts = ['welcome', 'please-wait'];
    const s = await house({ announce: { ...ANNOUNCE, wait: false, prompts, everyMs: 20_000 } });
    s.edge.phone('8001', { does: 'ring' });
    s.pbx.acd.setState('demo', '8001', 'busy');
    s.call();
    await s.clock.advance(65_000);
    expect(said(s)).toEqual([
      'position 1',
      'position 1, welcome',
      'position 1, please-wait',
      'position 1, welcome',
    ]);
    await end(s);
  });

  it('no further word when an agent answers, who is not kept waiting for the end of it', async () => {
    const s = await house({ announce: ANNOUNCE, announceAgent: false });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
    s.pbx.acd.setState('demo', '8001', 'busy');
    s.call();
    await s.clock.settle();
    const alice = s.ear();
    s.pbx.acd.setState('demo', '8001', 'ready');
    await s.clock.advance(1_000);
    expect(s.heard(alice)).toEqual(['queue-position-before']);
    expect([s.facts('connected').length, alice.playing]).toEqual([1, undefined]);
    await end(s);
  });

  it('what there is a prompt for: without one he waits on with music', async () => {
    const s = await house({ announce: { ...ANNOUNCE, position: false, prompts: ['gone'], everyMs: 20_000 } });
    s.pbx.acd.setState('demo', '8001', 'busy');
    const alice = s.call();
    await s.clock.advance(50_000);
    expect([alice.state, said(s)]).toEqual(['confirmed', []]);
    await end(s);
  });
});

it('prompts that a company has taken away cost no caller his call: in line, before the talk, on hold', async () => {
  const s = await house({
    music: 'gone',
    announce: { ...ANNOUNCE, wait: false, everyMs: 20_000 },
    announceToAgent: { queue: 'gone', area: false, waited: true },
  });
  s.change({ agent: { greeting: 'gone' } });
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  s.pbx.acd.setState('demo', '8001', 'busy');
  s.call();
  await s.clock.settle();
  const alice = s.ear();
  await s.clock.advance(25_000);
  expect(s.heard(alice)).toEqual([
    ...['queue-position-before', 'number-1', 'queue-position-after', 'ringback'],
    ...['queue-position-before', 'number-1', 'queue-position-after', 'ringback'],
  ]);
  s.pbx.acd.setState('demo', '8001', 'ready');
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  expect(s.heard(alice)).toContain('agent-prefix');
  expect(s.heard(s.ear())).toContain('caller-waited');
  const { caller } = [...s.pbx.calls][0]!;
  const talk = s.pbx.calls.talkOf(caller.sip)!;
  await hold(talk, talk.places.partner!.leg);
  expect(alice.playing?.items).toEqual([{ tone: 'ringback' }]);
  await end(s);
});

const OFFER = { afterMs: 60_000, keepWaiting: '1', callback: '2', ifSilent: 'wait' };
const OFFERED = ['offer-keep-waiting', 'digit-1', 'offer-callback', 'digit-2'];

/** Alice waits in a queue without a free agent until it has offered her keys. */
async function offered(
  offer: object,
  flow = toSales,
): Promise<{ s: Scenario; press: (key: string) => void }> {
  const s = await house({ offer: { ...OFFER, ...offer } }, {}, flow);
  s.pbx.acd.setState('demo', '8001', 'busy');
  s.call();
  await s.clock.settle();
  const alice = s.ear();
  await s.clock.advance(60_000);
  return { s, press: (key) => alice.press(key) };
}

const outcomeOf = (s: Scenario) => s.facts('askEnded').map(({ ending }) => ending);

describe('keys that a queue offers to who waits', () => {
  it('are said after a while and then again and again, with music between', async () => {
    const { s } = await offered({});
    await s.clock.advance(60_000);
    expect(said(s)).toEqual(['1 to keep waiting, 2 for a call back', '1 to keep waiting, 2 for a call back']);
    const [ear] = [...s.media.endpoints];
    expect(
      s
        .heard(ear!)
        .filter((name) => !name.startsWith('queue-music'))
        .slice(0, 4),
    ).toEqual(OFFERED);
    await end(s);
  });

  it('mean nothing before they are offered', async () => {
    const s = await house({ offer: OFFER });
    s.pbx.acd.setState('demo', '8001', 'busy');
    const alice = s.call();
    await s.clock.settle();
    s.ear().press('2');
    await s.clock.advance(10_000);
    expect([alice.state, s.facts('callbackPromised')]).toEqual(['confirmed', []]);
    await end(s);
  });

  it('let him leave a message', async () => {
    const { s, press } = await offered({ voicemail: { key: '3', mailbox: 'after-hours' } });
    press('3');
    await s.clock.advance(1_000);
    expect(outcomeOf(s)).toEqual(['key']);
    expect(s.facts('segment').at(-1)).toMatchObject({ kind: 'voicemail', owner: 'after-hours' });
    expect(s.pbx.acd.line('demo', 'sales')).toEqual([]);
    await end(s);
  });

  it.each([
    ['wait', 'confirmed'],
    ['leave', 'ended'],
  ])('who presses nothing may %s', async (ifSilent, state) => {
    const s = await house({ offer: { ...OFFER, ifSilent } });
    s.pbx.acd.setState('demo', '8001', 'busy');
    const alice = s.call();
    await s.clock.advance(100_000);
    expect(alice.state).toBe(state);
    const whys = s.facts('step').map(({ why }) => why);
    expect(whys.includes('did not press 1 to keep waiting')).toBe(ifSilent === 'leave');
    await end(s);
  });

  it('who presses the key to keep waiting hears music at once and stays', async () => {
    const { s, press } = await offered({ ifSilent: 'leave' });
    press('1');
    await s.clock.settle();
    expect(s.ear().playing?.options.repeat).toBe(Number.POSITIVE_INFINITY);
    await s.clock.advance(40_000);
    expect(s.pbx.acd.line('demo', 'sales')).toHaveLength(1);
    expect(s.facts('keyed')).toMatchObject([{ purpose: 'queue sales', digits: '1' }]);
    await end(s);
  });

  it('give way to those of the flow', async () => {
    const left: unknown[] = [];
    const { s, press } = await offered({}, async (call) => {
      left.push(await call.queue('sales', { keys: '2' }));
    });
    press('2');
    await s.clock.settle();
    expect(left).toEqual([{ reason: 'key', digit: '2' }]);
    await end(s);
  });
});

describe('a caller who is cut off', () => {
  const servedInOrder = (s: Scenario) => {
    const callers = new Map(s.facts('arrived').map(({ callId, caller }) => [callId, caller]));
    return s.facts('connected').map(({ callId }) => callers.get(callId));
  };

  it.each([
    ['within two minutes', {}, 100_000, ['13800000009', '13800000001', '13800000002']],
    ['later', {}, 130_000, ['13800000009', '13800000002', '13800000001']],
    [
      'in time of a queue that keeps no places',
      { keepPlaceMs: 0 },
      10_000,
      ['13800000009', '13800000002', '13800000001'],
    ],
  ])('and calls again %s', async (_, queue, goneMs, order) => {
    const s = await house({ announceAgent: false, maxWaitMs: 600_000, wrapUpMs: 0, ...queue });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 200_000 });
    s.call({ from: '13800000009' });
    await s.clock.advance(5_000);
    const alice = s.call({ from: '13800000001' });
    await s.clock.advance(20_000);
    s.call({ from: '13800000002' });
    await s.clock.advance(10_000);
    alice.remoteEnd('normal');
    await s.clock.advance(goneMs);
    s.call({ from: '13800000001' });
    await s.clock.runUntil(() => s.facts('connected').length === 3);
    expect(servedInOrder(s)).toEqual(order);
    const why = `his place again: he had waited 30 s and was gone for ${goneMs / 1000} s`;
    expect(s.facts('step').filter((step) => step.why === why)).toHaveLength(
      order[1] === '13800000001' ? 1 : 0,
    );
    await end(s);
  });
});
