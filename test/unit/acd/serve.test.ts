import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Acd } from '../../../src/acd/acd.ts';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { QueueSettings } from '../../../src/acd/core/inputs.ts';
import { serve } from '../../../src/acd/serve.ts';
import type { Call } from '../../../src/call/call.ts';
import type { QueueOptions } from '../../../src/call/outcomes.ts';
import type { FakeInboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../../../src/media/null/null-endpoint.ts';
import type { Queue } from '../../../src/provisioning/kind/queue.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { CallHouse } from '../../support/call-house.ts';
import { entity } from '../../support/companies.ts';
import { queueSettings } from '../../support/queue-settings.ts';

const ANNOUNCEMENT_MS = 2_000;
const MUSIC = [{ tone: 'ringback' }];
const SALES: Queue = {
  ...(queueSettings({
    name: 'sales',
    agents: ['1001', '1002'],
    maxWaitMs: 60_000,
    maxCallers: 2,
  }) as Omit<QueueSettings, 'peak'>),
  tenant: 'demo',
  lastAgentWithinMs: 86_400_000,
  priority: 'low',
  music: 'music',
  announceAgent: true,
  record: true,
};

let house: CallHouse;
let acd: Acd;
let call: Call;
let alice: FakeInboundLeg;
let announced: unknown[];
let recorded: string[];
let told: AgentEvent[];
let provisioning: Provisioning;
beforeEach(() => {
  announced = [];
  recorded = [];
  told = [];
  house = new CallHouse();
  const agent = (id: string, extension: string) =>
    entity('agent', { tenant: 'demo', id, name: id, extension });
  provisioning = new Provisioning([
    agent('1001', '8001'),
    agent('1002', '8002'),
    entity('queue', SALES),
    entity('queue', { ...SALES, name: 'quick', announceAgent: false, record: false, wrapUpMs: 0 }),
  ]);
  acd = new Acd({
    dayAt: (at) => ({ from: at, to: at + 86_400_000 }),
    clock: house.clock,
    ids: seededIds(),
    directory: house.directory,
    recorder: {
      start: ({ id }) => {
        recorded.push(`${id} on`);
        return { pause() {}, resume() {}, stop: () => recorded.push(`${id} off`) };
      },
    },
    promptItems: (_, prompts) => {
      if (Array.isArray(prompts) && prompts[0] === 'music') return [{ tone: 'ringback' }];
      announced.push(prompts);
      return [{ silenceMs: ANNOUNCEMENT_MS }];
    },
    areaPrompt: () => undefined,
    calls: house.calls,
    takeMessage: async () => {},
    promiseCallback: async () => false,
    journal: { append: (event) => void told.push(event) },
    provisioning,
    period: () => undefined,
  });
  ({ call, alice } = house.call());
});
afterEach(async () => {
  alice.remoteEnd('normal');
  await house.clock.settle();
  acd.close();
  await house.close();
});

/** Sends the call to a queue; `is`: how it left, or the code of the error. */
function waiting(visit?: QueueOptions, queue = 'sales', who = call): { is?: unknown } {
  const outcome: { is?: unknown } = {};
  serve(acd, who, queue, visit).then(
    (is) => {
      outcome.is = is;
    },
    ({ code }: { code: string }) => {
      outcome.is = code;
    },
  );
  return outcome;
}

const ear = (): NullEndpoint => house.ears(call)[0]!;
const states = () => acd.agents().map(({ state }) => state);
const whys = () => house.facts('step').map(({ why }) => why);
const segments = () => house.facts('segment').map(({ kind, owner }) => [kind, owner]);

describe('a caller who is served', () => {
  it('hears music, the work number of the agent, and talks; the agent wraps up', async () => {
    house.edge.phone('8001', { does: 'answer', afterMs: 4_000, talkMs: ANNOUNCEMENT_MS + 30_000 });
    const outcome = waiting();
    await house.clock.advance(3_999);
    expect(alice.statuses).toContain(200);
    expect(ear().playing).toMatchObject({ items: MUSIC, options: { repeat: Number.POSITIVE_INFINITY } });
    expect(states()).toEqual(['ringing', 'ready']);

    await house.clock.advance(1);
    expect(announced).toEqual([['agent-prefix', { digits: '1001', yao: true }, 'agent-suffix']]);
    expect(ear().playing?.items).toEqual([{ silenceMs: ANNOUNCEMENT_MS }]);
    expect([states(), recorded]).toEqual([['talking', 'ready'], []]);

    await house.clock.advance(ANNOUNCEMENT_MS);
    expect([ear().playing, ear().mixed, recorded]).toEqual([undefined, true, [`${call.id} on`]]);

    await house.clock.advance(30_000);
    expect(outcome.is).toEqual({ reason: 'served', agent: '1001', talkMs: 30_000 });
    expect([states(), recorded.at(-1)]).toEqual([['wrap-up', 'ready'], `${call.id} off`]);
    expect(segments().slice(0, 4)).toEqual([
      ['setup', 'carrier'],
      ['queue', 'sales'],
      ['ring', '1001'],
      ['talk', '1001'],
    ]);
    await house.clock.advance(10_000);
    expect(states()).toEqual(['ready', 'ready']);
  });

  it('leaves every change of his agents in their journal, with the call and the queue that it was for', async () => {
    house.edge.phone('8001', { does: 'answer', afterMs: 4_000, talkMs: ANNOUNCEMENT_MS + 30_000 });
    const began = house.clock.now();
    waiting();
    await house.clock.advance(5_000);
    acd.setState('demo', '1001', 'busy', 'lunch');
    acd.signOut('demo', '1002');
    await house.clock.advance(60_000);
    acd.setState('demo', '1001', 'ready');
    acd.close();
    const day = (who: string) =>
      told
        .filter(({ agent }) => agent === who)
        .map(({ at, did, state, reason, callId }) => [at - began, did, state, reason, callId === call.id]);
    const [answered, ended] = [4_000, 4_000 + ANNOUNCEMENT_MS + 30_000];
    expect(day('1001')).toEqual([
      [0, 'sign-in', 'ready', undefined, false],
      [0, 'reserve', 'reserved', undefined, true],
      [0, 'ring', 'ringing', undefined, true],
      [answered, 'answer', 'talking', undefined, true],
      [ended, 'hang-up', 'wrap-up', undefined, true],
      [ended + 10_000, 'wrapped-up', 'busy', 'lunch', true],
      [65_000, 'ready', 'ready', undefined, false],
      [65_000, 'sign-out', 'signed-out', 'stopped', false],
    ]);
    expect(day('1002')).toEqual([
      [0, 'sign-in', 'ready', undefined, false],
      [5_000, 'sign-out', 'signed-out', undefined, false],
    ]);
    const queues = new Set(told.filter(({ callId }) => callId).map(({ queue }) => queue));
    expect([...queues]).toEqual(['sales']);
  });

  it.each([
    ['busy', 'lunch'],
    ['sign-out', undefined],
  ] as const)(
    'loses an agent who was removed during the talk when it is over, also one who wished to %s',
    async (wish, reason) => {
      house.edge.phone('8001', { does: 'answer', afterMs: 0, talkMs: 5_000 });
      waiting({}, 'quick');
      await house.clock.advance(1_000);
      if (wish === 'sign-out') acd.signOut('demo', '1001');
      else acd.setState('demo', '1001', wish, reason);
      provisioning.replace([
        entity('agent', { tenant: 'demo', id: '1002', name: '1002', extension: '8002' }),
        entity('queue', { ...SALES, agents: ['1002'] }),
      ]);
      expect(states()).toEqual(['talking', 'ready']);
      await house.clock.advance(4_000);
      expect(acd.agents().map(({ agent }) => agent)).toEqual(['1002']);
      const ending = told.filter(({ agent, state }) => agent === '1001' && state === 'signed-out');
      expect(ending).toMatchObject([{ did: 'sign-out', reason: 'removed' }]);
    },
  );

  it('is neither told who it is nor recorded where the queue says so, and the agent needs no wrap-up', async () => {
    house.edge.phone('8001', { does: 'answer', afterMs: 0, talkMs: 5_000 });
    const outcome = waiting({}, 'quick');
    await house.clock.advance(5_000);
    expect(outcome.is).toEqual({ reason: 'served', agent: '1001', talkMs: 5_000 });
    expect([announced, recorded, states()]).toEqual([[], [], ['ready', 'ready']]);
  });

  it('goes to the next agent when one does not answer, and that one rests', async () => {
    house.edge.phone('8001', { does: 'ring' });
    house.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    waiting();
    await house.clock.advance(15_000);
    expect([house.edge.rung, states()]).toEqual([
      ['8001', '8002'],
      ['ready', 'ringing'],
    ]);
    expect(whys().at(-1)).toContain('1001 skipped: did not answer, rests 5 s');
    await house.clock.advance(1_000);
    expect(states()).toEqual(['ready', 'talking']);
  });

  it('waits on, with music, when the agent hangs up before the talk, whose wrap-up begins all the same', async () => {
    house.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: ANNOUNCEMENT_MS - 500 });
    house.edge.phone('8002', { does: 'ring' });
    const outcome = waiting();
    await house.clock.advance(1_000 + ANNOUNCEMENT_MS);
    expect(whys()).toContain('1001 hung up before the talk');
    expect([states(), outcome.is]).toEqual([['wrap-up', 'ringing'], undefined]);
    expect(ear().playing?.items).toEqual(MUSIC);
  });

  it('cannot leave with a key any more once somebody has answered', async () => {
    house.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
    const outcome = waiting({ keys: '0' });
    await house.clock.advance(2_000);
    ear().press('0');
    await house.clock.advance(20_000);
    expect(outcome.is).toMatchObject({ reason: 'served' });
    expect(house.facts('keyed')).toEqual([]);
  });
});

