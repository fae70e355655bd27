/** Agents who sit at numbers outside (远程坐席): rung over a trunk on their own right, and given a caller when they press 1. */
import { afterEach, describe, expect, it } from 'vitest';
import { LIMITED, M1, M2, type Seats, seats } from '../support/outside-seats.ts';
import { PHONES } from '../support/scenario.ts';
import { phoneCalls, playing, segments, talkOf, together } from '../support/talk.ts';

let s: Seats;
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const open = async (edits: Parameters<typeof seats>[0] = {}) => {
  s = await seats(edits);
};
const rungs = () => s.facts('rung').map(({ target, outcome, trunk }) => [target, outcome, trunk]);
const whys = () => s.facts('step').map(({ why }) => why);
const QUESTION = ['welcome', 'caller-from', 'area-guangdong', 'press-1-to-take'];

describe('an agent at a number outside', () => {
  it('hears queue, province and the question while the caller has music, and gets him by key 1', async () => {
    await open();
    const alice = s.call();
    await s.answers(M1);
    expect(s.stateOf('8001')).toBe('ringing');
    await s.clock.advance(8_000);
    expect(s.heard(s.earAt(M1)).slice(0, 4)).toEqual(QUESTION);
    expect(playing(s.callerEar(alice))).toBe('queue-music');
    expect(s.facts('connected')).toEqual([]);
    s.earAt(M1).press('1');
    await s.clock.advance(100);
    const { caller, partner } = talkOf(s, alice).places;
    expect(partner).toMatchObject({ who: { name: '8001', kind: 'agent' }, leg: { party: { number: M1 } } });
    expect(together(s.callerEar(alice), s.earAt(M1))).toBe(true);
    // what he heard with the question he does not hear again
    expect(s.heard(s.earAt(M1)).lastIndexOf('welcome')).toBe(0);
    expect(caller.leg.sip).toBe(alice);
    expect(s.stateOf('8001')).toBe('talking');
    expect(rungs()).toEqual([['8001', 'answered', 'carrier']]);
    expect(whys()).toContain(`${M1} has answered, and is asked to take the call by key`);
    s.edge.legsTo(M1)[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect(s.stateOf('8001')).toBe('wrap-up');
  });

  it('shows by the policy of the agent: never the number of the caller', async () => {
    await open({ agent: { shows: '4001234567' } });
    s.call({ from: '13800138000' });
    await s.clock.advance(1_000);
    expect(s.edge.legsTo(M1)[0]!.call.from.uri).toMatch(/^sip:4001234567@/);
    expect(JSON.stringify(s.edge.legsTo(M1)[0]!.call)).not.toContain('13800138000');
  });

  it.each<[string, string, string, () => unknown]>([
    ['presses another key', 'rejected: pressed 2, not 1', 'refused a call', () => s.earAt(M1).press('2')],
    [
      'hangs up',
      'rejected: hung up before he took the call',
      'refused a call',
      () => s.edge.legsTo(M1)[0]!.remoteEnd('normal'),
    ],
    [
      'says nothing, as a mailbox',
      'no-answer: pressed no key',
      'did not answer',
      () => s.clock.advance(19_900),
    ],
  ])('who %s gets no caller: the next one is rung', async (_, outcome, why, does) => {
    await open();
    const alice = s.call();
    await s.answers(M1);
    expect(s.edge.rung).toEqual([M1]);
    await does();
    await s.clock.advance(500);
    expect(rungs()).toEqual([['8001', outcome, 'carrier']]);
    expect(s.facts('connected')).toEqual([]);
    expect(s.edge.legsTo(M1)).toEqual([]);
    expect(s.edge.rung).toEqual([M1, M2]);
    expect(whys().join('\n')).toContain(`8001 skipped: ${why}, rests`);
    expect(alice.state).toBe('confirmed');
  });

  it('has a time of his own for the key, past the end of the ring', async () => {
    await open({ queue: { ringMs: 5_000 } });
    s.call();
    await s.answers(M1, 4_000);
    await s.clock.advance(12_000);
    expect(s.stateOf('8001')).toBe('ringing');
    s.earAt(M1).press('1');
    await s.clock.advance(100);
    expect(s.stateOf('8001')).toBe('talking');
  });

  it('is let go when the caller hangs up meanwhile', async () => {
    await open();
    const alice = s.call();
    await s.answers(M1);
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.legsTo(M1)).toEqual([]);
    expect([s.stateOf('8001'), s.stateOf('8002')]).toEqual(['ready', 'ready']);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'caller' }]);
  });

  it('is busy while he is on a call of his own, such as one to the hotline', async () => {
    await open();
    s.call({ from: M1 });
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual([M2]);
    expect(whys().some((text) => text.includes('8001 skipped: is on a call of his own'))).toBe(true);
  });

  it('holds, and sends his caller on, from his screen', async () => {
    await open();
    const alice = s.call();
    await s.answers(M1);
    s.earAt(M1).press('1');
    await s.clock.advance(100);
    const desk = { tenant: 'demo', agent: '8001' };
    await s.pbx.desk.act(desk, 'hold', {});
    expect(talkOf(s, alice).state).toBe('held');
    s.edge.phone('8003', { does: 'answer', afterMs: 500 });
    const sent = s.pbx.desk.act(desk, 'transfer', { to: { number: '8003' } });
    await s.clock.advance(1_000);
    expect(await sent).toMatchObject({ reached: true });
    expect(talkOf(s, alice).places.partner!.who.name).toBe('8003');
    expect(s.stateOf('8001')).toBe('wrap-up');
  });

  it('is rung again when his line dies in the talk, and takes the call up by key', async () => {
    await open();
    const alice = s.call();
    await s.answers(M1);
    s.earAt(M1).press('1');
    await s.clock.advance(1_000);
    s.earAt(M1).events.emit('deadAir', { silentMs: 30_000 });
    await s.clock.settle();
    expect([talkOf(s, alice).state, s.stateOf('8001')]).toEqual(['reconnecting', 'reconnecting']);
    await s.answers(M1, 3_000);
    expect(talkOf(s, alice).state).toBe('reconnecting');
    s.earAt(M1).press('1');
    await s.clock.advance(100);
    expect([talkOf(s, alice).state, s.stateOf('8001')]).toEqual(['talking', 'talking']);
    expect(segments(s).slice(-3)).toEqual(['talk 8001', 'hold reconnecting 8001', 'talk 8001']);
  });
});

