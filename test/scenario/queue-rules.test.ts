/** Who is rung when, and how long callers wait: what a company sets up of its queues, lived through by callers and agents. */
import { describe, expect, it } from 'vitest';
import { Switches } from '../../src/dialplan/plan/switches.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { Queue } from '../../src/provisioning/kind/queue.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** The queue `sales` of the sample with other rules. */
const sales = (rules: Partial<Queue>) =>
  edited(SAMPLE_COMPANIES, { queue: (queue) => (queue.name === 'sales' ? rules : {}) });
const toSales = async (call: FlowCall) => void (await call.queue('sales'));
const whys = (s: Scenario) => s.facts('step').map(({ why }) => why);
const states = (s: Scenario) => s.pbx.acd.agents().map(({ state }) => state);

describe('last-agent 回头客', () => {
  it('rings who talked with the caller last, as far back as the queue looks; else whom the fallback says', async () => {
    const asked: unknown[] = [];
    const s = await scenario(toSales, {
      companies: sales({ strategy: 'last-agent', fallback: 'sequential', lastAgentWithinMs: 3_600_000 }),
      lastAgents: {
        of: async (...who) => {
          asked.push(who);
          return who[1] === '13800138000' ? '8002' : undefined;
        },
      },
    });
    for (const id of ['8001', '8002']) s.edge.phone(id, { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    const now = s.clock.now();
    s.call({ from: '13800138000' });
    await s.clock.advance(500);
    expect([s.edge.rung, whys(s).at(-1)]).toEqual([['8002'], '8002 by last-agent']);
    expect(asked).toEqual([['demo', '13800138000', now - 3_600_000]]);
    s.call({ from: '13900139000' });
    await s.clock.advance(500);
    expect(s.edge.rung).toEqual(['8002', '8001']);
    expect(whys(s)).toContainEqual(
      expect.stringMatching(
        /^8001 by sequential, for nobody has talked with the caller before; 8002 skipped/,
      ),
    );
    await s.clock.advance(60_000);
    await s.close();
  });

  it('keeps no caller waiting for what the records know', async () => {
    const s = await scenario(toSales, {
      companies: sales({ strategy: 'last-agent' }),
      lastAgents: { of: () => new Promise(() => {}) },
    });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.call();
    await s.clock.advance(1_100);
    expect(s.edge.rung).toHaveLength(1);
    expect(whys(s)[0]).toContain('not known: ');
    await s.clock.advance(60_000);
    await s.close();
  });
});

it('owner 专属坐席: rings whom the flow names', async () => {
  const s = await scenario(async (call) => void (await call.queue('sales', { owner: '8002' })), {
    companies: sales({ strategy: 'owner' }),
  });
  s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  s.call();
  await s.clock.advance(500);
  expect([s.edge.rung, whys(s).at(-1)]).toEqual([['8002'], '8002 by owner']);
  await s.clock.advance(60_000);
  await s.close();
});

it('owner 专属坐席: or whom a list has for the number of the caller, in whatever notation; the flow comes first', async () => {
  let owner: string | undefined;
  const s = await scenario(async (call) => void (await call.queue('sales', { owner })), {
    companies: edited(sales({ strategy: 'owner', fallback: 'sequential', owners: 'gold' }), {
      list: ({ name }) => (name === 'gold' ? { owners: { '+8613800138000': '8002' } } : {}),
    }),
  });
  const rung = async (from: string) => {
    s.edge.rung.length = 0;
    s.call({ from });
    await s.clock.advance(500);
    const [first] = s.edge.rung;
    const ended = s.pbx.calls.close('normal');
    await s.clock.advance(60_000);
    await ended;
    return first;
  };
  expect([await rung('13800138000'), await rung('13800138001')]).toEqual(['8002', '8001']);
  owner = '8001';
  expect(await rung('13800138000')).toBe('8001');
  s.change({ list: ({ name }) => (name === 'gold' ? { owners: { '013800138001': '8002' } } : {}) });
  owner = undefined;
  expect(await rung('13800138001')).toBe('8002');
  await s.close();
});

it('whose phone rings is told which script (话术) goes with the queue, until the call is over', async () => {
  const s = await scenario(toSales, { companies: sales({ script: 'sales' }) });
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  const told: (string | undefined)[][] = [];
  s.pbx.acd.events.on('agentChanged', ({ agent, state, script }) => told.push([agent, state, script]));
  s.call();
  await s.clock.advance(500);
  expect(s.pbx.acd.agents().map(({ script }) => script)).toEqual(['sales', undefined]);
  await s.clock.advance(60_000);
  expect(told).toContainEqual(['8001', 'ringing', 'sales']);
  expect(told).toContainEqual(['8001', 'talking', 'sales']);
  expect(s.pbx.acd.agents().map(({ script }) => script)).toEqual([undefined, undefined]);
  await s.close();
});

describe('ring-progressively', () => {
  const companies = sales({ strategy: 'ring-progressively', ringNextMs: 5_000, ringMs: 15_000 });

  it('rings the next one too without letting the first go; whoever answers has the call', async () => {
    const s = await scenario(toSales, { companies });
    s.edge.phone('8001', { does: 'answer', afterMs: 8_000, talkMs: 5_000 });
    s.edge.phone('8002', { does: 'ring' });
    s.call();
    await s.clock.advance(4_999);
    expect(s.edge.rung).toEqual(['8001']);
    await s.clock.advance(1);
    expect([s.edge.rung, states(s)]).toEqual([
      ['8001', '8002'],
      ['ringing', 'ringing'],
    ]);
    await s.clock.advance(3_000);
    expect(states(s)).toEqual(['talking', 'ready']);
    expect(s.facts('rung').map(({ target, outcome }) => [target, outcome])).toEqual([
      ['8001', 'answered'],
      ['8002', 'cancelled: 8001 answered'],
    ]);
    await s.clock.advance(60_000);
    await s.close();
  });

  it('rings all for as long again with each who comes, then they rest', async () => {
    const s = await scenario(toSales, { companies });
    for (const id of ['8001', '8002']) s.edge.phone(id, { does: 'ring' });
    const alice = s.call();
    await s.clock.advance(19_999);
    expect(states(s)).toEqual(['ringing', 'ringing']);
    await s.clock.advance(1);
    expect(states(s)).toEqual(['ready', 'ready']);
    expect(whys(s).at(-1)).toContain('8002 skipped: did not answer, rests 5 s');
    alice.remoteEnd('normal');
    await s.close();
  });
});

it('a second group helps when somebody has waited for 20 s', async () => {
  const tiers = [{ afterMs: 20_000, agents: ['8002'] }];
  const s = await scenario(toSales, { companies: sales({ agents: ['8001'], tiers }) });
  s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  s.pbx.acd.setState('demo', '8001', 'busy');
  s.call();
  await s.clock.advance(19_999);
  expect([s.edge.rung, whys(s).at(-1)]).toEqual([
    [],
    'nobody is free; 8001 skipped: busy; 8002 skipped: helps after 20 s of waiting',
  ]);
  await s.clock.advance(1);
  expect(s.edge.rung).toEqual(['8002']);
  await s.clock.advance(60_000);
  await s.close();
});

describe('overflow into another queue', () => {
  const companies = edited(SAMPLE_COMPANIES, { queue: { agents: ['8001'] } });

  it.each([
    [true, '13800000001'],
    [false, '13800000002'],
  ])('keeps the time that he has waited where the flow says so: %s', async (keepsWait, first) => {
    const s = await scenario(
      async (call) => {
        if (call.caller.number === '13800000001') {
          expect((await call.queue('sales', { maxWaitMs: 30_000 })).reason).toBe('timeout');
          await call.queue('service', { keepsWait });
        } else await call.queue('service');
      },
      { companies },
    );
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.pbx.acd.setState('demo', '8001', 'busy');
    s.call({ from: '13800000001' });
    await s.clock.advance(10_000);
    s.call({ from: '13800000002' });
    await s.clock.advance(21_000);
    s.pbx.acd.setState('demo', '8001', 'ready');
    await s.clock.advance(2_000);
    const callers = new Map(s.facts('arrived').map(({ callId, caller }) => [`${callId}`, caller]));
    const answered = s.agentEvents.filter(({ did }) => did === 'answer');
    expect(answered.map(({ callId }) => callers.get(callId!))).toEqual([first]);
    await s.clock.advance(120_000);
    await s.close();
  });
});

it('who misses calls in a row is busy, and his timeline says why', async () => {
  const s = await scenario(toSales, { companies: sales({ agents: ['8001'], busyAfterMisses: 2 }) });
  s.edge.phone('8001', { does: 'reject', status: 486 });
  const alice = s.call();
  await s.clock.advance(50_000);
  expect(s.edge.rung).toEqual(['8001', '8001']);
  expect(s.agentEvents.at(-1)).toMatchObject({ did: 'ring-failed', state: 'busy', reason: 'missed calls' });
  expect(whys(s)).toContainEqual('nobody is free; 8001 skipped: refused a call, rests 5 s');
  expect(whys(s).at(-1)).toBe('nobody is free; 8001 skipped: busy (missed calls)');
  alice.remoteEnd('normal');
  await s.close();
});

it('who refuses while colleagues ring is done with it at once, and is rung for the next caller', async () => {
  const s = await scenario(toSales, { companies: sales({ strategy: 'ring-all' }) });
  s.edge.phone('8001', { does: 'reject', status: 486, afterMs: 1_000 });
  s.edge.phone('8002', { does: 'ring' });
  const legs = [s.call()];
  await s.clock.advance(2_000);
  expect(states(s)).toEqual(['ready', 'ringing']);
  legs.push(s.call());
  await s.clock.advance(5_000);
  expect(s.edge.rung).toEqual(['8001', '8002', '8001']);
  for (const leg of legs) leg.remoteEnd('normal');
  await s.clock.advance(20_000);
  await s.close();
});

it('a phone that refuses at once is not rung without end, whatever rest the queue has', async () => {
  const s = await scenario(toSales, { companies: sales({ restAfterRefusalMs: 0, restAfterNoAnswerMs: 0 }) });
  s.edge.phone('8001', { does: 'reject', status: 486 });
  s.edge.phone('8002', { does: 'reject', status: 480 });
  const alice = s.call();
  await s.clock.advance(3_500);
  expect(s.edge.rung).toHaveLength(8);
  alice.remoteEnd('normal');
  await s.clock.advance(2_000);
  await s.close();
});

it('nor one that answers and hangs up before the talk', async () => {
  const rules = { restAfterRefusalMs: 0, wrapUpMs: 0, agents: ['8001'] };
  const s = await scenario(toSales, { companies: sales(rules) });
  s.edge.phone('8001', { does: 'answer', afterMs: 0, talkMs: 500 });
  const alice = s.call();
  await s.clock.advance(3_400);
  expect([s.edge.rung.length, alice.state]).toEqual([3, 'confirmed']);
  alice.remoteEnd('normal');
  await s.clock.advance(2_000);
  await s.close();
});

it('an agent rings as long as he himself may be rung', async () => {
  const companies = edited(sales({ strategy: 'ring-all' }), {
    agent: ({ id }) => (id === '8001' ? { ringMs: 6_000 } : {}),
  });
  const s = await scenario(toSales, { companies });
  for (const id of ['8001', '8002']) s.edge.phone(id, { does: 'ring' });
  const alice = s.call();
  await s.clock.advance(6_000);
  expect(s.facts('rung').map(({ target, outcome }) => [target, outcome])).toEqual([
    ['8001', 'no-answer: no answer in 6 s'],
  ]);
  await s.clock.advance(8_999);
  expect(s.facts('rung')).toHaveLength(1);
  await s.clock.advance(1);
  expect(s.facts('rung')).toHaveLength(2);
  alice.remoteEnd('normal');
  await s.close();
});

it('nobody joins a queue outside of its hours', async () => {
  const outcomes: unknown[] = [];
  const flow = async (call: FlowCall) => void outcomes.push(await call.queue('sales'));
  const s = await scenario(flow, {
    companies: sales({ hours: 'office' }),
    hotlines: {
      route: () => ({ run: flow }),
      period: (calendar, tenant) => ({ period: 'closed', why: `closed: ${calendar} of ${tenant}` }),
    },
  });
  s.call();
  await s.clock.advance(1_000);
  expect(outcomes).toEqual([{ reason: 'closed' }]);
  expect(whys(s).at(-1)).toBe('closed: office of demo');
  expect(s.facts('askEnded')).toMatchObject([{ queue: 'sales', ending: 'closed' }]);
  await s.close();
});

describe('peak mode 高峰应急', () => {
  it('has the second line help while its switch is on, and ends by itself', async () => {
    const clock = new ManualClock(0);
    const switches = new Switches(clock);
    const peak = { switch: 'storm', agents: ['8002'], wrapUpMs: 2_000 };
    const s = await scenario(toSales, { companies: sales({ agents: ['8001'], peak }), switches });
    const told: unknown[] = [];
    s.pbx.acd.events.on('peakChanged', ({ on, why }) => told.push([on, why]));
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.pbx.acd.setState('demo', '8001', 'busy');
    s.call();
    await s.clock.advance(5_000);
    expect(s.edge.rung).toEqual([]);
    switches.turn('demo', 'storm', true, 60_000);
    expect(told).toEqual([[true, '8002 help; wrap-up 2 s']]);
    await s.clock.advance(3_000);
    expect([s.edge.rung, states(s)]).toEqual([['8002'], ['busy', 'talking']]);
    await s.clock.runUntil(() => states(s)[1] === 'wrap-up', 20_000);
    await s.clock.advance(2_000);
    expect(states(s)).toEqual(['busy', 'ready']);
    await s.clock.advance(60_000);
    expect(told.at(-1)).toEqual([false, 'as before; wrap-up 10 s']);
    const alice = s.call();
    await s.clock.advance(5_000);
    expect(s.edge.rung).toEqual(['8002']);
    alice.remoteEnd('normal');
    await s.close();
  });

  it('tells who joins so, and offers him a call back', async () => {
    const switches = new Switches(new ManualClock(0));
    switches.turn('demo', 'storm', true);
    const peak = { switch: 'storm', agents: [], announcement: 'welcome', callback: '2' };
    const s = await scenario(toSales, { companies: sales({ peak }), switches });
    for (const id of ['8001', '8002']) s.pbx.acd.setState('demo', id, 'busy');
    const alice = s.call();
    await s.clock.advance(500);
    const ear = s.ear();
    expect([s.heard(ear), whys(s).at(-1)]).toEqual([['welcome'], 'said: welcome (peak mode)']);
    await s.clock.advance(20_000);
    expect(whys(s).at(-1)).toBe('said: 2 for a call back');
    ear.press('2');
    await s.clock.advance(100);
    expect(s.facts('keyed')).toMatchObject([{ purpose: 'queue sales', digits: '2' }]);
    expect(s.facts('askEnded')).toMatchObject([{ queue: 'sales', ending: 'key' }]);
    alice.remoteEnd('normal');
    await s.close();
  });
});
