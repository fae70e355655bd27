/** How agents stand outlives the engine: what they wished, where they sit and whom they serve. */
import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/acd/core/rest.ts';
import type { StandingKeeping } from '../../src/acd/kept-standings.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { VirtualWorld } from '../../src/testing/virtual-world.ts';
import { edited, extension, SAMPLE, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario, TEN_O_CLOCK } from '../support/scenario.ts';

/** Keeps as a database would: as text. */
class Kept implements StandingKeeping {
  readonly all = new Map<string, string>();
  writes = 0;

  of(tenant: string) {
    return [...this.all].flatMap(([key, text]) => {
      const [company, agent] = key.split('/') as [string, string];
      return company === tenant ? [{ agent, ...(JSON.parse(text) as Standing) }] : [];
    });
  }

  keep(tenant: string, agent: string, standing: Standing | undefined): void {
    this.writes += 1;
    if (standing) this.all.set(`${tenant}/${agent}`, JSON.stringify(standing));
    else this.all.delete(`${tenant}/${agent}`);
  }
}

const companies = [...edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } })];

async function engine(standings: StandingKeeping, entities: typeof companies = companies): Promise<Scenario> {
  const s = await scenario(async (call) => void (await call.queue('sales')), {
    companies: [...entities, extension({ tenant: 'demo', number: '8003', name: 'free desk' })],
    standings,
  });
  for (const number of ['8001', '8002', '8003']) s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
  return s;
}

/** Who takes which calls before a restart: agent, ring, talk. */
const SHIFT = [
  ['8001', 8_000, 5_000],
  ['8001', 8_000, 5_000],
  ['8002', 2_000, 60_000],
] as const;

const stands = ({ pbx }: Scenario) =>
  pbx.acd
    .agents()
    .map(({ agent, state, reason, extension, queues }) => [agent, state, reason, extension, queues]);

