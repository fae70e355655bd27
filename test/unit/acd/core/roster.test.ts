import { describe, expect, it } from 'vitest';
import { Roster } from '../../../../src/acd/core/roster.ts';
import type { Queue } from '../../../../src/provisioning/kind/queue.ts';
import { Provisioning } from '../../../../src/provisioning/provisioning.ts';
import type { Named } from '../../../../src/provisioning/snapshot.ts';

const agent = (id: string, tenant = 'a', extension = id): Named => ({
  kind: 'agent',
  tenant,
  name: id,
  value: { id, tenant, name: id, extension },
});

const queue = (name: string, agents: string[], tenant = 'a'): Named => ({
  kind: 'queue',
  tenant,
  name,
  value: { name, tenant, agents, maxCallers: 5 } as unknown as Queue,
});

/** A roster that follows its provisioning; `gone`: agents who left at once. */
function house(...entities: Named[]) {
  const provisioning = new Provisioning(entities);
  const roster = new Roster(provisioning.snapshot, () => 1_000);
  const gone: string[] = [];
  provisioning.events.on('changed', ({ changes }) => {
    const left = roster.change(changes, ({ state }) => state === 'talking');
    for (const { id } of left?.gone ?? []) gone.push(id);
  });
  const members = (tenant: string, name: string) => roster.queue(tenant, name)?.agents.map(({ key }) => key);
  return { provisioning, roster, gone, members };
}

describe('roster', () => {
  it('gives two companies queues, agents and extensions of the same names', () => {
    const { roster, members } = house(
      agent('8001'),
      queue('sales', ['8001']),
      agent('8001', 'b'),
      queue('sales', ['8001'], 'b'),
    );
    expect([members('a', 'sales'), members('b', 'sales')]).toEqual([['a/8001'], ['b/8001']]);
    expect(roster.agentsAt('b', '8001').map(({ key }) => key)).toEqual(['b/8001']);
    expect(roster.queuesOf(roster.agent('a', '8001')!).map(({ key }) => key)).toEqual(['a/sales']);
  });

  it('keeps the state of who stays, takes new members and limits, and follows an agent to his new phone', () => {
    const { provisioning, roster, members } = house(agent('8001'), queue('sales', ['8001']));
    const before = roster.agent('a', '8001')!;
    before.state = 'paused';
    provisioning.replace([agent('8001', 'a', '9001'), agent('8002'), queue('sales', ['8002', '8001'])]);
    expect(members('a', 'sales')).toEqual(['a/8002', 'a/8001']);
    expect(roster.agent('a', '8001')).toBe(before);
    expect(before.state).toBe('paused');
    expect([roster.agentsAt('a', '8001'), roster.agentsAt('a', '9001')]).toEqual([[], [before]]);
  });

  it('lets an agent who is talking go after the talk, the others at once', () => {
    const { provisioning, roster, gone, members } = house(
      agent('8001'),
      agent('8002'),
      queue('sales', ['8001', '8002']),
    );
    const talking = roster.agent('a', '8001')!;
    talking.state = 'talking';
    provisioning.replace([queue('sales', [])]);
    expect([gone, members('a', 'sales')]).toEqual([['8002'], []]);
    expect([...roster.agents()]).toEqual([talking]);
    roster.drop(talking);
    expect([[...roster.agents()], roster.agentsAt('a', '8001')]).toEqual([[], []]);
  });

  it('takes an agent back who was removed during his talk and is set up again', () => {
    const { provisioning, roster, members } = house(agent('8001'), queue('sales', ['8001']));
    roster.agent('a', '8001')!.state = 'talking';
    provisioning.replace([queue('sales', [])]);
    provisioning.replace([agent('8001'), queue('sales', ['8001'])]);
    expect(roster.agent('a', '8001')!.leaving).toBe(false);
    expect(members('a', 'sales')).toEqual(['a/8001']);
  });

  it('keeps a queue that was removed for those who wait in it, and no longer', () => {
    const { provisioning, roster } = house(queue('sales', []), queue('service', []));
    const sales = roster.queue('a', 'sales')!;
    sales.visitors = 1;
    provisioning.replace([queue('other', [])]);
    expect([roster.queue('a', 'sales'), roster.queue('a', 'service')]).toEqual([undefined, undefined]);
    expect([...roster.queues()].map(({ key }) => key)).toEqual(['a/sales', 'a/other']);
    sales.visitors = 0;
    roster.release(sales);
    expect([...roster.queues()].map(({ key }) => key)).toEqual(['a/other']);
  });

  it('does nothing for changes of other kinds', () => {
    const { roster } = house();
    const change = { kind: 'list', tenant: 'a', name: 'vip', before: undefined, after: undefined } as const;
    expect(roster.change([change], () => false)).toBeUndefined();
  });
});
