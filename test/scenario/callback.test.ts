import { describe, expect, it } from 'vitest';
import { type Callback, MemoryCallbacks } from '../../src/callback/callback.ts';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { Queue } from '../../src/provisioning/kind/queue.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../support/scenario.ts';
import { ears } from '../support/talk.ts';

const ALICE = '13800138000';
const CAROL = '13900139000';

const toSales = async (call: FlowCall) => void (await call.queue('sales'));

const QUEUE: Partial<Queue> = {
  maxWaitMs: 600_000,
  announceAgent: false,
  record: false,
  offer: { afterMs: 10_000, callback: '2', ifSilent: 'wait' },
};

/** Promises of a node that may be gone, or that has lost them, or whose database is away. */
class GoneNode extends MemoryCallbacks {
  isGone = false;
  isLost = false;
  isAway = false;
  readonly asked: (readonly string[])[] = [];

  override async open() {
    return this.isGone ? [] : await super.open();
  }

  override async put(callback: Callback) {
    if (this.isAway) throw new Error('the database is away');
    return !this.isLost && (await super.put(callback));
  }

  override async takeOver(tenants: readonly string[]) {
    this.asked.push(tenants);
    if (!this.isGone || tenants.length === 0) return [];
    this.isGone = false;
    return await super.open();
  }
}

/** 8001 is busy; 8002 has left. */
async function house(options: ScenarioOptions & { queue?: object } = {}, flow = toSales): Promise<Scenario> {
  const { queue, ...rest } = options;
  const companies = edited(SAMPLE_COMPANIES, {
    queue: { ...QUEUE, ...queue },
    trunk: { uri: 'sip:carrier', probeMs: 0 },
  });
  const s = await scenario(flow, { companies, ...rest });
  s.pbx.acd.signOut('demo', '8002');
  s.pbx.acd.setState('demo', '8001', 'busy');
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  s.edge.phone(ALICE, { does: 'answer', afterMs: 3_000, talkMs: 20_000 });
  return s;
}

/** Alice calls, is offered a call back and asks for it; `keys`: what she presses then, each after the one before is heard. */
async function asks(s: Scenario, keys: readonly string[], from = ALICE): Promise<void> {
  s.call({ from });
  await s.clock.settle();
  const { callId } = s.facts('arrived').at(-1)!;
  const [ear] = s.media.endpointsOf(callId);
  await s.clock.advance(10_000);
  for (const key of ['2', ...keys]) {
    for (const digit of key) {
      ear!.press(digit);
      await s.clock.advance(200);
    }
    await s.clock.settle();
  }
}

const promises = async (s: Scenario) =>
  (await s.pbx.callbacks.list('demo')).map(({ number, state, tries, result }) => [
    number,
    state,
    tries,
    result,
  ]);
const line = (s: Scenario) => s.pbx.acd.line('demo', 'sales').map(({ standsIn }) => standsIn);
const free = (s: Scenario) => s.pbx.acd.setState('demo', '8001', 'ready');

async function end(s: Scenario): Promise<void> {
  for (const call of s.pbx.calls) call.end('normal', 'caller');
  await s.clock.advance(60_000);
  await s.close();
}

