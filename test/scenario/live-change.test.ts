import { describe, expect, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { entity, extension } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const toSales = async (call: FlowCall) => void (await call.queue('sales'));

/** Removes an agent, also from his queues. */
function removeAgent(s: Scenario, id: string): void {
  s.change({
    queue: ({ agents }) => ({ agents: agents.filter((agent) => agent !== id) }),
    agent: (agent) => (agent.id === id ? undefined : agent),
  });
}

describe('agents and queues that change while calls run', () => {
  it('an agent removed while he talks goes after the talk, without wrap-up, and is rung no more', async () => {
    const s = await scenario(toSales);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 10_000 });
    s.edge.phone('8002', { does: 'ring' });
    const left: string[] = [];
    s.pbx.acd.events.on('agentChanged', ({ agent, state }) => left.push(`${agent} ${state}`));
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    removeAgent(s, '8001');
    expect(s.pbx.acd.agents().map(({ agent }) => agent)).toEqual(['8001', '8002']);
    await s.clock.runUntil(() => alice.state === 'ended');
    await s.clock.advance(10);
    expect(s.pbx.acd.agents().map(({ agent }) => agent)).toEqual(['8002']);
    expect(left.filter((text) => text.startsWith('8001')).slice(-1)).toEqual(['8001 signed-out']);
    s.call();
    await s.clock.advance(60_000);
    expect(s.facts('rung').filter(({ target }) => target === '8001')).toHaveLength(1);
    await s.close();
  });

  it('a caller who waits is offered to an agent who joins the queue', async () => {
    const s = await scenario(toSales);
    for (const id of ['8001', '8002']) s.pbx.acd.setState('demo', id, 'busy');
    s.call();
    await s.clock.advance(5_000);
    expect(s.facts('rung')).toEqual([]);
    s.edge.phone('8003', { does: 'answer', afterMs: 1_000 });
    const newcomer = { tenant: 'demo', name: '李' };
    s.provisioning.replace([
      ...s.provisioning.snapshot,
      extension({ ...newcomer, number: '8003' }),
      entity('agent', { ...newcomer, id: '8003', extension: '8003' }),
    ]);
    s.change({ queue: (queue) => (queue.name === 'sales' ? { agents: ['8003'] } : queue) });
    await s.clock.advance(1_000);
    expect(s.facts('rung')).toMatchObject([{ target: '8003', outcome: 'answered' }]);
    await s.close();
  });

  it('the limit of a queue counts from the next caller', async () => {
    const reasons: string[] = [];
    const s = await scenario(async (call) => void reasons.push((await call.queue('sales')).reason));
    for (const id of ['8001', '8002']) s.edge.phone(id, { does: 'ring' });
    s.call();
    await s.clock.advance(100);
    s.change({ queue: { maxCallers: 1 } });
    s.call();
    await s.clock.advance(100);
    expect(reasons).toEqual(['full']);
    await s.close();
  });

  it('a queue that is removed keeps its callers and takes no new one', async () => {
    const reasons: string[] = [];
    const s = await scenario(async (call) => void reasons.push((await call.queue('sales')).reason));
    s.edge.phone('8001', { does: 'answer', afterMs: 30_000, talkMs: 1_000 });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
    for (const id of ['8001', '8002']) s.pbx.acd.setState('demo', id, 'busy');
    s.call();
    await s.clock.advance(100);
    s.change({ queue: (queue) => (queue.name === 'sales' ? undefined : queue) });
    s.call();
    await s.clock.advance(100);
    expect(reasons).toEqual(['no-agents']);
    s.pbx.acd.setState('demo', '8002', 'ready');
    await s.clock.runUntil(() => reasons.length === 2);
    expect(reasons).toEqual(['no-agents', 'served']);
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('surveys and mailboxes', () => {
  it('are taken by the next caller as they are then; one that is gone is passed over', async () => {
    const scores: (string | undefined)[] = [];
    const s = await scenario(async (call) => {
      await call.answer();
      scores.push((await call.survey('three-keys')).digit);
      scores.push(String((await call.voicemail('sales')).left));
    });
    s.change({ survey: { keys: ['9'] }, mailbox: () => undefined });
    s.call();
    await s.clock.advance(100);
    s.ear().press('9');
    await s.clock.advance(5_000);
    expect(scores).toEqual(['9', 'false']);
    s.change({ survey: () => undefined });
    s.call();
    await s.clock.advance(1_000);
    expect(scores.slice(2)).toEqual([undefined, 'false']);
    await s.close();
  });
});
