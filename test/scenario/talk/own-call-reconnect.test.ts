/** The leg of an agent dies in a call of his own: whom he talks with hears music, and he is invited again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeInboundLeg, FakeOutboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import { type Scenario, scenario } from '../../support/scenario.ts';
import {
  ear,
  ears,
  OPEN_TRUNK,
  phoneCalls,
  playing,
  segments,
  talkOf,
  together,
} from '../../support/talk.ts';

const LINE = '13900139000';
let s: Scenario;
beforeEach(async () => {
  s = await scenario(async (call) => void (await call.queue('sales')), { companies: OPEN_TRUNK });
  s.edge.phone(LINE, { does: 'answer', afterMs: 500 });
});
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const stateOf = (agent: string) => s.pbx.acd.stateOf('demo', agent);
const why = () => s.facts('step').map((step) => step.why);

describe('an agent who has dialled a customer', () => {
  let bob: FakeInboundLeg;
  let customer: FakeOutboundLeg;
  beforeEach(async () => {
    bob = phoneCalls(s, '8001', LINE);
    await s.clock.advance(1_000);
    customer = s.edge.legsTo(LINE)[0]!;
  });
  const talk = () => talkOf(s, customer);
  const dies = async () => {
    ear(talk().places.caller.leg).events.emit('deadAir', { silentMs: 30_000 });
    await s.clock.settle();
  };

  it('is invited again when his audio does not come any more, and the call goes on', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 3_000 });
    await dies();
    expect(bob.state).toBe('ended');
    expect([customer.state, talk().state, playing(ears(talk()).caller)]).toEqual([
      'confirmed',
      'reconnecting',
      'queue-music',
    ]);
    // nobody of a queue is given to him meanwhile
    s.pbx.acd.setState('demo', '8002', 'busy');
    s.call();
    await s.clock.advance(2_000);
    expect([stateOf('8001'), s.edge.rung.filter((number) => number === '8001').length]).toEqual([
      'talking',
      1,
    ]);
    expect(s.edge.legsTo('8001')[0]!.call.headers).toMatchObject({ 'Answer-Mode': 'Auto' });
    await s.clock.advance(2_000);
    const { caller, partner } = ears(talk());
    expect([talk().state, together(caller, partner!)]).toEqual(['talking', true]);
    expect(segments(s)).toEqual(
      expect.arrayContaining([`talk ${LINE}`, 'hold reconnecting 8001', 'talk 8001']),
    );
    s.edge.legsTo('8001')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect(customer.state).toBe('ended');
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'target' }]);
  });

  it('does not come back: the call ends with what his leg died of', async () => {
    s.edge.phone('8001', { does: 'ring' });
    await dies();
    await s.clock.advance(14_000);
    expect(customer.state).toBe('confirmed');
    await s.clock.advance(1_500);
    expect(customer.state).toBe('ended');
    expect(s.facts('ended')).toMatchObject([{ cause: 'dead-air', by: 'engine' }]);
    expect(why()).toContain('8001 did not come back');
    expect(stateOf('8001')).toBe('ready');
  });

  it('a customer who hangs up meanwhile ends it', async () => {
    s.edge.phone('8001', { does: 'ring' });
    await dies();
    customer.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.legsTo('8001')).toEqual([]);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'target' }]);
    expect(stateOf('8001')).toBe('ready');
  });

  it('who hangs up ends it', async () => {
    bob.remoteEnd('normal');
    await s.clock.settle();
    expect([customer.state, s.edge.rung]).toEqual(['ended', [LINE]]);
  });
});

it('an agent whom a colleague has called is invited again, too', async () => {
  s.edge.phone('8002', { does: 'answer', afterMs: 500 });
  const bob = phoneCalls(s, '8001', '8002');
  await s.clock.advance(1_000);
  const carol = s.edge.legsTo('8002')[0]!;
  carol.noResponse();
  await s.clock.advance(2_000);
  expect(bob.state).toBe('confirmed');
  expect(talkOf(s, bob).state).toBe('talking');
  expect(s.edge.rung).toEqual(['8002', '8002']);
});
