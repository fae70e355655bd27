import { describe, expect, it } from 'vitest';
import { type AssignmentView, assign } from '../../../../src/acd/core/assignment.ts';
import type { QueueSettings } from '../../../../src/acd/core/inputs.ts';
import { RecentLeavers } from '../../../../src/acd/core/recent-leavers.ts';
import { type Agent, type Member, newAgent, type Queue } from '../../../../src/acd/core/state.ts';

function agent(id: string, facts: Partial<Agent> = {}): Agent {
  return { ...newAgent({ id, extension: id }, 0), state: 'ready', ...facts };
}

function queue(agents: readonly Agent[], strategy: QueueSettings['strategy'] = 'sequential'): Queue {
  const times = { ringMs: 15_000, wrapUpMs: 10_000, maxCallers: 50, noAgents: 'refuse' } as const;
  const settings = { name: 'sales', strategy, agents: agents.map(({ id }) => id), ...times };
  const done = { rungAs: 0, offers: 0, ringMs: 0, calls: 0, talkMs: 0 };
  const members: Member[] = agents.map((one) => ({ agent: one, ...done }));
  const nobody = {
    removed: false,
    line: [],
    entering: 0,
    visits: 0,
    rings: 0,
    handling: { calls: 0, meanMs: 0 },
    left: new RecentLeavers(),
  };
  return { settings, members, known: new Map(), ...nobody };
}

const view = (facts: Partial<AssignmentView> = {}): AssignmentView => ({
  now: 100_000,
  random: () => 0,
  phones: { isReachable: () => true, isOnCall: () => false },
  sharesBusyPhone: () => false,
  ...facts,
});

const chosen = (...[of, what = {}]: [Queue, Partial<AssignmentView>?]) =>
  assign(of, view(what)).members.map(({ agent: { id } }) => id);

describe('assign', () => {
  const [a, b, c] = [agent('8001'), agent('8002'), agent('8003')];

  it('asks the strategy of the queue', () => {
    expect(chosen(queue([a, b, c]))).toEqual(['8001']);
    expect(chosen(queue([a, b, c], 'random'), { random: () => 0.99 })).toEqual(['8003']);
  });

  it('ring-all: everybody who is free, one at each phone', () => {
    const paused = agent('8002', { state: 'busy' });
    expect(chosen(queue([a, paused, c], 'ring-all'))).toEqual(['8001', '8003']);
    const beside = agent('8004', { extension: '8001' });
    expect(chosen(queue([a, beside, c], 'ring-all'))).toEqual(['8001', '8003']);
  });

  it('says why each one was passed over; its key leaves the times out', () => {
    const agents = [
      agent('8001', { state: 'wrap-up', wrapUpUntil: 112_000 }),
      agent('8002', { restUntil: 103_000 }),
      agent('8003'),
      agent('8004', { state: 'talking' }),
      agent('8005'),
      agent('8006'),
    ];
    const phones = {
      isReachable: (extension: string) => extension !== '8003',
      isOnCall: (extension: string) => extension === '8005',
    };
    const facts = { phones, sharesBusyPhone: ({ id }: Agent) => id === '8006' };
    const { members: nobody, why, key } = assign(queue(agents), view(facts));
    expect(nobody).toEqual([]);
    expect(why).toBe(
      'nobody is free; 8001 skipped: wrap-up 12 s left; 8002 skipped: did not answer, rests 3 s; ' +
        '8003 skipped: phone is not reachable; 8004 skipped: is talking; 8005 skipped: is on a call of his own; ' +
        '8006 skipped: a colleague is rung, or talks, at his phone',
    );
    expect(assign(queue(agents), view({ ...facts, now: 101_000 }))).toMatchObject({ key });
  });
});
