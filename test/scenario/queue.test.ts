import { describe, expect, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { PhonesEvents } from '../../src/routing/phones.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { scenario } from '../support/scenario.ts';

const toSales = async (call: FlowCall) => {
  await call.queue('sales', call.caller.number === '13900139000' ? { priority: 10 } : {});
};

describe('queue', () => {
  it('serves the higher priority first, then who has waited longest', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 6_000 });
    s.pbx.acd.signOut('demo', '8002');
    const order: string[] = [];
    for (const from of ['13800000001', '13800000002', '13800000003', '13900139000']) {
      s.call({ from });
      await s.clock.settle();
    }
    await s.clock.runUntil(() => s.pbx.calls.size === 0, 600_000);
    const callers = new Map(s.facts('arrived').map(({ callId, caller }) => [callId, caller]));
    for (const { callId } of s.facts('connected')) order.push(callers.get(callId)!);
    expect(order).toEqual(['13800000001', '13900139000', '13800000002', '13800000003']);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('gives an agent his wrap-up time before the next call', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 10_000 });
    s.pbx.acd.signOut('demo', '8002');
    s.call({ from: '13800000001' });
    s.call({ from: '13800000002' });
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const freed = s.facts('disconnected')[0]!.at;
    const rung = s.facts('rung')[1]!;
    expect(rung.at - rung.ringMs - freed).toBe(10_000);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('notes of agents rung together who answered first, and why the others did not get the call', async () => {
    const s = await scenario(async (call) => void (await call.queue('power-repair')));
    s.edge.phone('8001', { does: 'ring' });
    s.edge.phone('8002', { does: 'answer', afterMs: 3_000, talkMs: 5_000 });
    const alice = s.call();
    await s.clock.runUntil(() => alice.state === 'ended');
    expect(s.facts('rung').map(({ target, outcome, ringMs }) => [target, outcome, ringMs])).toEqual([
      ['8002', 'answered', 3_000],
      ['8001', 'cancelled: 8002 answered', 3_000],
    ]);
    expect(s.pbx.acd.agents().map(({ state }) => state)).toEqual(['ready', 'ready']);
    await s.close();
  });

  it('does not ring an agent who is busy, and takes him again when he resumes', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 0 });
    s.pbx.acd.setState('demo', '8001', 'busy');
    s.pbx.acd.setState('demo', '8002', 'busy');
    const alice = s.call();
    await s.clock.advance(5_000);
    expect(s.edge.rung).toEqual([]);
    s.pbx.acd.setState('demo', '8001', 'ready');
    await s.clock.advance(1);
    expect(s.edge.rung).toEqual(['8001']);
    const why = s.facts('step').map((fact) => fact.why);
    expect(why[0]).toBe('nobody is free; 8001 skipped: busy; 8002 skipped: busy');
    expect(why[1]).toBe('8001 by round-robin; 8002 skipped: busy');
    alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    await s.close();
  });

  it('offers an agent nothing while his phone is not registered, and rings him as soon as it is', async () => {
    const registered = new Set<string>();
    const events = new TypedEvents<PhonesEvents>();
    const s = await scenario(toSales, {
      phones: {
        events,
        handle: () => ({ status: 501 }),
        identify: () => undefined,
        routes: (_, number) =>
          registered.has(number) ? [{ uri: `sip:${number}@phone`, from: { uri: 'sip:x@y' } }] : [],
      },
    });
    const register = (extension: string) => {
      registered.add(extension);
      events.emit('registered', { tenant: 'demo', extension });
    };
    for (const phone of ['8001', '8002']) s.edge.phone(phone, { does: 'answer', afterMs: 1_000 });
    s.call();
    await s.clock.advance(20_000);
    const last = () => s.facts('step').at(-1)?.why;
    expect(last()).toBe(
      'nobody is free; 8001 skipped: phone is not reachable; 8002 skipped: phone is not reachable',
    );
    register('8002');
    await s.clock.advance(1_000);
    expect(s.facts('rung')).toMatchObject([{ target: '8002', outcome: 'answered' }]);
    register('8001');
    registered.delete('8001');
    events.emit('unregistered', { tenant: 'demo', extension: '8001' });
    s.call();
    await s.clock.advance(2_000);
    expect(last()).toBe('nobody is free; 8001 skipped: phone is not reachable; 8002 skipped: is talking');
    // Somebody forgot to say so: within a minute it is known all the same.
    registered.add('8001');
    await s.clock.advance(60_000);
    expect(s.edge.rung).toEqual(['8002', '8001']);
    await s.close();
  });

  it.each([
    ['busy', 'busy'],
    ['sign-out', 'signed-out'],
  ] as const)('keeps the wish to %s during a talk for the end of the wrap-up', async (wish, state) => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    const states = () => s.pbx.acd.agents()[0]!.state;
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    if (wish === 'sign-out') s.pbx.acd.signOut('demo', '8001');
    else s.pbx.acd.setState('demo', '8001', wish);
    expect(states()).toBe('talking');
    await s.clock.runUntil(() => alice.state === 'ended');
    expect(states()).toBe('wrap-up');
    await s.clock.advance(10_000);
    expect(states()).toBe(state);
    await s.close();
  });

  it('goes on waiting when the agent hangs up during the announcement', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 500 });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
    const alice = s.call();
    await s.clock.runUntil(() => alice.state === 'ended');
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['8002']);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('holds as many callers as the configuration allows, not one more', async () => {
    const reasons: string[] = [];
    const s = await scenario(async (call) => void reasons.push((await call.queue('sales')).reason), {
      companies: edited(SAMPLE_COMPANIES, { queue: { maxCallers: 2 } }),
    });
    for (let count = 0; count < 3; count++) s.call();
    await s.clock.advance(100);
    expect(reasons).toEqual(['full']);
    expect(s.facts('step').map(({ why }) => why)).toContain('full: 2 callers wait');
    await s.close();
  });

  it('turns callers away when nobody is signed in', async () => {
    const reasons: string[] = [];
    const s = await scenario(async (call) => {
      reasons.push((await call.queue('sales')).reason);
    });
    s.pbx.acd.signOut('demo', '8001');
    s.pbx.acd.signOut('demo', '8002');
    s.call();
    await s.clock.settle();
    expect(reasons).toEqual(['no-agents']);
    await s.close();
  });
});