describe('a caller who is not served', () => {
  beforeEach(() => house.edge.phone('8001', { does: 'ring' }));

  it.each([
    ['his own limit', { maxWaitMs: 8_000 }, 8_000],
    ['the limit of the queue', {}, 60_000],
  ])('leaves at %s; the agent who rings is let go and need not rest', async (_, visit, limitMs) => {
    house.edge.phone('8002', { does: 'ring' });
    const outcome = waiting(visit);
    await house.clock.advance(limitMs - 1);
    expect(outcome.is).toBeUndefined();
    await house.clock.advance(1);
    expect(outcome.is).toEqual({ reason: 'timeout' });
    expect(whys().at(-1)).toBe(`nobody answered in ${limitMs / 1_000} s`);
    expect([states(), ear().playing, house.edge.open]).toEqual([['ready', 'ready'], undefined, 1]);
  });

  it('leaves with a key that was offered, not with another', async () => {
    const outcome = waiting({ keys: '09' });
    await house.clock.advance(1_000);
    ear().press('5');
    await house.clock.advance(1_000);
    expect(outcome.is).toBeUndefined();
    ear().press('9');
    await house.clock.settle();
    expect(outcome.is).toEqual({ reason: 'key', digit: '9' });
    expect(house.facts('keyed')).toMatchObject([{ purpose: 'queue sales', digits: '9' }]);
    expect(states()).toEqual(['ready', 'ready']);
  });

  it.each([
    ['while an agent rings', () => {}],
    ['while all are busy', () => ['1001', '1002'].forEach((id) => void acd.setState('demo', id, 'busy'))],
  ])('gives up %s: nothing of him stays', async (_, before) => {
    before();
    const outcome = waiting();
    await house.clock.advance(1_000);
    expect(acd.line('demo', 'sales').length).toBe(1);
    alice.remoteEnd('normal');
    await house.clock.settle();
    expect(outcome.is).toBe('closed');
    expect(acd.line('demo', 'sales').length).toBe(0);
    expect([house.edge.open, states().includes('ringing')]).toEqual([0, false]);
  });
});

