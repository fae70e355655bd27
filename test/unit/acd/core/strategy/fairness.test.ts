/** Each strategy over 100,000 calls of a queue whose agents come and go, against what its name promises. */
import { describe, expect, it } from 'vitest';
import type { QueueSettings } from '../../../../../src/acd/core/inputs.ts';
import { type Member, newAgent } from '../../../../../src/acd/core/state.ts';
import { STRATEGIES, SURE_STRATEGIES } from '../../../../../src/acd/core/strategy/strategies.ts';
import type { StrategyView } from '../../../../../src/acd/core/strategy/strategy.ts';
import type { OrderFacts } from '../../../../../src/provisioning/kind/queue.ts';
import { seededIds } from '../../../../../src/shared/ids.ts';

type Name = QueueSettings['strategy'];

const CALLS = 100_000;
const LEVELS = [1, 2, 3, 4, 1, 2, 3, 4];

function members(): Member[] {
  return LEVELS.map((level, index) => ({
    agent: { ...newAgent({ id: `${index}`, extension: `${index}`, level }, 0), state: 'ready' },
    afterMs: 0,
    rungAs: 0,
    offers: 0,
    ringMs: 0,
    calls: 0,
    talkMs: 0,
  }));
}

/** What happened at a call: who was free, whom the strategy rang, or the fallback in its place, and for whom. */
type Look = (free: readonly Member[], rung: readonly Member[], visit: StrategyView['visit']) => void;

/** 100,000 calls; each talk is over before the next one begins. `isFree`: whether somebody is free for it. */
function day(name: Name, isFree: (random: () => number) => boolean, look: Look = () => {}): Member[] {
  const { random } = seededIds(7);
  const ties = seededIds(8).random;
  // Some have no agent of their own, some one who does not serve the queue any more.
  const tie = () => (ties() < 0.3 ? undefined : String(Math.floor(ties() * 10)));
  const all = members();
  let now = 0;
  for (let call = 1; call <= CALLS; call++) {
    const free = all.filter(() => isFree(random));
    if (free.length === 0) continue;
    const visit = { caller: '', priority: 0, since: 0, lastAgent: tie(), owner: tie() };
    const order = ({ free }: OrderFacts) => free.toSorted((a, b) => a.talkMs - b.talkMs).map(({ id }) => id);
    const view = { random, now, visit, order };
    const choice = STRATEGIES[name](free, view);
    const rung = typeof choice === 'string' ? SURE_STRATEGIES['fewest-calls'](free, view) : choice;
    look(free, rung, view.visit);
    for (const member of rung) {
      member.rungAs = call;
      member.offers += 1;
      member.ringMs += Math.floor(random() * 10_000) * (1 + Number(member.agent.id));
    }
    const [winner] = rung;
    const talkMs = 1_000 + Math.floor(random() * 300_000);
    now += talkMs;
    winner!.calls += 1;
    winner!.talkMs += talkMs;
    (winner!.agent as { lastTalkEndedAt: number }).lastTalkEndedAt = now;
  }
  return all;
}

const always = () => true;
const mostly = (random: () => number) => random() < 0.7;
const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
const offersOf = (all: readonly Member[]) => all.map(({ offers }) => offers);
const callsOf = (all: readonly Member[]) => all.map(({ calls }) => calls);
/** Proves at each call that the one who was rung has the least of something among the free. */
const hasLeast = (of: (member: Member) => number) => (free: readonly Member[], rung: readonly Member[]) => {
  if (rung.length !== 1 || free.some((member) => of(member) < of(rung[0]!))) throw new Error('not the least');
};

describe('sequential', () => {
  it('rings the first of the list that is free', () => {
    day('sequential', mostly, (free, rung) => expect(rung).toEqual([free[0]]));
  });
});

describe('ring-progressively', () => {
  it('rings the first of the list that is free; more come in time', () => {
    day('ring-progressively', mostly, (free, rung) => expect(rung).toEqual([free[0]]));
  });
});

describe.each([
  ['last-agent', 'lastAgent'],
  ['owner', 'owner'],
] as const)('%s', (name, tie) => {
  it('rings the agent of this caller whenever he is free, else whom the fallback says', () => {
    let tied = 0;
    const all = day(name, mostly, (free, rung, visit) => {
      const his = free.find(({ agent }) => agent.id === visit[tie]);
      if (his) tied += 1;
      if (his) expect(rung).toEqual([his]);
      else hasLeast(({ calls }) => calls)(free, rung);
    });
    // Of ten ids eight serve the queue; 70 of 100 callers have one, and 70 of 100 times he is free.
    expect(tied / CALLS).toBeCloseTo(0.7 * 0.8 * 0.7, 1);
    expect(spread(callsOf(all)) / CALLS).toBeLessThan(0.01);
  });
});

