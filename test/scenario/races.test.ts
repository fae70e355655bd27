import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const toSales = async (call: FlowCall) => {
  await call.queue('sales', { maxWaitMs: 30_000 });
  await call.survey('three-keys');
};

/** What must hold whoever was first: one ending and it is last, segments that add up, agents free, nothing open. */
async function proveOneEnding(s: Scenario): Promise<void> {
  await s.clock.runUntil(() => s.pbx.calls.size === 0, 600_000);
  await s.clock.advance(60_000);
  const ids = new Set(s.events.map(({ callId }) => callId));
  for (const id of ids) {
    const events = s.events.filter(({ callId }) => callId === id);
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    const cdr = projectCdr(events)!;
    expect(cdr.segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(cdr.durationMs);
    for (const { file } of cdr.recordings) {
      expect(cdr.recordings.filter((other) => other.file === file)).toHaveLength(1);
    }
  }
  expect(s.pbx.acd.agents().map(({ state }) => state)).toEqual(['ready', 'ready']);
  await s.close();
}

describe('at the same instant', () => {
  it.each(['agent first', 'caller first'])('the agent answers and the caller hangs up: %s', async (order) => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'ring' });
    const alice = s.call();
    await s.clock.advance(3_000);
    const agent = s.edge.legsTo('8001')[0]!;
    if (order === 'agent first') agent.pickUp();
    alice.remoteEnd('normal');
    if (order === 'caller first') agent.pickUp();
    await s.clock.settle();
    expect(agent.state).toBe('ended');
    expect(s.facts('connected')).toEqual([]);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'caller' }]);
    await proveOneEnding(s);
  });

  it('both hang up', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    s.edge.legsTo('8001')[0]!.remoteEnd('normal');
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.facts('disconnected')).toHaveLength(1);
    expect(s.facts('surveyed')).toEqual([]);
    await proveOneEnding(s);
  });

  it('the partner hangs up while the two are being bridged', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    const bridge = s.media.bridge.bind(s.media);
    s.media.bridge = async (...both) => {
      const made = await bridge(...both);
      s.edge.legsTo('8001')[0]!.remoteEnd('normal');
      return made;
    };
    s.call();
    await s.clock.advance(30_000);
    expect(s.facts('disconnected')).toMatchObject([{ target: '8001', by: 'target' }]);
    await proveOneEnding(s);
  });

  it('the wait in the queue is over and the agent answers', async () => {
    const reasons: string[] = [];
    const s = await scenario(async (call) => {
      reasons.push((await call.queue('sales', { maxWaitMs: 10_000 })).reason);
    });
    s.edge.phone('8001', { does: 'answer', afterMs: 10_000, talkMs: 5_000 });
    s.call();
    await proveOneEnding(s);
    expect(reasons).toHaveLength(1);
    expect(s.facts('connected')).toHaveLength(reasons[0] === 'served' ? 1 : 0);
  });

  it('the ring time is over and the agent answers', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 15_000, talkMs: 5_000 });
    s.edge.phone('8002', { does: 'answer', afterMs: 2_000, talkMs: 5_000 });
    s.call();
    await proveOneEnding(s);
    expect(s.facts('connected')).toHaveLength(1);
  });

  it('two agents who ring together answer', async () => {
    const s = await scenario(async (call) => void (await call.queue('power-repair')));
    for (const number of ['8001', '8002']) s.edge.phone(number, { does: 'ring' });
    s.call();
    await s.clock.advance(2_000);
    const [first, second] = ['8001', '8002'].map((number) => s.edge.legsTo(number)[0]!);
    first!.pickUp();
    second!.pickUp();
    expect(second!.ending).toMatchObject({ by: 'local', cause: 'answered-elsewhere' });
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('connected')).toMatchObject([{ target: '8001' }]);
    first!.remoteEnd('normal');
    await proveOneEnding(s);
    expect(s.facts('rung').map(({ target, outcome }) => `${target} ${outcome}`)).toEqual([
      '8002 cancelled: answered-elsewhere',
      '8001 answered',
    ]);
  });
});