describe('a caller in a queue that nobody serves any more', () => {
  it.each([
    ['while an agent rings', () => {}],
    ['while all are busy', () => ['1001', '1002'].forEach((id) => void acd.setState('demo', id, 'busy'))],
  ])('leaves it where it says so: %s', async (_, before) => {
    house.edge.phone('8001', { does: 'ring' });
    before();
    provisioning.replace([
      ...[...provisioning.snapshot].filter(({ kind }) => kind === 'agent'),
      entity('queue', { ...SALES, noAgents: 'leave' }),
    ]);
    const outcome = waiting();
    await house.clock.advance(1_000);
    provisioning.replace([
      ...[...provisioning.snapshot].filter(({ kind }) => kind === 'agent'),
      entity('queue', { ...SALES, noAgents: 'leave', agents: [] }),
    ]);
    await house.clock.settle();
    expect(outcome.is).toEqual({ reason: 'no-agents' });
    expect([whys().at(-1), house.edge.open]).toEqual(['the last agent has signed out', 1]);
    expect(states().includes('ringing')).toBe(false);
  });
});

describe('a caller who may not join', () => {
  it('finds the line full; who waits is not disturbed', async () => {
    for (const id of ['1001', '1002']) acd.setState('demo', id, 'busy');
    const first = waiting();
    const second = waiting({}, 'sales', house.call().call);
    const third = house.call();
    const turnedAway = waiting({}, 'sales', third.call);
    await house.clock.settle();
    expect([first.is, second.is, turnedAway.is]).toEqual([undefined, undefined, { reason: 'full' }]);
    expect(third.alice.statuses).not.toContain(200);
    expect(whys()).toContain('full: 2 callers wait');
  });

  it.each([
    ['nobody is signed in', 'sales', 'no agent is signed in'],
    ['the queue was removed', 'gone', 'there is no such queue any more'],
  ])('is not even answered when %s', async (_, queue, why) => {
    for (const id of ['1001', '1002']) acd.signOut('demo', id);
    const outcome = waiting({}, queue);
    await house.clock.settle();
    expect(outcome.is).toEqual({ reason: 'no-agents' });
    expect([alice.statuses.includes(200), whys()]).toEqual([false, [why]]);
  });
});