describe('custom', () => {
  it('rings whom the function puts first', () => {
    const all = day(
      'custom',
      always,
      hasLeast(({ talkMs }) => talkMs),
    );
    expect(spread(all.map(({ talkMs }) => talkMs))).toBeLessThanOrEqual(301_000);
  });
});

describe('round-robin', () => {
  it('gives all the same, in turn', () => {
    const order: string[] = [];
    const all = day('round-robin', always, (_, [one]) => order.push(one!.agent.id));
    expect(spread(offersOf(all))).toBe(0);
    expect(order.slice(0, 10).join('')).toBe('0123456701');
  });

  it('gives who was busy his turn when he is free', () => {
    const all = day(
      'round-robin',
      mostly,
      hasLeast(({ rungAs }) => rungAs),
    );
    expect(spread(offersOf(all)) / CALLS).toBeLessThan(0.005);
  });
});

describe('random', () => {
  it('gives all the same but for chance', () => {
    const all = day('random', always);
    // Four standard deviations of a share of one in eight.
    for (const offers of offersOf(all)) expect(Math.abs(offers - CALLS / 8)).toBeLessThan(4 * 105);
  });
});

describe('weighted', () => {
  it('gives by level, and nobody ever more than a call too much or too little', () => {
    let call = 0;
    const all = day('weighted', always, () => {
      call += 1;
    });
    const sum = LEVELS.reduce((levels, level) => levels + level);
    for (const { offers, agent } of all) {
      expect(Math.abs(offers - (call * agent.level) / sum)).toBeLessThanOrEqual(1);
    }
  });

  it('makes up for the time that somebody was not free', () => {
    const all = day('weighted', mostly);
    const shares = all.map(({ offers, agent }) => offers / agent.level);
    expect(spread(shares) / Math.min(...shares)).toBeLessThan(0.02);
  });
});

describe('ring-all', () => {
  it('rings everybody who is free', () => {
    day('ring-all', mostly, (free, rung) => expect(rung).toEqual(free));
  });
});

describe.each(['longest-idle', 'least-recent'] as const)('%s', (name) => {
  it('rings who has been off the phone the longest', () => {
    const all = day(
      name,
      mostly,
      hasLeast(({ agent }) => agent.lastTalkEndedAt),
    );
    expect(spread(callsOf(all)) / CALLS).toBeLessThan(0.005);
  });
});

describe.each(['fewest-calls', 'least-calls'] as const)('%s', (name) => {
  it('leaves nobody with a call more than another who was as free', () => {
    expect(spread(callsOf(day(name, always)))).toBe(0);
    const all = day(
      name,
      mostly,
      hasLeast(({ calls }) => calls),
    );
    expect(spread(callsOf(all))).toBeLessThan(10);
  });
});

describe('least-talk-time', () => {
  it('leaves nobody with more than a talk more than another', () => {
    const longestMs = 301_000;
    const all = day(
      'least-talk-time',
      always,
      hasLeast(({ talkMs }) => talkMs),
    );
    expect(spread(all.map(({ talkMs }) => talkMs))).toBeLessThanOrEqual(longestMs);
  });
});

describe('fastest-answer', () => {
  it('rings who answers the fastest of those who are free, each once first', () => {
    const all = day(
      'fastest-answer',
      mostly,
      hasLeast(({ ringMs, offers }) => (offers ? ringMs / offers : 0)),
    );
    // They answer the slower the later in the list they are.
    expect(offersOf(all)).toEqual(offersOf(all).toSorted((a, b) => b - a));
    expect(Math.min(...offersOf(all))).toBeGreaterThan(0);
  });
});

describe('skill', () => {
  it('rings the highest level that is free, and in it who has been off the phone the longest', () => {
    const all = day('skill', mostly, (free, [one]) => {
      const highest = Math.max(...free.map(({ agent }) => agent.level));
      const level = free.filter(({ agent }) => agent.level === highest);
      if (one!.agent.level !== highest) throw new Error('a lower level');
      hasLeast(({ agent }) => agent.lastTalkEndedAt)(level, [one!]);
    });
    for (const level of [1, 2, 3, 4]) {
      const same = all.filter(({ agent }) => agent.level === level);
      expect(spread(callsOf(same)) / CALLS).toBeLessThan(0.005);
    }
  });
});
