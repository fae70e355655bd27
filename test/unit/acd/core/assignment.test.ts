import { describe, expect, it } from 'vitest';
import { type AssignmentView, assign } from '../../../../src/acd/core/assignment.ts';
import type { QueueSettings } from '../../../../src/acd/core/inputs.ts';
import { RecentLeavers } from '../../../../src/acd/core/recent-leavers.ts';
import { type Agent, type Member, newAgent, type Queue, type Work } from '../../../../src/acd/core/state.ts';
import type { AgentOrderFunction, OrderFacts } from '../../../../src/provisioning/kind/queue.ts';
import { queueSettings } from '../../../support/queue-settings.ts';

function agent(id: string, facts: Partial<Agent> = {}): Agent {
  return { ...newAgent({ id, extension: id }, 0), state: 'ready', ...facts };
}

function queue(agents: readonly Agent[], strategy: QueueSettings['strategy'] = 'sequential'): Queue {
  const settings = queueSettings({ name: 'sales', strategy, agents: agents.map(({ id }) => id) });
  const done = { afterMs: 0, rungAs: 0, offers: 0, ringMs: 0, calls: 0, talkMs: 0 };
  const members: Member[] = agents.map((one) => ({ agent: one, ...done }));
  const nobody = {
    peakUntil: 0,
    removed: false,
    line: [],
    entering: 0,
    visits: 0,
    handling: { calls: 0, meanMs: 0 },
    left: new RecentLeavers(),
  };
  return { settings, members, ...nobody };
}

const CALLER = {
  caller: '13800138000',
  priority: 1,
  joinedAt: 90_000,
  since: 80_000,
  reservation: undefined,
  lastAgent: undefined,
  owner: undefined,
};

const view = (facts: Partial<AssignmentView> = {}): AssignmentView => ({
  now: 100_000,
  random: () => 0,
  phones: { isOnCall: () => false },
  sharesBusyPhone: () => false,
  order: () => undefined,
  ...facts,
});

const chosen = (...[of, what = {}]: [Queue, Partial<AssignmentView>?]) =>
  assign(of, CALLER, view(what)).members.map(({ agent: { id } }) => id);

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
      agent('8003', { state: 'unreachable' }),
      agent('8004', { state: 'talking', work: {} as Work }),
      agent('8005'),
      agent('8006'),
      agent('8007', { state: 'break', reason: 'lunch' }),
      agent('8008', { state: 'dialling' }),
    ];
    const phones = { isOnCall: (extension: string) => extension === '8005' };
    const facts = { phones, sharesBusyPhone: ({ id }: Agent) => id === '8006' };
    const { members: nobody, why, key } = assign(queue(agents), CALLER, view(facts));
    expect(nobody).toEqual([]);
    expect(why).toBe(
      'nobody is free; 8001 skipped: wrap-up 12 s left; 8002 skipped: did not answer, rests 3 s; ' +
        '8003 skipped: phone is not reachable; 8004 skipped: is talking; 8005 skipped: is on a call of his own; ' +
        '8006 skipped: a colleague is rung, or talks, at his phone; ' +
        '8007 skipped: on a break (lunch); 8008 skipped: is on a call of his own',
    );
    expect(assign(queue(agents), CALLER, view({ ...facts, now: 101_000 }))).toMatchObject({ key });
  });

  it('falls back where the strategy has nobody to say, and says why', () => {
    const why = (strategy: QueueSettings['strategy'], caller = {}, facts: Partial<AssignmentView> = {}) =>
      assign(queue([a, b], strategy), { ...CALLER, ...caller }, view(facts)).why;
    expect(why('last-agent', { lastAgent: '8002' })).toBe('8002 by last-agent');
    expect(why('last-agent')).toBe('8001 by longest-idle, for nobody has talked with the caller before');
    expect(why('owner', { owner: '8009' })).toBe(
      "8001 by longest-idle, for 8009, the caller's own agent, is not free",
    );
    expect(why('custom')).toBe('8001 by longest-idle, for the function that the queue names is not there');
  });

  it("a company's own function gets plain facts, and its faults harm nobody", () => {
    const [idle, fresh] = [agent('8001', { lastTalkEndedAt: 40_000, level: 3 }), agent('8002')];
    const of = queue([idle, fresh], 'custom');
    const own = { ...of, settings: { ...of.settings, order: 'gold' } };
    const facts: OrderFacts[] = [];
    const by = (order: AgentOrderFunction) =>
      assign(own, CALLER, view({ order: (name) => (name === 'gold' ? order : undefined) })).why;
    const last: AgentOrderFunction = (given) => {
      facts.push(given);
      return ['8009', '8002', '8001'];
    };
    expect(by(last)).toBe('8002 by custom');
    const done = { calls: 0, talkMs: 0, rings: 0 };
    expect(facts).toEqual([
      {
        free: [
          { id: '8001', level: 3, idleMs: 60_000, ...done },
          { id: '8002', level: 1, idleMs: Number.POSITIVE_INFINITY, ...done },
        ],
        caller: { number: '13800138000', priority: 1, waitedMs: 20_000, owner: undefined },
        now: 100_000,
      },
    ]);
    const failing: AgentOrderFunction = () => {
      throw new TypeError('no such list');
    };
    expect(by(failing)).toBe('8002 by longest-idle, for its function failed: no such list');
    expect(by(() => [])).toBe('8002 by longest-idle, for its function names nobody who is free');
    expect(by(() => 7 as never)).toContain('8002 by longest-idle, for its function failed');
  });
});
