import { describe, expect, it } from 'vitest';
import { type AssignmentView, assign } from '../../../../src/acd/core/assignment.ts';
import type { QueueSettings } from '../../../../src/acd/core/inputs.ts';
import type { Agent, Queue } from '../../../../src/acd/core/state.ts';

function agent(id: string, facts: Partial<Agent> = {}): Agent {
  return {
    id,
    extension: id,
    leaving: false,
    state: 'idle',
    since: 0,
    wish: undefined,
    work: undefined,
    restUntil: 0,
    wrapUpUntil: 0,
    callsTaken: 0,
    lastTalkEndedAt: 0,
    ...facts,
  };
}

function queue(
  agents: readonly Agent[],
  strategy: QueueSettings['strategy'] = 'sequential',
  lastRung?: Agent,
): Queue {
  const times = { ringMs: 15_000, wrapUpMs: 10_000, maxCallers: 50 };
  const settings = { name: 'sales', strategy, agents: agents.map(({ id }) => id), ...times };
  return { settings, agents, removed: false, line: [], entering: 0, visits: 0, lastRung };
}

const view = (facts: Partial<AssignmentView> = {}): AssignmentView => ({
  now: 100_000,
  random: () => 0,
  phones: { isReachable: () => true, isOnCall: () => false },
  sharesBusyPhone: () => false,
  ...facts,
});

const chosen = (...[of, what = {}]: [Queue, Partial<AssignmentView>?]) =>
  assign(of, view(what)).agents.map(({ id }) => id);

describe('assign', () => {
  const [a, b, c] = [agent('8001'), agent('8002'), agent('8003')];

  it('sequential: the first that is free', () => {
    expect(chosen(queue([a, b, c]))).toEqual(['8001']);
  });

  it('round-robin: the next after the last, around the list', () => {
    const strategy = 'round-robin';
    expect(chosen(queue([a, b, c], strategy))).toEqual(['8001']);
    expect(chosen(queue([a, b, c], strategy, a))).toEqual(['8002']);
    expect(chosen(queue([a, b, c], strategy, c))).toEqual(['8001']);
    const talking = agent('8002', { state: 'talking' });
    expect(chosen(queue([a, talking, c], strategy, a))).toEqual(['8003']);
  });

  it('least-calls, least-recent: who has had the least', () => {
    const busy = agent('8001', { callsTaken: 3, lastTalkEndedAt: 50 });
    const idle = agent('8002', { callsTaken: 1, lastTalkEndedAt: 90 });
    expect(chosen(queue([busy, idle], 'least-calls'))).toEqual(['8002']);
    expect(chosen(queue([busy, idle], 'least-recent'))).toEqual(['8001']);
  });

  it('random: by the number drawn', () => {
    expect(chosen(queue([a, b, c], 'random'), { random: () => 0.99 })).toEqual(['8003']);
  });

  it('ring-all: everybody who is free, one at each phone', () => {
    const paused = agent('8002', { state: 'paused' });
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
    const { agents: nobody, why, key } = assign(queue(agents), view(facts));
    expect(nobody).toEqual([]);
    expect(why).toBe(
      'nobody is free; 8001 skipped: wrap-up 12 s left; 8002 skipped: did not answer, rests 3 s; ' +
        '8003 skipped: phone is not reachable; 8004 skipped: is talking; 8005 skipped: is on a call of his own; ' +
        '8006 skipped: a colleague is rung, or talks, at his phone',
    );
    expect(assign(queue(agents), view({ ...facts, now: 101_000 }))).toMatchObject({ key });
  });
});
