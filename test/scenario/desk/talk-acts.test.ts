import { describe, expect, it } from 'vitest';
import { act, answering, atDesk, DESKS, earOf, LINE, over, refusal, resultOf } from '../../support/desk.ts';
import { scenario } from '../../support/scenario.ts';
import { ears, phoneCalls, playing, segments, talkOf, together } from '../../support/talk.ts';

const whys = (s: Awaited<ReturnType<typeof atDesk>>) => s.facts('step').map(({ why }) => why);

describe("an agent's acts on his talk", () => {
  it('holds and takes up again, mutes and unmutes', async () => {
    const s = await atDesk();
    await act(s, '8001', 'hold', {});
    expect([s.talk.state, playing(ears(s.talk).caller)]).toEqual(['held', 'queue-music']);
    await act(s, '8001', 'resume', {});
    const { caller, partner } = ears(s.talk);
    expect([s.talk.state, together(caller, partner!)]).toEqual(['talking', true]);
    await act(s, '8001', 'mute', {});
    expect([caller.hears(partner!), partner!.hears(caller)]).toEqual([false, true]);
    await act(s, '8001', 'unmute', {});
    expect(caller.hears(partner!)).toBe(true);
    const inCall = (callId: string) => s.pbx.desk.act({ tenant: 'demo', agent: '8001', callId }, 'hold', {});
    expect(await refusal(s, inCall('another'))).toBe('no-talk');
    await inCall(s.talk.call.id);
    expect(s.talk.state).toBe('held');
    await over(s);
  });

  it('transfers to an agent, who is told by his work number, and is wrapping up then', async () => {
    const s = await atDesk();
    answering(s, '8002');
    expect(await resultOf(s, act(s, '8001', 'transfer', { to: { agent: '8002' } }))).toEqual({
      reached: true,
      status: 200,
    });
    expect([s.bob.state, s.talk.places.partner?.who]).toEqual(['ended', { name: '8002', kind: 'agent' }]);
    expect(s.pbx.acd.stateOf('demo', '8001')).toBe('wrap-up');
    await over(s);
  });

  it('transfers to a line on his own right, and has the caller still when nobody answers there', async () => {
    const s = await atDesk();
    s.edge.phone(LINE, { does: 'reject', status: 486 });
    expect(await resultOf(s, act(s, '8001', 'transfer', { to: { number: LINE } }))).toEqual({
      reached: false,
      status: 486,
    });
    expect([s.talk.state, s.bob.state]).toEqual(['talking', 'confirmed']);
    s.change({ agent: (agent) => (agent.id === '8001' ? { outside: 'none' } : agent) });
    const facts = s.events.length;
    expect(await refusal(s, act(s, '8001', 'transfer', { to: { number: LINE } }))).toBe('forbidden');
    expect([s.events.length, s.talk.state, s.talk.expected]).toEqual([facts, 'talking', undefined]);
    await over(s);
  });

  it('transfers to a queue with a reason: the caller waits there, is served, and asked for a score', async () => {
    const s = await atDesk();
    await act(s, '8001', 'transfer', { to: { queue: 'service', reason: 'wants a refund' } });
    answering(s, '8002');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(whys(s)).toContain('8001: the caller goes to queue service: wants a refund');
    expect(s.facts('asked').map(({ queue }) => queue)).toEqual(['sales', 'service']);
    expect(s.facts('askEnded').at(-1)).toMatchObject({ queue: 'service', ending: 'answered', agent: '8002' });
    s.edge.legsTo('8002')[0]!.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect(s.alice.state).toBe('ended');
    await over(s);
  });

  it('does not send a caller to a queue that takes nobody', async () => {
    const s = await atDesk();
    const facts = s.events.length;
    expect(await refusal(s, act(s, '8001', 'transfer', { to: { queue: 'closed' } }))).toBe('not-reached');
    expect([s.talk.state, s.events.length]).toEqual(['talking', facts]);
    await over(s);
  });

  it('asks a colleague, swaps, and completes', async () => {
    const s = await atDesk();
    answering(s, '8002');
    expect(await resultOf(s, act(s, '8001', 'consult', { to: { agent: '8002' } }))).toMatchObject({
      reached: true,
    });
    expect([s.talk.state, playing(ears(s.talk).caller)]).toEqual(['consulting', 'queue-music']);
    await act(s, '8001', 'swap', {});
    expect(together(ears(s.talk).caller, ears(s.talk).partner!)).toBe(true);
    await act(s, '8001', 'swap', {});
    await act(s, '8001', 'complete', {});
    expect([s.talk.state, s.talk.places.partner?.who.name, s.bob.state]).toEqual([
      'talking',
      '8002',
      'ended',
    ]);
    await over(s);
  });

  it('asks a line and withdraws, while it rings and after', async () => {
    const s = await atDesk();
    s.edge.phone(LINE, { does: 'ring' });
    const asked = act(s, '8001', 'consult', { to: { number: LINE } });
    await s.clock.advance(1_000);
    await act(s, '8001', 'withdraw', {});
    expect(await resultOf(s, asked)).toMatchObject({ reached: false });
    expect([s.talk.state, s.edge.legsTo(LINE)]).toEqual(['talking', []]);
    answering(s, LINE);
    await resultOf(s, act(s, '8001', 'consult', { to: { number: LINE } }));
    await act(s, '8001', 'withdraw', {});
    expect([s.talk.state, s.edge.legsTo(LINE)]).toEqual(['talking', []]);
    await over(s);
  });

  it('confers with whom he asks, and with somebody who is invited', async () => {
    const s = await atDesk();
    answering(s, '8002', '8003');
    await resultOf(s, act(s, '8001', 'consult', { to: { agent: '8002' } }));
    await act(s, '8001', 'confer', {});
    const { caller, third } = ears(s.talk);
    expect([s.talk.state, together(caller, third!)]).toEqual(['conference', true]);
    await act(s, '8001', 'withdraw', {});
    expect(s.talk.state).toBe('talking');
    await resultOf(s, act(s, '8001', 'invite', { to: { agent: '8003' } }));
    expect([s.talk.state, s.talk.places.third?.who.name]).toEqual(['conference', '8003']);
    await over(s);
  });

  it('parks the caller, whom a colleague takes up', async () => {
    const s = await atDesk();
    expect(await act(s, '8001', 'park', {})).toEqual({ slot: '1' });
    expect([s.talk.state, s.talk.slot, s.bob.state]).toEqual(['parked', '1', 'ended']);
    phoneCalls(s, '8002', '*851');
    await s.clock.settle();
    expect(s.talk.places.partner?.who.name).toBe('8002');
    expect(await refusal(s, act(s, '8002', 'park', { slot: 'seven' }))).toBe('bad-request');
    await over(s);
  });

  it('takes back the caller whom he has parked, at his own phone, and talks on', async () => {
    const s = await atDesk();
    await act(s, '8001', 'park', {});
    const { caller } = ears(s.talk);
    expect([playing(caller), s.pbx.acd.stateOf('demo', '8001')]).toEqual(['queue-music', 'wrap-up']);
    expect(await refusal(s, act(s, '8002', 'take-back', {}))).toBe('nothing-rings');
    answering(s, '8001');
    expect(await resultOf(s, act(s, '8001', 'take-back', {}))).toEqual({ callId: s.talk.call.id });
    const { partner } = ears(s.talk);
    expect([s.talk.state, together(caller, partner!), playing(caller)]).toEqual(['talking', true, undefined]);
    expect([s.pbx.acd.stateOf('demo', '8001'), s.talk.parked]).toEqual(['talking', undefined]);
    expect(whys(s).filter((why) => why.includes('takes the caller up'))).toEqual([
      '8001 takes the caller up from 1',
    ]);
    expect(await refusal(s, act(s, '8001', 'take-back', {}))).toBe('nothing-rings');
    await over(s);
  });

  it('does not take back who was taken up meanwhile: his phone is let go', async () => {
    const s = await atDesk();
    await act(s, '8001', 'park', {});
    answering(s, '8001');
    const back = act(s, '8001', 'take-back', { slot: '1' });
    await s.clock.advance(500);
    phoneCalls(s, '8002', '*851');
    expect(await refusal(s, back)).toBe('nothing-rings');
    expect([s.talk.places.partner?.who.name, s.edge.legsTo('8001')]).toEqual(['8002', []]);
    await over(s);
  });

  it('plays a prompt to the customer, sends digits, pauses the recording', async () => {
    const s = await atDesk();
    const { caller, partner } = ears(s.talk);
    const done = act(s, '8001', 'play', { prompt: 'goodbye' });
    await s.clock.settle();
    expect([playing(caller), playing(partner!)]).toEqual(['goodbye', undefined]);
    await resultOf(s, done);
    const other = act(s, '8001', 'play', { prompt: 'goodbye', to: 'all' });
    await s.clock.settle();
    expect([playing(caller), playing(partner!)]).toEqual(['goodbye', 'goodbye']);
    await act(s, '8001', 'stop-play', {});
    await resultOf(s, other);
    expect([playing(caller), playing(partner!), together(caller, partner!)]).toEqual([
      undefined,
      undefined,
      true,
    ]);
    expect(await refusal(s, act(s, '8001', 'stop-play', {}))).toBe('wrong-state');
    await resultOf(s, act(s, '8001', 'digits', { digits: '12#' }));
    expect(caller.sentDigits).toBe('12#');
    await act(s, '8001', 'pause-recording', {});
    expect(s.talk.recording.state).toBe('paused');
    await act(s, '8001', 'resume-recording', {});
    expect(s.talk.recording.state).toBe('on');
    expect(await refusal(s, act(s, '8001', 'play', { prompt: 'nothing-of-the-kind' }))).toBe(
      'unknown-prompt',
    );
    await over(s);
  });

  it("sends the caller to his queue's survey, which ends the call", async () => {
    const s = await atDesk(['goodbye']);
    await act(s, '8001', 'survey', {});
    await s.clock.settle();
    expect([s.bob.state, segments(s).at(-1)]).toEqual(['ended', 'survey after']);
    await s.clock.advance(60_000);
    expect(s.alice.state).toBe('ended');
    await over(s);
  });

  it('hangs up: the caller goes on to what follows', async () => {
    const s = await atDesk(['goodbye']);
    await act(s, '8001', 'hang-up', {});
    await s.clock.settle();
    expect([s.bob.state, s.alice.state]).toEqual(['ended', 'confirmed']);
    await over(s);
  });

  it('without a talk each is refused, and nothing happens', async () => {
    const s = await atDesk();
    const facts = s.events.length;
    const to = { agent: '8001' };
    const refusals = [
      await refusal(s, act(s, '8002', 'hold', {})),
      await refusal(s, act(s, '8002', 'resume', {})),
      await refusal(s, act(s, '8002', 'mute', {})),
      await refusal(s, act(s, '8002', 'unmute', {})),
      await refusal(s, act(s, '8002', 'transfer', { to })),
      await refusal(s, act(s, '8002', 'consult', { to })),
      await refusal(s, act(s, '8002', 'complete', {})),
      await refusal(s, act(s, '8002', 'swap', {})),
      await refusal(s, act(s, '8002', 'withdraw', {})),
      await refusal(s, act(s, '8002', 'confer', {})),
      await refusal(s, act(s, '8002', 'invite', { to })),
      await refusal(s, act(s, '8002', 'park', {})),
      await refusal(s, act(s, '8002', 'play', { prompt: 'goodbye' })),
      await refusal(s, act(s, '8002', 'stop-play', {})),
      await refusal(s, act(s, '8002', 'digits', { digits: '1' })),
      await refusal(s, act(s, '8002', 'pause-recording', {})),
      await refusal(s, act(s, '8002', 'resume-recording', {})),
      await refusal(s, act(s, '8002', 'survey', { survey: 'after' })),
      await refusal(s, act(s, '8002', 'hang-up', {})),
    ];
    expect(new Set(refusals)).toEqual(new Set(['no-talk']));
    expect(s.events.length).toBe(facts);
    await over(s);
  });
});