describe('a call back that was promised to who waited', () => {
  it('comes when it is her turn: first the agent, then the customer, who talk', async () => {
    const s = await house();
    await asks(s, ['1']);
    expect(s.facts('callbackPromised')).toMatchObject([{ queue: 'sales', number: ALICE }]);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(line(s)).toEqual([true]);
    free(s);
    await s.clock.advance(1_500);
    expect(s.edge.rung).toEqual(['8001', ALICE]);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(10_000);
    expect(await promises(s)).toEqual([[ALICE, 'done', 1, 'talked']]);
    expect(line(s)).toEqual([]);
    expect(s.pbx.acd.agents()[0]!.state).toBe('ready');
    const [first, second] = [...Map.groupBy(s.events, ({ callId }) => callId).values()].map(projectCdr);
    expect(first).toMatchObject({ outcome: 'callback', asks: [{ queue: 'sales', outcome: 'callback' }] });
    expect(second).toMatchObject({
      ...{ direction: 'outbound', origin: { callback: first!.callId }, called: ALICE, outcome: 'answered' },
      asks: [],
    });
    expect(second!.talkMs).toBe(20_000);
    expect(second!.targets[0]).toMatchObject({ target: '8001', queue: 'sales', talkMs: 20_000 });
    await end(s);
  });

  it('keeps her place before who came later, and is told to the agent with her number', async () => {
    const s = await house();
    await asks(s, ['1']);
    s.call({ from: CAROL });
    await s.clock.advance(20_000);
    expect(line(s)).toEqual([true, false]);
    free(s);
    await s.clock.advance(1_000);
    const [leg] = s.edge.legsTo('8001');
    expect(leg!.call.from.uri).toContain(ALICE);
    await s.clock.advance(3_000);
    expect(s.facts('connected').map(({ callId }) => callId)).not.toContain(s.facts('arrived')[1]!.callId);
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected')[1]!.callId).toBe(s.facts('arrived')[1]!.callId);
    await end(s);
  });

  it('is tried again later, and given up after all tries', async () => {
    const s = await house({ queue: { callback: { tries: 2, everyMs: 300_000, withinMs: 3_600_000 } } });
    s.edge.phone(ALICE, { does: 'reject', status: 486 });
    await asks(s, ['1']);
    free(s);
    await s.clock.advance(30_000);
    expect(await promises(s)).toEqual([[ALICE, 'waiting', 1, 'SIP 486']]);
    expect(line(s)).toEqual([]);
    await s.clock.advance(300_000);
    expect(await promises(s)).toEqual([[ALICE, 'failed', 2, 'SIP 486']]);
    expect(s.edge.rung).toEqual(['8001', ALICE, '8001', ALICE]);
    await s.clock.advance(600_000);
    expect(s.edge.rung).toHaveLength(4);
    await end(s);
  });

  it('is no try when no agent answers, or he hangs up before she does', async () => {
    const s = await house();
    await asks(s, ['1']);
    s.edge.phone('8001', { does: 'reject', status: 486 });
    free(s);
    await s.clock.advance(2_000);
    expect(await promises(s)).toEqual([[ALICE, 'waiting', 0, '']]);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 1_000 });
    await s.clock.advance(8_000);
    expect(s.edge.rung).toEqual(['8001', '8001', ALICE]);
    expect(await promises(s)).toEqual([[ALICE, 'waiting', 0, 'the agent hung up']]);
    expect(line(s)).toEqual([true]);
    await end(s);
  });

  it('comes again when the leg of its agent died in the talk and he did not come back', async () => {
    const s = await house();
    s.edge.phone(ALICE, { does: 'answer', afterMs: 3_000 });
    await asks(s, ['1']);
    free(s);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    s.edge.phone('8001', { does: 'reject', status: 603 });
    const [call] = s.pbx.calls;
    const { partner } = ears(s.pbx.calls.talkOf(call!.caller.sip)!);
    partner!.events.emit('deadAir', { silentMs: 30_000 });
    await s.clock.advance(1_000);
    expect(await promises(s)).toEqual([[ALICE, 'waiting', 0, 'the leg of the agent died in the talk']]);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.edge.rung.slice(-2)).toEqual(['8001', ALICE]);
    await end(s);
  });

  it('goes to another number that she keys', async () => {
    const s = await house();
    await asks(s, ['2', '075588886666#', '1']);
    expect(s.facts('callbackPromised')).toMatchObject([{ number: '075588886666' }]);
    await end(s);
  });

  it.each(['110', '10086', '4001234567', '008521234567', '95588'])('goes to no %s', async (number) => {
    const s = await house();
    await asks(s, ['2', `${number}#`]);
    await s.clock.advance(30_000);
    expect(s.facts('callbackPromised')).toEqual([]);
    await end(s);
  });

  it('is asked for a number where hers is withheld; who names none waits on at her place', async () => {
    const s = await house();
    await asks(s, [], 'anonymous');
    const carol = s.call({ from: CAROL });
    await s.clock.advance(60_000);
    expect([carol.state, line(s), s.facts('callbackPromised')]).toEqual(['confirmed', [false, false], []]);
    const waiting = s.pbx.acd.line('demo', 'sales').map(({ callId }) => callId);
    expect(waiting).toEqual(s.facts('arrived').map(({ callId }) => callId));
    await end(s);
  });

  it('that comes to nothing costs her place neither in a full queue nor after its hours', async () => {
    const s = await house({ queue: { maxCallers: 1 } });
    await asks(s, []);
    const carol = s.call({ from: CAROL });
    await s.clock.advance(60_000);
    expect(s.facts('askEnded').filter(({ ending }) => ending === 'full')).toEqual([]);
    expect(s.pbx.acd.line('demo', 'sales').map(({ callId }) => callId)).toEqual(
      s.facts('arrived').map(({ callId }) => callId),
    );
    carol.remoteEnd('normal');
    await end(s);
  });

  it('outlives the engine', async () => {
    const callbacks = new MemoryCallbacks();
    const before = await house({ callbacks });
    await asks(before, ['1']);
    await end(before);
    const s = await house({ callbacks });
    // Its clock is behind that of the engine before.
    await s.clock.advance(20_000);
    expect(line(s)).toEqual([true]);
    free(s);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    await end(s);
  });

  it('is taken back when she calls again and talks with an agent, whom nobody keeps from it by ringing her', async () => {
    const s = await house();
    await asks(s, ['1']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    s.call({ from: ALICE });
    await s.clock.advance(5_000);
    expect(line(s)).toEqual([true, false]);
    free(s);
    await s.clock.advance(5_000);
    expect(s.edge.rung).toEqual(['8001']);
    const why = 'talks with agent 8001';
    expect([await promises(s), line(s)]).toEqual([[[ALICE, 'withdrawn', 0, why]], []]);
    const { callId } = s.facts('arrived')[1]!;
    expect(s.facts('step')).toContainEqual(
      expect.objectContaining({ callId, step: 'callback sales taken back', why }),
    );
    await end(s);
  });

  it('is taken over from a node that is gone where agents of the company are', async () => {
    const callbacks = new GoneNode();
    const before = await house({ callbacks });
    await asks(before, ['1']);
    await end(before);
    callbacks.isGone = true;
    callbacks.asked.length = 0;
    const s = await house({ callbacks });
    s.pbx.acd.signOut('demo', '8001');
    await s.clock.advance(31_000);
    expect([callbacks.asked, line(s)]).toEqual([[[]], []]);
    s.pbx.acd.signIn('demo', '8001');
    await s.clock.advance(31_000);
    expect(callbacks.asked).toEqual([[], ['demo']]);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.edge.rung).toEqual(['8001', ALICE]);
    await end(s);
  });

  it('rings nobody when another node has it meanwhile, or somebody has ended it beside us', async () => {
    const callbacks = new GoneNode();
    const s = await house({ callbacks });
    await asks(s, ['1']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    callbacks.isLost = true;
    free(s);
    await s.clock.advance(10_000);
    expect([s.edge.rung, line(s)]).toEqual([['8001'], []]);
    const [promise] = await callbacks.latest('demo', 1);
    expect(promise).toMatchObject({ state: 'waiting', tries: 0 });
    await end(s);
    const ended = new GoneNode();
    const other = await house({ callbacks: ended });
    await asks(other, ['1']);
    ended.isGone = true;
    other.pbx.acd.signOut('demo', '8001');
    await other.clock.advance(31_000);
    expect(line(other)).toEqual([]);
    await end(other);
  });

  it('is tried again when it could not be kept that she is called', async () => {
    const callbacks = new GoneNode();
    const s = await house({ callbacks });
    await asks(s, ['1']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    callbacks.isAway = true;
    free(s);
    await s.clock.advance(10_000);
    expect(s.edge.rung).toEqual(['8001']);
    callbacks.isAway = false;
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.edge.rung).toEqual(['8001', '8001', ALICE]);
    await end(s);
  });

  it('waits for the hours in which the company calls back, and not for ever', async () => {
    let period = 'closed';
    const hours = { calendar: 'office', periods: ['open'] };
    const s = await house({
      queue: { callback: { tries: 3, everyMs: 600_000, withinMs: 1_800_000, hours } },
      hotlines: {
        route: (called) => (called === '4001234567' ? { run: toSales } : undefined),
        period: () => ({ period, why: '' }),
      },
    });
    await asks(s, ['1']);
    free(s);
    await s.clock.advance(120_000);
    expect(s.edge.rung).toEqual([]);
    period = 'open';
    await s.clock.advance(61_000);
    expect(s.edge.rung[0]).toBe('8001');
    await end(s);
    const never = await house({ queue: { callback: { tries: 3, everyMs: 600_000, withinMs: 1_800_000 } } });
    await asks(never, ['1']);
    await never.clock.advance(1_800_000);
    expect(await promises(never)).toEqual([[ALICE, 'failed', 0, 'nobody was free in time']]);
    await end(never);
  });

  it('can be taken back', async () => {
    const s = await house();
    await asks(s, ['1']);
    const [{ id } = { id: '' }] = await s.pbx.callbacks.list('demo');
    expect(await s.pbx.callbacks.withdraw('other', id, 'boss')).toBe(false);
    expect(await s.pbx.callbacks.withdraw('demo', id, 'boss')).toBe(true);
    expect([line(s), await promises(s)]).toEqual([[], [[ALICE, 'withdrawn', 0, 'taken back by boss']]]);
    await end(s);
  });
});

describe('a call back that a flow promises', () => {
  it('has the place that the caller has just left', async () => {
    const promised: boolean[] = [];
    const s = await house({ queue: { offer: undefined } }, async (call) => {
      if (call.caller.number === CAROL) return toSales(call);
      await call.queue('sales', { keys: '9' });
      promised.push(await call.callback('sales'));
    });
    s.call({ from: ALICE });
    await s.clock.settle();
    const [ear] = s.media.endpointsOf(s.facts('arrived')[0]!.callId);
    await s.clock.advance(1_000);
    s.call({ from: CAROL });
    await s.clock.advance(5_000);
    ear!.press('9');
    await s.clock.settle();
    expect([promised, line(s)]).toEqual([[true], [true, false]]);
    await end(s);
  });
});
