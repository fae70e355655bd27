import { describe, expect, it } from 'vitest';
import { type DialStrategy, dial, extension, hotline, line, voicemail } from '../../../src/dialplan/index.ts';
import type { DialOptions, DialOutcome } from '../../../src/dialplan/run/flow-call.ts';
import { dialplanFixture } from '../../support/dialplan-fixture.ts';

const N = '4001234567';
const a = line('02100000001', { name: 'a' });
const b = line('02100000002', { name: 'b' });
const c = extension('8001', { name: 'c' });
type Branches = NonNullable<Parameters<typeof dial>[1]>;
const fixture = (targets: Parameters<typeof dial>[0], branches: Branches = {}) =>
  dialplanFixture([hotline(N, { flow: dial(targets, { otherwise: voicemail('box'), ...branches }) })]);

/** Dials by name; served when `free` has the name. */
const answeredBy =
  (...free: string[]) =>
  ({ onConnected }: DialOptions, names: string): DialOutcome => {
    const target = names.split('+').find((name) => free.includes(name));
    if (target === undefined) return { reason: 'no-answer' };
    onConnected?.(target);
    return { reason: 'served', target, by: 'target', talkMs: 1000 };
  };
const dialled = (did: readonly string[]) =>
  did.filter((each) => each.startsWith('dial')).map((each) => each.slice(5));

describe('dial', () => {
  it('tries lines in turn without answering the call first', async () => {
    const call = await fixture([a, b, c]).run({ dial: answeredBy('b') });
    expect(call.did).toEqual(['ring', 'dial a', 'dial b', 'hangup normal']);
    expect(call.steps).toEqual([
      'dial a: sequential',
      'dial a → no-answer: next line',
      'dial b: sequential',
      'dial b → served: 1 s',
    ]);
  });

  it.each<[DialStrategy, string[]]>([
    ['sequential', ['a', 'a', 'a', 'a']],
    ['round-robin', ['a', 'b', 'c', 'a']],
    ['least-recent', ['a', 'b', 'c', 'a']],
    ['ring-all', ['a+b+c', 'a+b+c', 'a+b+c', 'a+b+c']],
  ])('%s', async (strategy, order) => {
    const { run } = fixture([a, b, c], { strategy });
    const first = [];
    for (let count = 0; count < 4; count++) {
      first.push(dialled((await run({ dial: answeredBy('a', 'b', 'c') })).did)[0]);
    }
    expect(first).toEqual(order);
  });

  it('random and weighted spread calls by chance and by weight', async () => {
    const share = async (strategy: DialStrategy) => {
      const { run } = fixture([line('1001', { name: 'x', weight: 9 }), line('1002', { name: 'y' })], {
        strategy,
      });
      let x = 0;
      for (let count = 0; count < 500; count++) {
        if (dialled((await run({ dial: answeredBy('x', 'y') })).did)[0] === 'x') x++;
      }
      return x / 500;
    };
    expect(await share('random')).toBeCloseTo(0.5, 1);
    expect(await share('weighted')).toBeCloseTo(0.9, 1);
  });

  it('skips a line whose channels are in use, and takes as many calls at once as there are lines', async () => {
    const talks: (() => void)[] = [];
    const talking = (_: DialOptions, target: string) =>
      new Promise<DialOutcome>((resolve) =>
        talks.push(() => resolve({ reason: 'served', target, by: 'target', talkMs: 1 })),
      );
    const { run, clock } = fixture([line('1001', { name: 'x', channels: 2 }), b]);
    const calls = [];
    for (let count = 0; count < 3; count++) calls.push(run({ dial: talking }));
    await clock.settle();
    const fourth = await run({ dial: talking });
    expect(fourth.steps).toEqual([
      'dial x → skipped: 2 of 2 channels in use',
      'dial b → skipped: 1 of 1 channels in use',
      'dial → otherwise: no line took the call: busy',
      'voicemail box: the plan says so',
      'voicemail box → left: 5 s',
    ]);
    for (const end of talks) end();
    const done = await Promise.all(calls);
    expect(done.map((call) => dialled(call.did))).toEqual([['x'], ['x'], ['b']]);
    expect(dialled((await run({ dial: answeredBy('x') })).did)).toEqual(['x']);
  });

  it('ring-all frees the losers when one answers', async () => {
    let end = () => {};
    const talking = ({ onConnected }: DialOptions) => {
      onConnected?.('b');
      return new Promise<DialOutcome>((resolve) => {
        end = () => resolve({ reason: 'served', target: 'b', by: 'target', talkMs: 1 });
      });
    };
    const { run, clock } = fixture([a, b], { strategy: 'ring-all' });
    const first = run({ dial: talking });
    await clock.settle();
    expect(dialled((await run({ dial: answeredBy('a') })).did)).toEqual(['a']);
    end();
    await first;
    expect(dialled((await run({ dial: answeredBy('a') })).did)).toEqual(['a+b']);
  });

  it('ring-all gives back every line, also of two with one name', async () => {
    const twins = [line('02100000001', { name: 'shop' }), line('02100000002', { name: 'shop' })];
    const { run } = fixture(twins, { strategy: 'ring-all' });
    for (let count = 0; count < 2; count++) {
      expect(dialled((await run({ dial: answeredBy('shop') })).did)).toEqual(['shop+shop']);
    }
  });

  it('rings a line only within its hours', async () => {
    const day = { periods: { open: { daily: '12:00-18:00' } } } as const;
    const { run, clock } = fixture([line('1001', { name: 'x', hours: day }), b]);
    const early = await run({ dial: answeredBy('x', 'b') });
    expect(dialled(early.did)).toEqual(['b']);
    expect(early.steps[0]).toBe('dial x → skipped: closed: Thu 2026-10-15 10:00 is outside all hours');
    await clock.advance(2 * 3600_000);
    expect(dialled((await run({ dial: answeredBy('x') })).did)).toEqual(['x']);
  });

  it('sticks to the line that answered this caller last', async () => {
    const { run } = fixture([a, b, c], { sticky: true });
    await run({ dial: answeredBy('c') });
    const again = await run({ dial: answeredBy('a', 'b', 'c') });
    expect(dialled(again.did)).toEqual(['c']);
    expect(again.steps[0]).toBe('dial c: sequential, answered this caller last');
    expect(dialled((await run({ from: '13300000000', dial: answeredBy('a') })).did)).toEqual(['a']);
  });

  it('does not take callers who withhold their number for one', async () => {
    const { run } = fixture([a, b, c], { sticky: true });
    await run({ from: '', dial: answeredBy('c') });
    expect(dialled((await run({ from: '', dial: answeredBy('a', 'b', 'c') })).did)).toEqual(['a']);
  });

  it('branches by what went wrong', async () => {
    const { run } = fixture([a], { busy: voicemail('box'), noAnswer: extension('8001') });
    const busy = await run({ dial: () => ({ reason: 'busy' }) });
    expect(busy.did).toContain('voicemail box');
    expect(dialled((await run()).did)).toEqual(['a', '8001']);
  });

  it('finds lines by their name in the hotline', async () => {
    const flow = dial(['operator'], { otherwise: voicemail('box') });
    const { run } = dialplanFixture([hotline(N, { flow, lines: { operator: line('02112345678') } })]);
    expect(dialled((await run()).did)).toEqual(['operator']);
  });
});
