import { describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { company, extension } from '../support/companies.ts';
import { PHONES, scenario } from '../support/scenario.ts';
import {
  ears,
  OPEN_TRUNK,
  phoneCalls,
  playing,
  refer,
  reinvites,
  segments,
  talking,
  talkOf,
  together,
} from '../support/talk.ts';

describe('transfer by the agent', () => {
  it('blind: the caller goes to the colleague, the agent is free for wrap-up', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'answer', afterMs: 2_000, talkMs: 5_000 });
    const request = refer('8002');
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(request.answers).toEqual(['accepted', 200]);
    expect(s.edge.legsTo('8001')).toHaveLength(0);
    expect(s.facts('connected').map(({ target, kind }) => [target, kind])).toEqual([
      ['8001', 'agent'],
      ['8002', 'agent'],
    ]);
    expect(s.pbx.acd.agents()[0]!.state).toBe('wrap-up');
    await s.clock.runUntil(() => s.alice.state === 'ended');
    expect(s.facts('recordingStarted')).toHaveLength(1);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('blind to an outside line: the record keeps the agent, and names the line as a line', async () => {
    const s = await talking();
    s.edge.phone('13900139000', { does: 'answer', afterMs: 2_000, talkMs: 5_000 });
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer('13900139000'));
    await s.clock.runUntil(() => s.alice.state === 'ended');
    expect(s.facts('connected')[1]).toMatchObject({ target: '13900139000', kind: 'line' });
    expect(projectCdr(s.events)).toMatchObject({ agent: '8001', cause: 'normal' });
    await s.clock.advance(20_000);
    await s.close();
  });

  it('one at a time: a second one is refused until the first is over', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'ring' });
    const leg = s.edge.legsTo('8001')[0]!;
    leg.delegate.onRefer!(refer('8002'));
    const second = refer('8002');
    leg.delegate.onRefer!(second);
    expect(second.answers).toEqual(['refused', 491]);
    await s.clock.advance(30_000);
    const third = refer('8002');
    leg.delegate.onRefer!(third);
    expect(third.answers).toEqual(['accepted']);
    await s.close();
  });

  it('blind to somebody who is busy: the talk with the agent goes on', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'reject', status: 486 });
    const request = refer('8002');
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.advance(5_000);
    expect(request.answers).toEqual(['accepted', 486]);
    expect(s.edge.legsTo('8001')).toHaveLength(1);
    expect(s.alice.state).toBe('confirmed');
    await s.close();
  });

  it('blind by a phone that hangs up at once: the caller hears music until the answer', async () => {
    const s = await talking();
    const ear = s.ear();
    s.edge.phone('8002', { does: 'answer', afterMs: 4_000 });
    const leg = s.edge.legsTo('8001')[0]!;
    leg.delegate.onRefer!(refer('8002'));
    await s.clock.settle();
    leg.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect(s.heard(ear).at(-1)).toBe('queue-music');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected')[1]).toMatchObject({ target: '8002' });
    const spent = s.facts('segment').map(({ kind, owner }) => `${kind} ${owner}`);
    expect(spent.slice(-3)).toEqual(['talk 8001', 'ring 8002', 'talk 8002']);
    await s.close();
  });

  it('attended: the consulted colleague takes the caller over', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    const consultation = phoneCalls(s, '8001', '8002');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const request = refer('8002', consultation);
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.advance(1_000);
    expect(request.answers).toEqual(['accepted', 200]);
    expect(consultation.state).toBe('ended');
    expect(s.edge.legsTo('8001')).toHaveLength(0);
    expect(s.edge.legsTo('8002')).toHaveLength(1);
    expect(s.pbx.calls.size).toBe(1);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.facts('ended').map(({ cause }) => cause)).toEqual(['transferred', 'normal']);
    await s.close();
  });
});

/** Agent 8001 calls the customer 13900139000 and talks with him. */
async function callingOut() {
  const s = await scenario(async (call) => void (await call.queue('sales')), { companies: OPEN_TRUNK });
  s.edge.phone('13900139000', { does: 'answer', afterMs: 500 });
  const agent = phoneCalls(s, '8001', '13900139000');
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  return { ...s, agent, customer: s.edge.legsTo('13900139000')[0]!, talk: talkOf(s, agent) };
}

