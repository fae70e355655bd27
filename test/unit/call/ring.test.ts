import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../src/call/call.ts';
import type { Resolved, RingRoute } from '../../../src/call/destination.ts';
import { type RingOptions, type RingResult, type RingTarget, ring } from '../../../src/call/ring.ts';
import type { FakeInboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import { CallHouse } from '../../support/call-house.ts';

const [BOB, CAROL] = ['8001', '8002'].map(
  (number): RingTarget => ({ name: number, destination: { kind: 'extension', number } }),
) as [RingTarget, RingTarget];

let house: CallHouse;
let call: Call;
let alice: FakeInboundLeg;
beforeEach(() => {
  house = new CallHouse();
  ({ call, alice } = house.call());
});
afterEach(() => house.close());

/** Who answered, or each target's outcome; `closed`: the call ended. */
function ringing(targets: readonly RingTarget[], options: Partial<RingOptions> = {}) {
  const how: { result?: string | Record<string, string> } = {};
  ring(call, house.directory, targets, { ringMs: 20_000, reason: 'dial', ...options }).then(
    (result) => {
      how.result = told(result);
    },
    (error: { code: string }) => {
      how.result = error.code;
    },
  );
  return how;
}

function told(result: RingResult): string | Record<string, string> {
  if (result.answered) return result.target.name;
  return Object.fromEntries([...result.outcomes].map(([{ name }, { outcome }]) => [name, outcome]));
}

const rung = () => house.facts('rung').map(({ target, outcome }) => `${target} ${outcome}`);
const routeTo = (uri: string): RingRoute => ({ uri, from: { uri: 'sip:x@pbx' } });

describe('several together', () => {
  it('the first who answers wins, the others are told so', async () => {
    house.edge.phone('8001', { does: 'ring' });
    house.edge.phone('8002', { does: 'answer', afterMs: 2_000 });
    const how = ringing([BOB, CAROL]);
    await house.clock.settle();
    const [bob] = house.edge.legsTo('8001');
    await house.clock.advance(3_000);
    expect(how.result).toBe('8002');
    expect(bob!.endRequest).toMatchObject({ cause: 'answered-elsewhere' });
    expect(rung()).toEqual(['8002 answered', '8001 cancelled: 8002 answered']);
    expect([house.edge.open, call.ringing]).toEqual([2, []]);
  });

  it('fail each for its own reason', async () => {
    house.edge.phone('8001', { does: 'reject', status: 486 });
    house.ways.set('8002', { routes: [], why: 'phone is not registered' });
    const how = ringing([BOB, CAROL]);
    await house.clock.advance(1_000);
    expect(how.result).toEqual({ '8001': 'busy', '8002': 'unavailable' });
    expect(rung()).toEqual(['8002 unavailable: phone is not registered', '8001 busy: SIP 486']);
  });

  it('are let go after the time', async () => {
    for (const number of ['8001', '8002']) house.edge.phone(number, { does: 'ring' });
    const how = ringing([BOB, CAROL]);
    await house.clock.advance(19_900);
    expect(how.result).toBeUndefined();
    await house.clock.advance(200);
    expect(how.result).toEqual({ '8001': 'no-answer', '8002': 'no-answer' });
    expect(house.edge.open).toBe(1);
  });
});

describe('one target', () => {
  it('with two phones rings both; one that is busy does not end it', async () => {
    house.ways.set('8001', { routes: [routeTo('sip:desk@phone'), routeTo('sip:soft@phone')], why: '' });
    house.edge.phone('desk', { does: 'reject', status: 486 });
    house.edge.phone('soft', { does: 'answer', afterMs: 3_000 });
    const how = ringing([BOB]);
    await house.clock.advance(4_000);
    expect([house.edge.rung, how.result]).toEqual([['desk', 'soft'], '8001']);
    expect(rung()).toEqual(['8001 answered']);
  });

  it.each([
    [503, ['first', 'second'], '8001'],
    [486, ['first'], { '8001': 'busy' }],
  ])('after %d goes %j', async (status, ways, result) => {
    const freed: string[] = [];
    const way = (name: string, next?: () => Resolved): Resolved => ({
      routes: [routeTo(`sip:${name}@carrier`)],
      why: '',
      onEnded: () => freed.push(name),
      ...(next && { next }),
    });
    house.ways.set(
      '8001',
      way('first', () => way('second')),
    );
    house.edge.phone('first', { does: 'reject', status });
    house.edge.phone('second', { does: 'answer', afterMs: 1_000 });
    const how = ringing([BOB]);
    await house.clock.advance(2_000);
    expect([house.edge.rung, how.result]).toEqual([ways, result]);
    expect(freed).toEqual(['first']);
    call.end('normal');
    await house.clock.settle();
    expect(freed).toEqual(ways);
  });

  it('shows the caller, or what it is told to show', async () => {
    for (const number of ['8001', '8002']) house.edge.phone(number, { does: 'ring' });
    ringing([BOB]);
    ringing([CAROL], { shows: '4001234567' });
    await house.clock.settle();
    const shown = ['8001', '8002'].map((number) => house.edge.legsTo(number)[0]!.call.from.uri);
    expect(shown).toEqual(['sip:13800138000@pbx', 'sip:4001234567@pbx']);
  });
});

it('nobody is rung for a caller whose audio cannot be had', async () => {
  await house.close();
  house = new CallHouse({ maxEndpoints: 0 });
  ({ call, alice } = house.call());
  const how = ringing([BOB]);
  await house.clock.settle();
  expect([how.result, house.edge.rung, alice.statuses]).toEqual(['closed', [], [503]]);
});

it('a target without room for its audio fails alone', async () => {
  await house.close();
  house = new CallHouse({ maxEndpoints: 1 });
  ({ call } = house.call());
  const how = ringing([BOB]);
  await house.clock.settle();
  expect(how.result).toEqual({ '8001': 'failed' });
  expect([house.edge.rung, call.outcome]).toEqual([[], undefined]);
});

it.each([
  ['the signal', 'cancelled'],
  ['the end of the call', 'closed'],
])('%s stops it and leaves no leg', async (by, result) => {
  house.edge.phone('8001', { does: 'ring' });
  const stop = new AbortController();
  const how = ringing([BOB], { signal: stop.signal });
  await house.clock.advance(1_000);
  expect(house.edge.legsTo('8001')).toHaveLength(1);
  if (by === 'the signal') stop.abort();
  else alice.remoteEnd('normal');
  await house.clock.settle();
  expect(how.result).toEqual(result === 'closed' ? 'closed' : { '8001': result });
  expect(house.edge.legsTo('8001')).toEqual([]);
});