describe('two agents outside who are rung together', () => {
  const together2 = async () => {
    await open({ queue: { strategy: 'ring-all' } });
    const alice = s.call();
    await s.answers(M1);
    await s.answers(M2);
    return alice;
  };

  it('are both asked; who presses first has the caller, the other is let go', async () => {
    const alice = await together2();
    s.earAt(M2).press('1');
    await s.clock.advance(100);
    expect(talkOf(s, alice).places.partner!.who.name).toBe('8002');
    expect(s.edge.legsTo(M1)).toEqual([]);
    expect([s.stateOf('8001'), s.stateOf('8002')]).toEqual(['ready', 'talking']);
    expect(rungs()).toEqual([
      ['8002', 'answered', 'carrier'],
      ['8001', 'cancelled: 8002 answered', 'carrier'],
    ]);
  });

  it('one refuses, the other is asked on', async () => {
    const alice = await together2();
    s.earAt(M1).press('3');
    await s.clock.advance(2_000);
    expect([s.edge.legsTo(M1).length, s.edge.legsTo(M2).length]).toEqual([0, 1]);
    s.earAt(M2).press('1');
    await s.clock.advance(100);
    expect(talkOf(s, alice).places.partner!.who.name).toBe('8002');
  });
});

describe('calls to agents outside', () => {
  it('need the right to call there: who lacks it is unreachable', async () => {
    await open({ agent: (agent) => (agent.id === '8001' ? { outside: 'none' } : {}) });
    expect([s.stateOf('8001'), s.stateOf('8002')]).toEqual(['unreachable', 'ready']);
    s.call();
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual([M2]);
  });

  it('count for the extension of the agent; at its limit he is unreachable until the hour is over', async () => {
    await open(LIMITED);
    s.call();
    await s.answers(M1);
    s.edge.legsTo(M1)[0]!.remoteEnd('normal');
    await s.clock.advance(60_000);
    expect(s.stateOf('8001')).toBe('unreachable');
    expect(s.edge.rung.filter((number) => number === M1)).toHaveLength(1);
    // each of the two was tried once more at most
    expect(s.facts('barred').length).toBeLessThanOrEqual(2);
    await s.clock.advance(3_600_000);
    expect(s.stateOf('8001')).toBe('ready');
  });

  it('whose extension forwards all to a number outside are taken by key, too', async () => {
    await open({
      extension: ({ number }) =>
        number === '8001' ? { forward: { always: M1, ringMs: 20_000 }, forwardOutside: true } : {},
    });
    s.pbx.acd.signIn('demo', '8001', { extension: '8001' });
    const alice = s.call();
    await s.answers(M1);
    expect(s.facts('connected')).toEqual([]);
    s.earAt(M1).press('1');
    await s.clock.advance(100);
    expect(talkOf(s, alice).places.partner!.who.name).toBe('8001');
  });
});

describe('an agent chooses where he sits', () => {
  const seat = (agent = '8001') => s.pbx.acd.seatOf('demo', agent);

  it('by feature code: at his number outside, at another one, at a phone again', async () => {
    await open();
    const from = { from: '8001', source: { transport: 'udp', address: PHONES, port: 5060 } } as const;
    const code = async (to: string) => {
      const sip = s.call({ ...from, to });
      await s.clock.runUntil(() => sip.state === 'ended');
      return sip.endRequest!.cause;
    };
    expect(seat()).toEqual({ kind: 'line', number: M1 });
    expect([await code('*50'), seat()]).toEqual(['normal', { kind: 'extension', number: '8001' }]);
    expect([await code('*4813900139009'), seat()?.number]).toEqual(['normal', '13900139009']);
    expect([await code('*48'), seat()?.number]).toEqual(['normal', M1]);
    s.change({ agent: { outside: 'none' } });
    expect([await code('*4813900139009'), seat()?.number]).toEqual(['forbidden', M1]);
  });

  it('by the act: numbers of the house, and such that he may not call, are refused', async () => {
    await open();
    const signIn = (number: string) =>
      s.pbx.desk.act({ tenant: 'demo', agent: '8003' }, 'sign-in', { number }).then(
        () => seat('8003')?.number,
        (error: { code: string }) => error.code,
      );
    expect(await signIn('13900139009')).toBe('13900139009');
    for (const number of ['8002', '*43', '110*', '0085221234567'])
      expect(await signIn(number)).toBe('forbidden');
    expect(seat('8003')?.number).toBe('13900139009');
  });

  it('at a phone: who calls his number outside then calls nobody of the queue', async () => {
    await open();
    s.pbx.acd.signIn('demo', '8001', { extension: '8001' });
    s.edge.phone(M1, { does: 'answer', afterMs: 500 });
    phoneCalls(s, '8003', M1);
    await s.clock.advance(1_000);
    expect([s.stateOf('8001'), s.stateOf('8003')]).toEqual(['ready', 'talking']);
  });
});
