import { describe, expect, it } from 'vitest';
import { entity } from '../../support/companies.ts';
import { act, answering, atDesk, chief, earOf, over, refusal, resultOf } from '../../support/desk.ts';
import type { TalkScenario } from '../../support/talk.ts';
import { ears, phoneCalls, talkOf, together } from '../../support/talk.ts';

/** What the chief and those who talk hear of each other. */
function heard(s: TalkScenario) {
  const { caller, partner } = ears(talkOf(s, s.alice));
  const ear = earOf(s, '8009');
  return {
    both: together(caller, partner!),
    byChief: [ear.hears(caller), ear.hears(partner!)],
    ofChief: [caller.hears(ear), partner!.hears(ear)],
  };
}

const LISTENS = { both: true, byChief: [true, true], ofChief: [false, false] };

/** The phone says how, and is in the talk then. */
const said = (s: TalkScenario) => s.clock.advance(3_000);

async function listening(): Promise<TalkScenario> {
  const s = await atDesk();
  answering(s, '8009');
  await resultOf(s, chief(s, 'monitor', { agent: '8001' }));
  await said(s);
  return s;
}

describe('a supervisor takes part', () => {
  it('his phone is rung and answers by itself; he listens, whispers, barges in', async () => {
    const s = await listening();
    expect(s.edge.legsTo('8009')[0]!.call.headers).toMatchObject({ 'Answer-Mode': 'Auto' });
    expect(heard(s)).toEqual(LISTENS);
    await chief(s, 'monitor', { agent: '8001', mode: 'whisper' });
    await said(s);
    expect(heard(s)).toEqual({ ...LISTENS, ofChief: [false, true] });
    await chief(s, 'monitor', { agent: '8001', mode: 'barge' });
    await said(s);
    expect(heard(s)).toEqual({ ...LISTENS, ofChief: [true, true] });
    expect(s.heard(earOf(s, '8009'))).toEqual([
      'supervision-listen',
      'supervision-whisper',
      'supervision-barge',
    ]);
    expect(s.facts('step').map(({ why }) => why)).toEqual(
      expect.arrayContaining(['8009: listen', '8009: whisper', '8009: barge']),
    );
    await chief(s, 'leave', {});
    await s.clock.settle();
    expect([s.edge.legsTo('8009'), s.talk.state, s.media.open]).toEqual([[], 'talking', 3]);
    await over(s);
  });

  it('keys of his phone change how, and take the caller over', async () => {
    const s = await listening();
    const press = async (digit: string) => {
      earOf(s, '8009').press(digit);
      await said(s);
    };
    await press('2');
    expect(heard(s)).toEqual({ ...LISTENS, ofChief: [false, true] });
    await press('3');
    expect(heard(s)).toEqual({ ...LISTENS, ofChief: [true, true] });
    await press('1');
    expect(heard(s)).toEqual(LISTENS);
    s.edge.phone('8002', { does: 'ring' });
    const asking = act(s, '8001', 'consult', { to: { agent: '8002' } });
    await press('4');
    expect([s.heard(earOf(s, '8009')).at(-1), s.bob.state]).toEqual(['not-possible', 'confirmed']);
    await act(s, '8001', 'withdraw', {});
    await resultOf(s, asking);
    await press('4');
    expect([s.bob.state, s.talk.places.partner?.who.name]).toEqual(['ended', '8009']);
    expect(s.audited.map(({ act: name, agent }) => `${name} ${agent}`)).toEqual([
      'monitor 8001',
      'monitor 8001',
      'monitor 8001',
      'monitor 8001',
      'intercept 8001',
    ]);
    await over(s);
  });

  it('follows the agent: out of the talk that he transfers, into his next one', async () => {
    const s = await listening();
    answering(s, '8002');
    await resultOf(s, act(s, '8001', 'transfer', { to: { agent: '8002' } }));
    const { caller, partner } = ears(s.talk);
    expect([earOf(s, '8009').hears(caller), earOf(s, '8009').hears(partner!)]).toEqual([false, false]);
    expect([together(caller, partner!), s.edge.legsTo('8009').length]).toEqual([true, 1]);
    await s.clock.advance(15_000);
    const bert = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 3);
    await s.clock.settle();
    const next = ears(talkOf(s, bert));
    expect([earOf(s, '8009').hears(next.caller), earOf(s, '8009').hears(next.partner!)]).toEqual([
      true,
      true,
    ]);
    bert.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect(s.edge.legsTo('8009')).toHaveLength(1);
    s.edge.legsTo('8009')[0]!.remoteEnd('normal');
    await over(s);
  });

  it('begins before the agent talks, and stays in a hold and a consultation', async () => {
    const s = await atDesk();
    answering(s, '8009', '8002');
    s.bob.remoteEnd('normal');
    await s.clock.advance(15_000);
    await resultOf(s, chief(s, 'monitor', { agent: '8001', mode: 'whisper' }));
    const bert = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    await act(s, '8001', 'hold', {});
    await act(s, '8001', 'resume', {});
    await resultOf(s, act(s, '8001', 'consult', { to: { agent: '8002' } }));
    const { partner, third, caller } = ears(talkOf(s, bert));
    const ear = earOf(s, '8009');
    expect([ear.hears(third!), ear.hears(partner!), partner!.hears(ear), third!.hears(ear)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(ear.hears(caller)).toBe(false);
    bert.remoteEnd('normal');
    await s.clock.advance(1_000);
    await chief(s, 'leave', {});
    await over(s);
  });

  it('goes from one agent to another with the same leg', async () => {
    const s = await atDesk();
    s.change({ queue: (queue) => (queue.name === 'sales' ? { agents: ['8001', '8002'] } : queue) });
    answering(s, '8009', '8002');
    const bert = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    await resultOf(s, chief(s, 'monitor', { agent: '8001' }));
    const leg = s.edge.legsTo('8009')[0];
    await resultOf(s, chief(s, 'monitor', { agent: '8002' }));
    await said(s);
    const { caller } = ears(talkOf(s, bert));
    expect([s.edge.legsTo('8009')[0] === leg, earOf(s, '8009').hears(caller)]).toEqual([true, true]);
    expect(earOf(s, '8009').hears(ears(s.talk).caller)).toBe(false);
    bert.remoteEnd('normal');
    await chief(s, 'leave', {});
    await over(s);
  });

  it('dials a code with the work number: the same, and his hanging up ends it', async () => {
    const s = await atDesk();
    const shown: unknown[] = [];
    s.pbx.desk.events.on('supervisionChanged', (change) => shown.push(change));
    const sip = phoneCalls(s, '8009', '*578001');
    await said(s);
    expect(heard(s)).toEqual({ ...LISTENS, ofChief: [false, true] });
    sip.remoteEnd('normal');
    await s.clock.settle();
    const who = { tenant: 'demo', agent: '8001', supervisor: '8009', isShown: true };
    expect(shown).toEqual([
      { ...who, mode: 'whisper' },
      { ...who, mode: undefined },
    ]);
    expect(s.audited).toMatchObject([
      {
        tenantId: 'demo',
        by: 'agent 8009',
        act: 'monitor',
        agent: '8001',
        callId: s.talk.call.id,
        details: { mode: 'whisper' },
      },
    ]);
    await over(s);
  });

  it('whoever does not supervise him is refused, by phone in words', async () => {
    const s = await atDesk();
    const sip = phoneCalls(s, '8002', '*568001');
    await s.clock.runUntil(() => sip.state === 'ended');
    expect(s.facts('step').at(-1)?.why).toBe('agent 8002 does not supervise agent 8001');
    const tries = [
      await refusal(s, s.pbx.desk.supervise({ tenant: 'demo', agent: '8002' }, 'monitor', { agent: '8001' })),
      await refusal(s, chief(s, 'monitor', { agent: '8002' })),
      await refusal(s, chief(s, 'intercept', { agent: '8002' })),
      await refusal(s, chief(s, 'take-down', { agent: '8002' })),
      await refusal(s, chief(s, 'force', { agent: '8002', state: 'busy' })),
    ];
    expect(new Set(tries)).toEqual(new Set(['forbidden']));
    expect([await refusal(s, chief(s, 'leave', {})), s.audited, s.edge.rung]).toEqual([
      'wrong-state',
      [],
      ['8001'],
    ]);
    await over(s);
  });

  it('who has the right to it and no desk supervises all, but has no phone to ring', async () => {
    const s = await atDesk();
    const li = { tenant: 'demo', name: 'li@demo' };
    const { supervise } = s.pbx.desk;
    const does = supervise.bind(s.pbx.desk);
    await does(li, 'force', { agent: '8002', state: 'busy', reason: 'paper' });
    expect(s.pbx.acd.agent('demo', '8002')).toMatchObject({ state: 'busy', reason: 'paper', by: 'li@demo' });
    expect(s.audited).toMatchObject([{ act: 'force', by: 'li@demo', agent: '8002' }]);
    for (const begin of [
      () => does(li, 'monitor', { agent: '8001' }),
      () => does(li, 'intercept', { agent: '8001' }),
      () => does(li, 'leave', {}),
    ])
      expect(await refusal(s, begin())).toBe('wrong-state');
    // At a desk he is rung there, though the agent is set up to supervise nobody.
    answering(s, '8002');
    await resultOf(s, does({ ...li, agent: '8002' }, 'monitor', { agent: '8001' }));
    s.change({ agent: (agent) => (agent.id === '8001' ? { level: 2 } : agent) });
    await s.clock.settle();
    expect([s.edge.legsTo('8002').length, s.audited.at(-1)]).toMatchObject([1, { by: 'li@demo' }]);
    await over(s);
  });

  it('a phone that does not answer, or an engine that cannot mix: refused, and nothing is left', async () => {
    const s = await atDesk();
    s.edge.phone('8009', { does: 'reject', status: 486 });
    expect(await refusal(s, chief(s, 'monitor', { agent: '8001' }))).toBe('not-reached');
    expect(s.pbx.calls.size).toBe(1);
    await over(s);
    const other = await atDesk([], { can: { conference: false } });
    expect(await refusal(other, chief(other, 'monitor', { agent: '8001' }))).toBe('not-supported');
    await over(other);
  });
});

describe('what a supervisor began', () => {
  const codeOf = (done: Promise<unknown>) =>
    done.then(
      () => undefined,
      ({ code }: { code: string }) => code,
    );

  it.each([
    ['to listen', (s: TalkScenario) => chief(s, 'monitor', { agent: '8001' })],
    ['to take over', (s: TalkScenario) => chief(s, 'intercept', { agent: '8001' })],
  ])('%s: no colleague takes the call of his phone while it rings', async (_, begin) => {
    const s = await atDesk();
    s.edge.phone('8009', { does: 'ring' });
    const asked = codeOf(begin(s));
    await s.clock.advance(1_000);
    for (const [code, why] of [
      ['*8', 'no phone of the company rings'],
      ['**8009', 'that phone does not ring'],
    ] as const) {
      const thief = phoneCalls(s, '8002', code);
      await s.clock.runUntil(() => thief.state === 'ended');
      expect(s.facts('step').at(-1)?.why).toBe(why);
    }
    s.edge.legsTo('8009')[0]!.remoteEnd('rejected', 603);
    await s.clock.settle();
    expect([await asked, s.talk.places.partner?.who.name]).toEqual(['not-reached', '8001']);
    await over(s);
  });

  it('ends with his right to it, at once', async () => {
    const s = await listening();
    s.change({
      agent: (agent) => (agent.id === '8009' ? { supervises: { all: false, queues: ['service'] } } : agent),
    });
    await s.clock.settle();
    expect([s.edge.legsTo('8009'), s.talk.state, s.media.open]).toEqual([[], 'talking', 3]);
    expect(await refusal(s, chief(s, 'leave', {}))).toBe('wrong-state');
    await over(s);
  });

  it('is over when he hangs up while it begins, and nobody is told otherwise', async () => {
    const s = await atDesk();
    answering(s, '8009');
    const shown: unknown[] = [];
    s.pbx.desk.events.on('supervisionChanged', ({ mode }) => shown.push(mode));
    s.pbx.calls.events.on('talkChanged', () => s.edge.legsTo('8009')[0]?.remoteEnd('normal'));
    expect(await refusal(s, chief(s, 'monitor', { agent: '8001' }))).toBe('not-reached');
    expect([shown.at(-1), s.audited, await refusal(s, chief(s, 'leave', {}))]).toEqual([
      undefined,
      [],
      'wrong-state',
    ]);
    await over(s);
  });

  it('takes over no other caller whom the agent has by the time that he answers', async () => {
    const s = await atDesk();
    s.edge.phone('8009', { does: 'ring' });
    answering(s, '8002');
    const taken = codeOf(chief(s, 'intercept', { agent: '8001' }));
    await s.clock.advance(100);
    await resultOf(s, act(s, '8001', 'transfer', { to: { agent: '8002' } }));
    s.pbx.acd.endWrapUp('demo', '8001');
    const bert = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 3);
    s.edge.legsTo('8009')[0]!.pickUp();
    await s.clock.settle();
    expect(await taken).toBe('wrong-state');
    expect([talkOf(s, bert).places.partner?.who.name, s.talk.places.partner?.who.name]).toEqual([
      '8001',
      '8002',
    ]);
    expect([s.edge.legsTo('8009'), s.audited]).toEqual([[], []]);
    bert.remoteEnd('normal');
    await over(s);
  });

  it('is of agents who help a queue in time and in peak mode, too', async () => {
    const s = await atDesk();
    const tiers = [{ afterMs: 20_000, agents: ['8002'] }];
    const peak = { switch: 'storm', agents: ['8003'] };
    s.change({ queue: (queue) => (queue.name === 'sales' ? { tiers, peak } : queue) });
    for (const agent of ['8002', '8003']) await chief(s, 'force', { agent, state: 'busy' });
    expect(['8002', '8003'].map((agent) => s.pbx.acd.stateOf('demo', agent))).toEqual(['busy', 'busy']);
    await over(s);
  });
});

