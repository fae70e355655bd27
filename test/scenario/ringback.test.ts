import { afterEach, describe, expect, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** What a caller hears while somebody is rung for him. */
const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } });
const LINE = '13900139000';
const phone = { source: { transport: 'udp', address: PHONES, port: 5060 } } as const;

let s: Scenario;
afterEach(async () => {
  await s.clock.advance(60_000);
  await s.close();
});

const begin = async (flow: (call: FlowCall) => Promise<unknown>) => {
  s = await scenario(async (call) => void (await flow(call)), { companies });
};
const toExtension = (call: FlowCall) => call.dial({ targets: [{ kind: 'extension', number: '8001' }] });
const toLine = (call: FlowCall) => call.dial({ targets: [{ kind: 'line', number: LINE }], ringMs: 60_000 });
/** The endpoints of the only call: the caller's first. */
const endpoints = (): NullEndpoint[] => [...s.media.endpoints];

describe('ring tone', () => {
  it('is heard by a caller whom a menu has answered, until the extension answers', async () => {
    await begin(async (call) => {
      await call.answer();
      await toExtension(call);
    });
    s.edge.phone('8001', { does: 'answer', afterMs: 12_000, talkMs: 5_000 });
    s.call();
    await s.clock.advance(11_000);
    const [caller] = endpoints();
    expect(caller!.playing?.heard()).toEqual(['ringback']);
    await s.clock.advance(1_500);
    expect(caller!.playing).toBeUndefined();
    expect(caller!.hears(endpoints()[1]!)).toBe(true);
  });

  it('goes on from one line to the next, and is over when nobody answers', async () => {
    const played: (string | undefined)[] = [];
    await begin(async (call) => {
      await call.answer();
      await call.dial({
        targets: ['8001', '8002'].map((number) => ({ kind: 'extension', number })),
        ringMs: 5_000,
      });
      played.push(endpoints()[0]!.playing?.heard()[0]);
      await call.play('goodbye');
    });
    for (const number of ['8001', '8002']) s.edge.phone(number, { does: 'ring' });
    s.call();
    await s.clock.advance(9_000);
    expect(endpoints()[0]!.playing?.heard()).toEqual(['ringback']);
    await s.clock.advance(1_500);
    expect(played).toEqual([undefined]);
  });

  it('is the 彩铃 of the hotline where it has one, over and over', async () => {
    await begin(async (call) => {
      await call.earlyMedia({ ringback: 'welcome' });
      await toExtension(call);
    });
    s.edge.phone('8001', { does: 'answer', afterMs: 60_000 });
    const leg = s.call();
    await s.clock.advance(29_000);
    const heard = s.heard(endpoints()[0]!);
    expect(new Set(heard)).toEqual(new Set(['welcome']));
    expect(heard.length).toBeGreaterThan(3);
    expect(leg.statuses).toContain(183);
  });

  it('is left to the network of a caller who cannot hear us yet', async () => {
    await begin(toExtension);
    s.edge.phone('8001', { does: 'ring' });
    const leg = s.call();
    await s.clock.advance(5_000);
    expect(leg.statuses).toEqual([180]);
    expect(endpoints()[0]!.played).toEqual([]);
  });
});

describe('early media of the far end', () => {
  it('reaches a phone that dials out, and the status of the refusal after it', async () => {
    await begin(async () => {});
    s.edge.phone(LINE, { does: 'ring' });
    const leg = s.call({ from: '8001', to: LINE, ...phone });
    await s.clock.settle();
    const far = s.edge.legsTo(LINE)[0]!;
    far.sendEarlyMedia();
    await s.clock.settle();
    expect(leg.statuses).toEqual([180, 183]);
    const [caller, line] = endpoints();
    expect(caller!.hears(line!)).toBe(true);
    far.ringing();
    await s.clock.settle();
    expect(caller!.hears(line!)).toBe(true);
    far.remoteEnd('unknown-number', 404, { q850: 1 });
    await s.clock.settle();
    expect(leg.statuses.at(-1)).toBe(404);
    expect(s.facts('ended')).toMatchObject([{ cause: 'unknown-number', q850: 1, by: 'target' }]);
  });

  it.each([
    [403, 'forbidden', 403],
    [407, 'forbidden', 403],
    [486, 'busy', 486],
    [503, 'congestion', 503],
    [302, 'failure', 500],
  ] as const)('a refusal with %d is told as %s, %d', async (status, cause, told) => {
    await begin(async () => {});
    s.edge.phone(LINE, { does: 'reject', status });
    const leg = s.call({ from: '8001', to: LINE, ...phone });
    await s.clock.advance(1_000);
    expect(s.facts('ended')).toMatchObject([{ cause }]);
    expect(leg.statuses.at(-1)).toBe(told);
  });

  it('takes the place of the ring tone, which comes back when the line goes', async () => {
    await begin(async (call) => {
      await call.answer();
      await call.dial({
        targets: [
          { kind: 'line', number: LINE },
          { kind: 'extension', number: '8001' },
        ],
      });
    });
    for (const number of [LINE, '8001']) s.edge.phone(number, { does: 'ring' });
    s.call();
    await s.clock.advance(2_000);
    const [caller, line] = endpoints();
    s.edge.legsTo(LINE)[0]!.sendEarlyMedia();
    await s.clock.settle();
    expect(caller!.hears(line!)).toBe(true);
    s.edge.legsTo(LINE)[0]!.remoteEnd('busy', 486);
    await s.clock.advance(1_000);
    expect(caller!.playing?.heard()).toEqual(['ringback']);
  });

  it('becomes the talk when the line answers, also with another session or none', async () => {
    await begin(toLine);
    s.edge.phone(LINE, { does: 'ring' });
    const leg = s.call();
    await s.clock.settle();
    const far = s.edge.legsTo(LINE)[0]!;
    far.sendEarlyMedia();
    await s.clock.settle();
    expect(leg.state).toBe('early');
    far.pickUp();
    await s.clock.settle();
    expect(leg.statuses).toEqual([180, 183, 200]);
    const [caller, line] = endpoints();
    expect(caller!.hears(line!) && line!.hears(caller!)).toBe(true);
  });

  it('is not passed on to a trunk that can hear nothing before the answer: it would be charged', async () => {
    const deaf = edited(companies, { trunk: { earlyMedia: false } });
    s = await scenario(async (call) => void (await toLine(call)), { companies: deaf });
    s.edge.phone(LINE, { does: 'ring' });
    const leg = s.call();
    await s.clock.settle();
    s.edge.legsTo(LINE)[0]!.sendEarlyMedia();
    await s.clock.settle();
    expect(leg.statuses).toEqual([180]);
  });

  it('does not keep the music of a queue from a caller', async () => {
    await begin((call) => call.queue('sales'));
    s.edge.phone('8001', { does: 'ring' });
    s.call();
    await s.clock.advance(1_000);
    s.edge.legsTo('8001')[0]!.sendEarlyMedia();
    await s.clock.settle();
    expect(endpoints()[0]!.playing).toBeDefined();
  });
});