describe('after a restart', () => {
  it('agents are in their breaks, at their seats and in their queues', async () => {
    const kept = new Kept();
    const before = await engine(kept);
    before.pbx.acd.setState('demo', '8001', 'break', 'lunch');
    before.pbx.acd.signIn('demo', '8002', { extension: '8003', queues: ['sales'] });
    const as = stands(before);
    expect(as).toEqual([
      ['8001', 'break', 'lunch', '8001', undefined],
      ['8002', 'ready', undefined, '8003', ['sales']],
    ]);
    await before.close();
    const { writes } = kept;
    const after = await engine(kept);
    expect(stands(after)).toEqual(as);
    expect(after.agentEvents).toMatchObject([
      { agent: '8001', did: 'sign-in', state: 'break', reason: 'lunch' },
      { agent: '8002', did: 'sign-in', state: 'ready' },
    ]);
    // What is known needs not be written again.
    expect(kept.writes).toBe(writes);
    after.call();
    await after.clock.advance(5_000);
    expect(after.edge.rung).toEqual(['8003']);
    await after.close();
  });

  it('who was signed out is, who was to go after his call has gone, who is on a call has his wish', async () => {
    const kept = new Kept();
    const before = await engine(kept);
    before.pbx.acd.signOut('demo', '8001');
    before.call();
    await before.clock.advance(5_000);
    before.pbx.acd.setState('demo', '8002', 'training');
    expect(stands(before).map(([, state]) => state)).toEqual(['signed-out', 'talking']);
    await before.close();
    const after = await engine(kept);
    expect(stands(after).map(([, state]) => state)).toEqual(['signed-out', 'training']);
    after.call();
    after.pbx.acd.signIn('demo', '8001');
    await after.clock.advance(5_000);
    after.pbx.acd.signOut('demo', '8001');
    expect(stands(after).map(([, state]) => state)).toEqual(['talking', 'training']);
    await after.close();
    const last = await engine(kept);
    expect(stands(last).map(([, state]) => state)).toEqual(['signed-out', 'training']);
    await last.close();
  });

  it('phones are asked by OPTIONS: whose says nothing is unreachable until it answers, or registers', async () => {
    const world = new VirtualWorld({ at: TEN_O_CLOCK });
    for (const number of ['8001', '8002']) world.edge.phone(number, { does: 'nothing' });
    const pbx = world.pbx({
      config: SAMPLE,
      provisioning: new Provisioning(companies),
      hotlines: { route: () => undefined, switchCode: () => undefined, period: () => undefined },
    });
    const states = () => pbx.acd.agents().map(({ state }) => state);
    await pbx.start();
    await world.clock.settle();
    const asked = world.edge.requests.filter((request) => request.startsWith('OPTIONS sip:800'));
    expect(asked).toEqual(['OPTIONS sip:8001@phone', 'OPTIONS sip:8002@phone']);
    expect(states()).toEqual(['unreachable', 'unreachable']);
    world.edge.phone('8001', { does: 'ring' });
    await world.clock.advance(30_000);
    expect(states()).toEqual(['ready', 'unreachable']);
    world.phones.events.emit('located', { tenant: 'demo', extension: '8002' });
    expect(states()).toEqual(['ready', 'ready']);
    await world.clock.advance(60_000);
    expect(world.edge.requests.filter((request) => request.startsWith('OPTIONS sip:800'))).toHaveLength(4);
    await pbx.close();
    expect([world.clock.pending, world.media.endpoints.size]).toEqual([0, 0]);
  });

  it('a break has lasted as long as it has, also by its limit', async () => {
    const kept = new Kept();
    const before = await engine(kept);
    before.pbx.acd.setState('demo', '8001', 'break', 'rest');
    await before.close();
    const standing = JSON.parse(kept.all.get('demo/8001')!) as { since: number };
    standing.since -= 540_000;
    kept.all.set('demo/8001', JSON.stringify(standing));
    const after = await engine(kept);
    const now = () => after.pbx.acd.agents()[0];
    expect(now()).toMatchObject({ state: 'break', since: standing.since, isOverLimit: false });
    await after.clock.advance(60_000);
    expect(now()).toMatchObject({ state: 'break', since: standing.since, isOverLimit: true });
    await after.close();
  });

  it.each([
    // 8001 takes two short calls, 8002 a long one; the next agent by each strategy.
    ['fewest-calls', '8002'],
    ['least-talk-time', '8001'],
    ['round-robin', '8001'],
    ['fastest-answer', '8002'],
    ['longest-idle', '8001'],
  ] as const)('who is next by %s is who would have been', async (strategy, next) => {
    const kept = new Kept();
    const edits = { queue: { strategy, wrapUpMs: 0, announceAgent: false } };
    const before = await engine(kept, [...edited(companies, edits)]);
    for (const [agent, afterMs, talkMs] of SHIFT) {
      const other = agent === '8001' ? '8002' : '8001';
      before.pbx.acd.setState('demo', agent, 'ready');
      before.pbx.acd.setState('demo', other, 'busy');
      before.edge.phone(agent, { does: 'answer', afterMs, talkMs });
      before.call();
      await before.clock.runUntil(() => before.pbx.calls.size === 0);
    }
    for (const agent of ['8001', '8002']) before.pbx.acd.setState('demo', agent, 'ready');
    await before.close();
    const after = await engine(kept, [...edited(companies, edits)]);
    after.call();
    await after.clock.advance(500);
    expect(after.edge.rung).toEqual([next]);
    await after.close();
  });

  it('a shift is over with its day, also while the engine was away', async () => {
    const kept = new Kept();
    const edits = { queue: { strategy: 'fewest-calls', wrapUpMs: 0 } } as const;
    const before = await engine(kept, [...edited(companies, edits)]);
    const calls = (agent: string) =>
      (JSON.parse(kept.all.get(`demo/${agent}`)!) as Standing).shift?.queues['sales']?.calls ?? 0;
    before.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    before.call();
    await before.clock.runUntil(() => before.pbx.calls.size === 0);
    expect([calls('8001'), calls('8002')]).toEqual([1, 0]);
    const noon = kept.all.get('demo/8001')!;
    await before.clock.advance(14 * 3_600_000);
    expect(calls('8001')).toBe(0);
    await before.close();
    const standing = JSON.parse(noon) as { shift: { since: number } };
    standing.shift.since -= 24 * 3_600_000;
    kept.all.set('demo/8001', JSON.stringify(standing));
    const after = await engine(kept, [...edited(companies, edits)]);
    after.call();
    await after.clock.advance(500);
    expect(after.edge.rung).toEqual(['8001']);
    await after.close();
  });

  it('a shift is over when he signs out: the next one begins with nothing done', async () => {
    const kept = new Kept();
    const edits = { queue: { strategy: 'fewest-calls', wrapUpMs: 0 } } as const;
    const before = await engine(kept, [...edited(companies, edits)]);
    before.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    before.call();
    await before.clock.runUntil(() => before.pbx.calls.size === 0);
    expect(JSON.parse(kept.all.get('demo/8001')!)).toMatchObject({
      shift: { queues: { sales: { calls: 1 } } },
    });
    before.pbx.acd.signOut('demo', '8001');
    before.pbx.acd.signIn('demo', '8001');
    await before.close();
    const after = await engine(kept, [...edited(companies, edits)]);
    after.call();
    await after.clock.advance(500);
    expect(after.edge.rung).toEqual(['8001']);
    await after.close();
  });

  it('an agent who was removed meanwhile leaves nothing behind', async () => {
    const kept = new Kept();
    const before = await engine(kept);
    before.pbx.acd.setState('demo', '8001', 'break', 'lunch');
    before.change({
      agent: (agent) => (agent.id === '8001' ? undefined : agent),
      queue: ({ agents }) => ({ agents: agents.filter((id) => id !== '8001') }),
    });
    expect([...kept.all.keys()]).toEqual(['demo/8002']);
    await before.close();
  });
});