describe('a supervisor steps in', () => {
  it('takes the caller over with a phone that is rung for it', async () => {
    const s = await atDesk();
    answering(s, '8009');
    await resultOf(s, chief(s, 'intercept', { agent: '8001' }));
    const { caller, partner } = ears(s.talk);
    expect([s.bob.state, s.talk.places.partner?.who, together(caller, partner!)]).toEqual([
      'ended',
      { name: '8009', kind: 'agent' },
      true,
    ]);
    expect(s.facts('joined')).toMatchObject([{ target: '8009', reason: 'pick-up', by: '8001' }]);
    expect(s.audited).toMatchObject([{ act: 'intercept', agent: '8001', callId: s.talk.call.id }]);
    await over(s);
  });

  it('his phone does not answer: the agent has the caller still', async () => {
    const s = await atDesk();
    s.edge.phone('8009', { does: 'reject', status: 486 });
    expect(await refusal(s, chief(s, 'intercept', { agent: '8001' }))).toBe('not-reached');
    expect([s.talk.state, s.bob.state, s.audited]).toEqual(['talking', 'confirmed', []]);
    await over(s);
  });

  it('takes a caller out of a queue that he supervises', async () => {
    const s = await atDesk();
    answering(s, '8009');
    s.call();
    await s.clock.advance(1_000);
    const { callId } = s.facts('arrived').at(-1)!;
    expect(await resultOf(s, chief(s, 'intercept', { call: callId }))).toEqual({
      callId,
      details: { queue: 'sales' },
    });
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected').at(-1)).toMatchObject({ callId, target: '8009', kind: 'agent' });
    expect(await refusal(s, chief(s, 'intercept', { call: callId }))).toBe('nothing-rings');
    expect(s.audited).toMatchObject([{ act: 'intercept', callId, details: { queue: 'sales' } }]);
    s.edge.legsTo('8009')[0]!.remoteEnd('normal');
    await over(s);
  });

  it('takes nobody out of a queue that he does not supervise', async () => {
    const s = await atDesk();
    s.change({ queue: (queue) => (queue.name === 'service' ? { noAgents: 'join', agents: [] } : queue) });
    await act(s, '8001', 'transfer', { to: { queue: 'service' } });
    await s.clock.advance(1_000);
    const tried = chief(s, 'intercept', { call: s.talk.call.id });
    expect([await refusal(s, tried), s.pbx.acd.line('demo', 'service').length]).toEqual(['forbidden', 1]);
    await over(s);
  });

  it("takes the agent's call down", async () => {
    const s = await atDesk(['goodbye']);
    await chief(s, 'take-down', { agent: '8001' });
    await s.clock.settle();
    expect([s.alice.state, s.bob.state]).toEqual(['ended', 'ended']);
    expect(s.audited).toMatchObject([{ act: 'take-down', agent: '8001', callId: s.talk.call.id }]);
    expect(await refusal(s, chief(s, 'take-down', { agent: '8001' }))).toBe('no-talk');
    await over(s);
  });

  it('does not end the call of somebody for whom the phone only rings', async () => {
    const s = await atDesk();
    s.bob.remoteEnd('normal');
    s.edge.phone('8001', { does: 'ring' });
    await s.clock.advance(15_000);
    const bert = s.call();
    await s.clock.advance(2_000);
    expect(s.edge.legsTo('8001')).toHaveLength(1);
    expect(await refusal(s, chief(s, 'take-down', { agent: '8001' }))).toBe('no-talk');
    expect([bert.state, s.pbx.acd.line('demo', 'sales').length]).toEqual(['confirmed', 1]);
    bert.remoteEnd('normal');
    await over(s);
  });

  it('gives no reason of a break that the company has not', async () => {
    const s = await atDesk();
    const reason = entity('breakReason', { tenant: 'demo', name: 'lunch', title: {} });
    s.provisioning.replace([...s.provisioning.snapshot, reason]);
    const state = 'break';
    expect(await refusal(s, chief(s, 'force', { agent: '8001', state, reason: 'nap' }))).toBe('not-found');
    expect(await refusal(s, chief(s, 'force', { agent: '8001', state, reason: 'lunch' }))).toBeUndefined();
    await over(s);
  });

  it('forces a state, which is kept for the end of the call', async () => {
    const s = await atDesk();
    expect(await chief(s, 'force', { agent: '8001', state: 'break', reason: 'lunch' })).toMatchObject({
      details: { isKept: true },
    });
    expect(s.pbx.acd.stateOf('demo', '8001')).toBe('talking');
    s.bob.remoteEnd('normal');
    await s.clock.advance(15_000);
    expect(s.pbx.acd.stateOf('demo', '8001')).toBe('break');
    expect(await chief(s, 'force', { agent: '8001', state: 'ready' })).toMatchObject({
      details: { isKept: false },
    });
    expect(s.pbx.acd.stateOf('demo', '8001')).toBe('ready');
    expect(s.audited.map(({ act: name, details }) => [name, details['state']])).toEqual([
      ['force', 'break'],
      ['force', 'ready'],
    ]);
    // Whose word it was stands in the timeline, and is gone with the next state of his own.
    act(s, '8001', 'busy', {});
    const times = s.agentEvents.filter(({ agent }) => agent === '8001').slice(-4);
    expect(times.map(({ state, by }) => [state, by])).toEqual([
      ['wrap-up', undefined],
      ['break', '8009'],
      ['ready', '8009'],
      ['busy', undefined],
    ]);
    await over(s);
  });

  it('has a waiting caller wait in another queue, with the time that he has waited', async () => {
    const s = await atDesk();
    s.change({ queue: (queue) => (queue.name === 'service' ? { noAgents: 'join' } : queue) });
    await act(s, '8002', 'busy', {});
    const bob = s.call();
    await s.clock.advance(40_000);
    const { callId } = s.facts('arrived').at(-1)!;
    const carol = s.call();
    await s.clock.advance(1_000);
    s.change({
      agent: (agent) => (agent.id === '8009' ? { supervises: { all: false, queues: ['sales'] } } : agent),
    });
    const tried = (queue: string, call: string = callId) =>
      refusal(s, chief(s, 'move-caller', { call, queue }));
    expect([
      await tried('none'),
      await tried('sales'),
      await tried('closed'),
      await tried('service', 'none'),
    ]).toEqual(['no-such-queue', 'bad-request', 'not-reached', 'not-found']);
    expect(await chief(s, 'move-caller', { call: callId, queue: 'service' })).toEqual({
      callId,
      details: { from: 'sales', queue: 'service' },
    });
    await s.clock.advance(1_000);
    const [waiting] = s.pbx.acd.line('demo', 'service');
    expect(waiting).toMatchObject({ callId, position: 1 });
    expect(Math.round((s.clock.now() - waiting!.since) / 1000)).toBe(42);
    expect(s.pbx.acd.line('demo', 'sales').map((one) => one.callId)).toEqual([
      s.facts('arrived').at(-1)!.callId,
    ]);
    expect(s.facts('step').map(({ why }) => why)).toContain('8009 has the caller wait in queue service');
    // He is not the chief's any more, and is served where he waits.
    expect(await tried('sales')).toBe('forbidden');
    answering(s, '8002');
    await act(s, '8002', 'ready', {});
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected').at(-1)).toMatchObject({ callId, target: '8002' });
    expect(s.facts('askEnded').filter((one) => one.callId === callId)).toMatchObject([
      { ending: 'moved', queue: 'sales', agent: '' },
      { ending: 'answered', queue: 'service', agent: '8002' },
    ]);
    for (const leg of [bob, carol]) leg.remoteEnd('normal');
    await over(s);
  });

  it('a caller who is given priority goes before who came earlier; the queue says why nobody takes them', async () => {
    const s = await atDesk();
    const bob = s.call();
    await s.clock.advance(1_000);
    const carol = s.call({ from: '13900139001' });
    await s.clock.advance(1_000);
    const [first = '', second = ''] = s.pbx.acd.line('demo', 'sales').map(({ callId }) => callId);
    expect(s.pbx.acd.passedOver('demo', 'sales', second)).toEqual([
      { agent: '8001', why: 'is talking', code: 'talking', detail: undefined, until: undefined },
    ]);
    const done = await chief(s, 'prioritise-caller', { call: second, priority: 2 });
    expect(done).toEqual({ callId: second, details: { queue: 'sales', priority: 2 } });
    expect(s.pbx.acd.line('demo', 'sales').map(({ callId }) => callId)).toEqual([second, first]);
    expect(s.facts('step')).toContainEqual(
      expect.objectContaining({ callId: second, why: '8009 gives the caller priority 2' }),
    );
    await s.clock.advance(1_000);
    const running = s.pbx.running.list('demo').map(({ callId }) => callId);
    expect(running).toEqual([second, first, s.talk.call.id]);
    const record = s.pbx.running.record(second, s.clock.now());
    expect(record).toMatchObject({ callId: second, caller: '13900139001', durationMs: 2_000, talkMs: 0 });
    expect(record?.segments.at(-1)).toMatchObject({ kind: 'queue', owner: 'sales', ms: 2_000 });
    carol.remoteEnd('normal');
    await s.clock.settle();
    expect(s.pbx.running.record(second, s.clock.now())).toBeUndefined();
    const late = chief(s, 'prioritise-caller', { call: second, priority: 1 });
    expect(await refusal(s, late)).toBe('not-found');
    bob.remoteEnd('normal');
    await over(s);
  });

  it('nobody is moved who is served meanwhile', async () => {
    const s = await atDesk();
    const { callId } = s.facts('arrived')[0]!;
    expect(await refusal(s, chief(s, 'move-caller', { call: callId, queue: 'service' }))).toBe(
      'nothing-rings',
    );
    await over(s);
  });
});
