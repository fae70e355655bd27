import { describe, expect, it } from 'vitest';
import type { Agent, AgentState } from '../../../../src/acd/core/agent.ts';
import { transition } from '../../../../src/acd/core/agent.ts';
import { type AssignmentView, assign } from '../../../../src/acd/core/assignment.ts';

function agent(id: string, facts: Partial<Agent> = {}): Agent {
  return {
    key: `demo/${id}`,
    tenant: 'demo',
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

function view(agents: readonly Agent[], facts: Partial<AssignmentView> = {}): AssignmentView {
  return {
    strategy: 'sequential',
    agents,
    lastRung: undefined,
    now: 100_000,
    random: () => 0,
    reachable: () => true,
    onCall: () => false,
    ...facts,
  };
}

const ids = (agents: readonly Agent[]) => agents.map(({ id }) => id);

describe('assign', () => {
  const [a, b, c] = [agent('8001'), agent('8002'), agent('8003')];

  it('sequential: the first that is free', () => {
    expect(ids(assign(view([a, b, c])).agents)).toEqual(['8001']);
  });

  it('round-robin: the next after the last, around the list', () => {
    const strategy = 'round-robin';
    expect(ids(assign(view([a, b, c], { strategy })).agents)).toEqual(['8001']);
    expect(ids(assign(view([a, b, c], { strategy, lastRung: a })).agents)).toEqual(['8002']);
    expect(ids(assign(view([a, b, c], { strategy, lastRung: c })).agents)).toEqual(['8001']);
    const talking = agent('8002', { state: 'talking' });
    expect(ids(assign(view([a, talking, c], { strategy, lastRung: a })).agents)).toEqual(['8003']);
  });

  it('least-calls, least-recent: who has had the least', () => {
    const busy = agent('8001', { callsTaken: 3, lastTalkEndedAt: 50 });
    const idle = agent('8002', { callsTaken: 1, lastTalkEndedAt: 90 });
    expect(ids(assign(view([busy, idle], { strategy: 'least-calls' })).agents)).toEqual(['8002']);
    expect(ids(assign(view([busy, idle], { strategy: 'least-recent' })).agents)).toEqual(['8001']);
  });

  it('random: by the number drawn', () => {
    const strategy = 'random';
    expect(ids(assign(view([a, b, c], { strategy, random: () => 0.99 })).agents)).toEqual(['8003']);
  });

  it('ring-all: everybody who is free', () => {
    const paused = agent('8002', { state: 'paused' });
    expect(ids(assign(view([a, paused, c], { strategy: 'ring-all' })).agents)).toEqual(['8001', '8003']);
  });

  it('says why each one was passed over', () => {
    const agents = [
      agent('8001', { state: 'wrap-up', wrapUpUntil: 112_000 }),
      agent('8002', { restUntil: 103_000 }),
      agent('8003'),
      agent('8004', { state: 'talking' }),
    ];
    const { agents: chosen, why } = assign(view(agents, { reachable: ({ id }) => id !== '8003' }));
    expect(chosen).toEqual([]);
    expect(why).toBe(
      'nobody is free; 8001 skipped: wrap-up 12 s left; 8002 skipped: did not answer, rests 3 s; ' +
        '8003 skipped: phone is not reachable; 8004 skipped: is talking',
    );
  });
});

describe('agent states', () => {
  it.each<[AgentState, Parameters<typeof transition>[1], AgentState | undefined]>([
    ['logged-out', 'log-in', 'idle'],
    ['idle', 'ring', 'ringing'],
    ['ringing', 'answer', 'talking'],
    ['ringing', 'ring-failed', 'idle'],
    ['talking', 'hang-up', 'wrap-up'],
    ['wrap-up', 'wrapped-up', 'idle'],
    ['talking', 'ring', undefined],
    ['logged-out', 'ring', undefined],
    ['paused', 'ring', undefined],
  ])('%s on %s becomes %s', (state, input, next) => {
    expect(transition(state, input)).toBe(next);
  });
});