describe('an agent who called a customer himself', () => {
  it('dials from his desk, is told in the record, and gives the customer away', async () => {
    const s = await scenario(async () => {}, { companies: DESKS });
    answering(s, '8001', LINE, '8002');
    const { callId } = await act(s, '8001', 'dial', { to: { number: LINE } });
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('arrived')).toMatchObject([{ originKind: 'agent', originName: '8001', callId }]);
    expect(await refusal(s, act(s, '8001', 'dial', { to: { number: LINE } }))).toBe('wrong-state');
    await resultOf(s, act(s, '8001', 'transfer', { to: { agent: '8002' } }));
    const line = s.edge.legsTo(LINE)[0]!;
    expect(s.edge.legsTo('8001')).toEqual([]);
    expect(talkOf(s, line).places.partner?.who.name).toBe('8002');
    line.remoteEnd('normal');
    await s.clock.advance(60_000);
    await s.close();
  });

  it('has no right: nobody is rung', async () => {
    const s = await scenario(async () => {}, { companies: DESKS });
    expect(await refusal(s, act(s, '8003', 'dial', { to: { number: LINE } }))).toBe('forbidden');
    expect([s.events, s.edge.rung]).toEqual([[], []]);
    await s.close();
  });
});

describe('an agent takes callers', () => {
  it('answers from his desk: the phone is rung anew with the headers for it', async () => {
    const s = await scenario(async (call) => void (await call.queue('sales')), { companies: DESKS });
    s.edge.phone('8001', { does: 'ring' });
    const alice = s.call();
    await s.clock.runUntil(() => s.edge.legsTo('8001').length === 1);
    expect(s.edge.legsTo('8001')[0]!.call.headers).toBeUndefined();
    await act(s, '8001', 'answer', {});
    await s.clock.settle();
    const [leg, ...others] = s.edge.legsTo('8001');
    expect([leg!.call.headers, others]).toEqual([
      expect.objectContaining({
        'Answer-Mode': 'Auto',
        'Call-Info': expect.stringContaining('answer-after=0'),
      }),
      [],
    ]);
    leg!.pickUp();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('rung')).toMatchObject([{ target: '8001', outcome: 'answered', reason: 'queue' }]);
    expect(s.pbx.acd.stateOf('demo', '8001')).toBe('talking');
    expect(await refusal(s, act(s, '8001', 'answer', {}))).toBe('nothing-rings');
    alice.remoteEnd('normal');
    await s.clock.advance(60_000);
    await s.close();
  });

  it('refuses a ring: the agent rests, the caller keeps his place', async () => {
    const s = await scenario(async (call) => void (await call.queue('sales')), { companies: DESKS });
    s.edge.phone('8001', { does: 'ring' });
    const alice = s.call();
    await s.clock.runUntil(() => s.edge.legsTo('8001').length === 1);
    await act(s, '8001', 'hang-up', {});
    await s.clock.advance(1_000);
    expect([s.edge.legsTo('8001'), alice.state]).toEqual([[], 'confirmed']);
    expect(s.facts('rung')[0]?.outcome).toMatch(/^rejected/);
    alice.remoteEnd('normal');
    await s.clock.advance(60_000);
    await s.close();
  });

  it.each([
    ['who rings at a colleague', { agent: '8001' }],
    ['who rings longest', {}],
  ])('picks up %s: his own phone is rung for it', async (_, picked) => {
    const s = await scenario(async (call) => void (await call.queue('sales')), { companies: DESKS });
    s.edge.phone('8001', { does: 'ring' });
    answering(s, '8002');
    const alice = s.call();
    await s.clock.runUntil(() => s.edge.legsTo('8001').length === 1);
    await resultOf(s, act(s, '8002', 'pick-up', picked));
    expect(s.facts('connected')).toMatchObject([{ target: '8002', kind: 'agent' }]);
    expect([s.edge.legsTo('8001'), together(earOf(s, '8002'), ears(talkOf(s, alice)).caller)]).toEqual([
      [],
      true,
    ]);
    expect(s.facts('rung').filter(({ target }) => target === '8002')).toHaveLength(1);
    expect(s.pbx.acd.agent('demo', '8002')).toMatchObject({ state: 'talking', queue: 'sales' });
    alice.remoteEnd('normal');
    await s.clock.advance(5_000);
    // As if he had been rung: he wraps up, and the queue counts it for him.
    expect(s.pbx.acd.agent('demo', '8002')).toMatchObject({ state: 'wrap-up', queue: 'sales' });
    await s.clock.advance(60_000);
    expect(s.pbx.acd.stateOf('demo', '8002')).toBe('ready');
    await s.close();
  });

  it('takes the head of a queue, or one by his call, out of the line', async () => {
    const s = await scenario(async (call) => void (await call.queue('sales')), { companies: DESKS });
    s.pbx.acd.signOut('demo', '8001');
    answering(s, '8002', '8003');
    const alice = s.call();
    await s.clock.advance(1_000);
    const bob = s.call();
    await s.clock.advance(1_000);
    const carol = s.call();
    await s.clock.advance(1_000);
    const [, , third] = s.facts('arrived');
    await resultOf(s, act(s, '8002', 'pick-up', { queue: 'sales' }));
    await resultOf(s, act(s, '8003', 'pick-up', { call: third!.callId }));
    await s.clock.settle();
    expect(talkOf(s, alice).places.partner?.who).toEqual({ name: '8002', kind: 'agent' });
    expect(talkOf(s, carol).places.partner?.who).toEqual({ name: '8003', kind: 'agent' });
    expect(s.pbx.acd.line('demo', 'sales').length).toBe(1);
    expect(s.facts('askEnded').map(({ agent }) => agent)).toEqual(['8002', '8003']);
    for (const leg of [alice, bob, carol]) leg.remoteEnd('normal');
    await s.clock.advance(60_000);
    await s.close();
  });

  it('nobody rings: nothing is rung for him', async () => {
    const s = await scenario(async () => {}, { companies: DESKS });
    expect(await refusal(s, act(s, '8002', 'pick-up', {}))).toBe('nothing-rings');
    expect(await refusal(s, act(s, '8002', 'pick-up', { queue: 'sales' }))).toBe('nothing-rings');
    expect(s.edge.rung).toEqual([]);
    await s.close();
  });
});