describe('phones that do not take the call', () => {
  it('one of two phones of an agent is busy: the other rings on, and the record has him once', async () => {
    const s = await scenario(toSales, {
      phones: {
        events: new TypedEvents(),
        handle: () => ({ status: 501 }),
        identify: () => undefined,
        routes: (_, number) =>
          ['desk', 'soft'].map((kind) => ({ uri: `sip:${number}-${kind}@phone`, from: { uri: 'sip:x@y' } })),
      },
    });
    s.edge.phone('8001-desk', { does: 'reject', status: 486 });
    s.edge.phone('8001-soft', { does: 'answer', afterMs: 4_000, talkMs: 5_000 });
    s.call();
    await proveOneEnding(s);
    expect(s.facts('rung').map(({ target, outcome }) => [target, outcome])).toEqual([['8001', 'answered']]);
  });

  it('is told that the call was cancelled when the caller hangs up while it rings', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'ring' });
    const alice = s.call();
    await s.clock.advance(3_000);
    const phone = s.edge.legsTo('8001')[0]!;
    alice.remoteEnd('normal');
    expect(phone.ending).toMatchObject({ by: 'local', cause: 'cancelled' });
    await proveOneEnding(s);
  });

  it.each([
    ['busy', { does: 'reject', status: 486 }, 'busy: SIP 486'],
    ['declined', { does: 'reject', status: 603 }, 'rejected: SIP 603'],
    ['gone', { does: 'reject', status: 480 }, 'unavailable: SIP 480'],
  ] as const)('%s: the next agent is rung, and the record says why', async (_, phone, outcome) => {
    const s = await scenario(toSales);
    s.edge.phone('8001', phone);
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.call();
    await proveOneEnding(s);
    expect(s.facts('rung').map(({ target, outcome }) => [target, outcome])).toEqual([
      ['8001', outcome],
      ['8002', 'answered'],
    ]);
  });
});

describe('keys', () => {
  it('that are no score of the survey: it is asked once more, and they do not count', async () => {
    const s = await scenario(async (call) => {
      await call.answer();
      await call.survey('three-keys');
    });
    s.call();
    await s.clock.settle();
    const ear = s.ear();
    ear.press('9');
    await s.clock.advance(100);
    ear.press('3');
    await proveOneEnding(s);
    expect(s.facts('surveyed')).toMatchObject([{ digit: '3' }]);
  });

  it('after one that cut the prompt short are waited for as long as between keys, not as for the first', async () => {
    const ends: number[] = [];
    const s = await scenario(async (call) => {
      const { digits } = await call.gather({
        prompt: 'main-menu',
        max: 4,
        timeoutMs: 9_000,
        interDigitMs: 1_000,
      });
      ends.push(s.clock.now());
      expect(digits).toBe('1');
    });
    s.call();
    await s.clock.advance(500);
    s.ear().press('1');
    const pressedAt = s.clock.now();
    await proveOneEnding(s);
    expect(ends).toEqual([pressedAt + 1_000]);
  });

  it('pressed in the talk do not answer the survey after it', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
    s.call();
    const ear = () => [...s.pbx.calls][0]!.caller.media as NullEndpoint;
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    ear().press('1');
    await s.clock.runUntil(() => s.facts('segment').at(-1)?.kind === 'survey');
    await s.clock.advance(500);
    expect(s.facts('surveyed')).toEqual([]);
    ear().press('2');
    await proveOneEnding(s);
    expect(s.facts('surveyed')).toMatchObject([{ digit: '2' }]);
  });
});

describe('the end of a call', () => {
  it('is when it ended, however long it takes to close', async () => {
    const s = await scenario(toSales);
    const alice = s.call();
    await s.clock.advance(2_000);
    const call = [...s.pbx.calls][0]!;
    call.finish(
      new Promise<void>((resolve) => {
        s.clock.after(4_000, () => {
          call.note('step', { step: 'late', why: 'closing takes a while' });
          resolve();
        });
      }),
    );
    await s.clock.advance(1_000);
    alice.remoteEnd('normal');
    call.end('failure');
    await s.clock.advance(10_000);
    expect(projectCdr(s.events)).toMatchObject({ durationMs: 3_000, cause: 'normal', endedBy: 'caller' });
    await proveOneEnding(s);
  });

  it('is not brought about by an agent who says nothing', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const callers = [...s.pbx.calls][0]!.caller.media;
    for (const endpoint of s.media.endpoints)
      if (endpoint !== callers) endpoint.events.emit('deadAir', { silentMs: 60_000 });
    await s.clock.advance(5_000);
    expect(s.pbx.calls.size).toBe(1);
    await proveOneEnding(s);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal' }]);
  });
});

describe('whatever happens when', () => {
  it('every call ends once, with all of its time in segments', async () => {
    const behaviour = fc.oneof(
      fc.record({
        does: fc.constant('answer' as const),
        afterMs: fc.nat({ max: 16 }).map((s) => s * 1_000),
        talkMs: fc.nat({ max: 8 }).map((s) => s * 500),
      }),
      fc.record({ does: fc.constant('reject' as const), status: fc.constantFrom(404, 480, 486, 503, 603) }),
      fc.constant({ does: 'ring' as const }),
    );
    const calls = fc.array(
      fc.nat({ max: 60 }).map((s) => s * 500),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(behaviour, behaviour, calls, async (first, second, patience) => {
        const s = await scenario(toSales);
        s.edge.phone('8001', first);
        s.edge.phone('8002', second);
        for (const ms of patience) {
          const leg = s.call();
          s.clock.after(ms, () => leg.remoteEnd('normal'));
          await s.clock.settle();
        }
        await proveOneEnding(s);
      }),
      { numRuns: 60 },
    );
  });
});
