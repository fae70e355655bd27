import { describe, expect, it } from 'vitest';
import { emptyState } from '../../../../src/acd/core/core-state.ts';
import { beginShift } from '../../../../src/acd/core/member.ts';
import { Roster } from '../../../../src/acd/core/roster.ts';
import type { Agent, Work } from '../../../../src/acd/core/state.ts';
import { queueSettings } from '../../../support/queue-settings.ts';

const agent = (id: string, extension = id) => ({ id, extension });

const queue = (name: string, ...agents: string[]) => queueSettings({ name, agents });

function isTalking(one: Agent): void {
  one.state = 'talking';
  one.work = { queue: 'sales' } as Work;
}

function house(agents: readonly ReturnType<typeof agent>[], ...queues: ReturnType<typeof queue>[]) {
  const roster = new Roster(emptyState());
  roster.change(agents, queues, 1_000);
  const members = (name: string) => roster.queue(name)?.members.map(({ agent: { id } }) => id);
  return { roster, members };
}

describe('roster', () => {
  it('keeps the state of who stays, takes new members, and follows an agent to his new phone', () => {
    const { roster, members } = house([agent('8001')], queue('sales', '8001', '8001'));
    expect(members('sales')).toEqual(['8001']);
    const before = roster.agent('8001')!;
    before.state = 'busy';
    const { come, gone } = roster.change(
      [agent('8001', '9001'), agent('8002')],
      [queue('sales', '8002', '8001')],
      2_000,
    );
    expect([come.map(({ id }) => id), gone]).toEqual([['8002'], []]);
    expect(members('sales')).toEqual(['8002', '8001']);
    expect(roster.agent('8001')).toBe(before);
    expect(before.state).toBe('busy');
    expect([roster.agentsAt('8001'), roster.agentsAt('9001')]).toEqual([[], [before]]);
    expect(roster.queuesOf(before).map(({ settings: { name } }) => name)).toEqual(['sales']);
  });

  it('lets an agent who is talking go after the talk, the others at once', () => {
    const { roster, members } = house([agent('8001'), agent('8002')], queue('sales', '8001', '8002'));
    const talking = roster.agent('8001')!;
    isTalking(talking);
    const { gone } = roster.change([], [queue('sales')], 2_000);
    expect([gone.map(({ id }) => id), members('sales')]).toEqual([['8002'], []]);
    expect([...roster.agents()]).toEqual([talking]);
    roster.drop(talking);
    expect([[...roster.agents()], roster.agentsAt('8001')]).toEqual([[], []]);
  });

  it('takes an agent back who was removed during his talk and is set up again', () => {
    const { roster, members } = house([agent('8001')], queue('sales', '8001'));
    isTalking(roster.agent('8001')!);
    roster.change([], [queue('sales')], 2_000);
    expect(roster.agent('8001')!.leaving).toBe(true);
    roster.change([agent('8001')], [queue('sales', '8001')], 3_000);
    expect(roster.agent('8001')!.leaving).toBe(false);
    expect(members('sales')).toEqual(['8001']);
  });

  it('keeps a queue that was removed for those who are in it, and no longer', () => {
    const { roster } = house([], queue('sales'), queue('service'));
    const sales = roster.queue('sales')!;
    sales.visits = 1;
    roster.change([], [queue('other')], 2_000);
    expect([roster.queue('sales'), roster.queue('service')]).toEqual([undefined, undefined]);
    expect([...roster.queues()].map(({ settings: { name } }) => name)).toEqual(['sales', 'other']);
    sales.visits = 0;
    roster.release(sales);
    expect([...roster.queues()].map(({ settings: { name } }) => name)).toEqual(['other']);
  });

  it('keeps what an agent did for a queue while he serves it, and when he serves it again, until his next shift', () => {
    const { roster } = house([agent('8001')], queue('sales', '8001'));
    const member = () => roster.queue('sales')!.members[0]!;
    member().calls = 7;
    roster.change([agent('8001')], [{ ...queue('sales'), strategy: 'random' }], 2_000);
    roster.change([agent('8001')], [queue('sales', '8001')], 3_000);
    expect(member().calls).toBe(7);
    beginShift(roster.agent('8001')!, 4_000);
    expect(member().calls).toBe(0);
  });
});