describe('transfer by who called', () => {
  it('blind: the customer goes to the colleague, and his call ends with him', async () => {
    const s = await callingOut();
    s.edge.phone('8002', { does: 'answer', afterMs: 2_000 });
    const request = refer('8002');
    s.agent.delegate.onRefer!(request);
    await s.clock.advance(2_000);
    expect(request.answers).toEqual(['accepted', 200]);
    expect([s.agent.state, s.customer.state]).toEqual(['ended', 'confirmed']);
    const { caller, partner } = ears(s.talk);
    expect(together(caller, partner!)).toBe(true);
    await s.clock.advance(5_000);
    s.customer.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.pbx.calls.size).toBe(0);
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['13900139000', '8002']);
    expect(s.facts('disconnected').map(({ target }) => target)).toEqual(['8001', '8002']);
    const cdr = projectCdr(s.events)!;
    expect(cdr.segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(cdr.durationMs);
    await s.close();
  });

  it('blind, hanging up at once: the customer waits with music', async () => {
    const s = await callingOut();
    s.edge.phone('8002', { does: 'answer', afterMs: 2_000 });
    s.agent.delegate.onRefer!(refer('8002'));
    s.agent.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect([s.talk.state, playing(ears(s.talk).caller)]).toEqual(['waiting', 'queue-music']);
    await s.clock.advance(1_000);
    expect([s.talk.state, segments(s).at(-1)]).toEqual(['talking', 'talk 8002']);
    s.edge.legsTo('8002')[0]!.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect([s.customer.state, s.pbx.calls.size]).toEqual(['ended', 0]);
    await s.close();
  });

  it('attended: from the call that he made to the one that he made for it', async () => {
    const s = await callingOut();
    await reinvites(s.agent, 'sendonly');
    s.edge.phone('8002', { does: 'answer', afterMs: 500 });
    const consultation = phoneCalls(s, '8001', '8002');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const request = refer('8002', consultation);
    s.agent.delegate.onRefer!(request);
    await s.clock.advance(1_000);
    expect(request.answers).toEqual(['accepted', 200]);
    expect([s.agent.state, consultation.state]).toEqual(['ended', 'ended']);
    const { caller, partner } = ears(s.talk);
    expect([s.talk.state, together(caller, partner!)]).toEqual(['talking', true]);
    s.customer.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect([s.edge.open, s.pbx.calls.size]).toEqual([0, 0]);
    await s.close();
  });

  it('attended, to somebody who had called him', async () => {
    const s = await callingOut();
    s.edge.phone('8001', { does: 'answer', afterMs: 500 });
    const colleague = phoneCalls(s, '8002', '8001');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const request = refer('8002', s.edge.legsTo('8001')[0]!);
    s.agent.delegate.onRefer!(request);
    await s.clock.advance(1_000);
    expect(request.answers).toEqual(['accepted', 200]);
    expect([s.edge.legsTo('8001').length, colleague.state]).toEqual([0, 'confirmed']);
    const { caller, partner } = ears(s.talk);
    expect(together(caller, partner!)).toBe(true);
    expect(s.talk.places.partner!.who).toEqual({ name: '8002', kind: 'agent' });
    s.customer.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect([s.edge.open, s.pbx.calls.size]).toEqual([0, 0]);
    await s.close();
  });
});

describe('INVITE with Replaces', () => {
  it('takes the place of the partner, or of the caller', async () => {
    const s = await talking();
    const desk = phoneCalls(s, '8002', '8001', s.bob);
    await s.clock.settle();
    expect([s.bob.state, desk.state, s.talk.places.partner!.who.name]).toEqual([
      'ended',
      'confirmed',
      '8002',
    ]);
    const { caller, partner } = ears(s.talk);
    expect(together(caller, partner!)).toBe(true);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();

    const t = await callingOut();
    const other = phoneCalls(t, '8002', '8001', t.agent);
    await t.clock.settle();
    expect([t.agent.state, t.customer.state, other.state]).toEqual(['ended', 'confirmed', 'confirmed']);
    other.remoteEnd('normal');
    await t.clock.advance(20_000);
    expect(t.customer.state).toBe('ended');
    await t.close();
  });
});

describe('transfer inside the house', () => {
  it("to a hotline of one's own: its flow serves the caller, no carrier is asked", async () => {
    const numbers: string[] = [];
    const s = await talking({
      hotlines: {
        route: (called) => {
          if (called === '4001234567') return { run: async (call) => void (await call.queue('sales')) };
          if (called !== '4007654321') return undefined;
          return {
            run: async (call) => {
              numbers.push(call.called);
              await call.play('goodbye');
            },
          };
        },
      },
    });
    const { caller } = ears(s.talk);
    const request = refer('4007654321');
    s.bob.delegate.onRefer!(request);
    await s.clock.settle();
    expect(request.answers).toEqual(['accepted', 200]);
    expect([s.bob.state, playing(caller), numbers.length]).toEqual(['ended', 'goodbye', 1]);
    expect(s.edge.rung).toEqual(['8001']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal' }]);
    await s.clock.advance(20_000);
    await s.close();
  });

  it("a hotline of another company is not inside: its number is called like any other's", async () => {
    const s = await talking({
      hotlines: {
        route: (called) => ({
          tenant: called === '4001234567' ? 'demo' : 'another',
          run: async (call) => void (await call.queue('sales')),
        }),
      },
    });
    s.edge.phone('4007654321', { does: 'answer', afterMs: 500 });
    s.bob.delegate.onRefer!(refer('4007654321'));
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['8001', '4007654321']);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('who may transfer', () => {
  it('an outside line may not: it would call at the expense of the company', async () => {
    const s = await callingOut();
    const request = refer('13700137000');
    s.customer.delegate.onRefer!(request);
    expect(request.answers).toEqual(['refused', 403]);
    const t = await talking();
    const fromCaller = refer('13700137000');
    t.alice.delegate.onRefer!(fromCaller);
    expect(fromCaller.answers).toEqual(['refused', 403]);
    for (const x of [s, t]) {
      for (const call of x.pbx.calls) call.end('normal');
      await x.clock.advance(20_000);
      await x.close();
    }
  });

  it.each([
    [404, 404],
    [480, 480],
    [603, 603],
  ])('a target that answers %d: the phone is told so', async (answer, told) => {
    const s = await talking();
    s.edge.phone('8002', { does: 'reject', status: answer });
    const request = refer('8002');
    s.bob.delegate.onRefer!(request);
    await s.clock.advance(1_000);
    expect(request.answers).toEqual(['accepted', told]);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('the wall between companies', () => {
  it('stands for dialogs: none of another company can be replaced or taken over', async () => {
    const s = await talking({
      companies: [
        ...OPEN_TRUNK,
        company('another'),
        extension({ number: '9001', tenant: 'another', name: 'Nine' }),
      ],
      hotlines: {
        route: (called) => ({
          tenant: called === '4001234567' ? 'demo' : 'another',
          run: async (call) => {
            await call.dial({
              targets: [{ kind: 'extension', number: called === '4001234567' ? '8001' : '9001' }],
            });
          },
        }),
      },
      phones: {
        events: new TypedEvents(),
        handle: () => ({ status: 501 }),
        identify: ({ source, from }) =>
          source.address === PHONES ? { extension: from.user, tenant: 'another' } : undefined,
        routes: (_, number) => [{ uri: `sip:${number}@phone`, from: { uri: 'sip:x@y' } }],
      },
    });
    s.edge.phone('9001', { does: 'answer', afterMs: 500 });
    const theirs = s.call({ to: '4007654321' });
    await s.clock.runUntil(() => s.facts('connected').length === 2);

    const replacing = phoneCalls(s, '9002', '8001', s.bob);
    expect(replacing.ending).toMatchObject({ status: 481 });
    const request = refer('9001', s.edge.legsTo('9001')[0]!);
    s.bob.delegate.onRefer!(request);
    expect(request.answers).toEqual(['refused', 481]);
    const own = refer('8001', s.bob);
    s.bob.delegate.onRefer!(own);
    expect(own.answers).toEqual(['refused', 481]);

    expect([s.talk.state, talkOf(s, theirs).state]).toEqual(['talking', 'talking']);
    s.alice.remoteEnd('normal');
    theirs.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });
});
