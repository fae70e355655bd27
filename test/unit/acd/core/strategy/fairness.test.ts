/** Each strategy over 100,000 calls of a queue whose agents come and go, against what its name promises. */
import { describe, expect, it } from 'vitest';
import type { QueueSettings } from '../../../../../src/acd/core/inputs.ts';
import { type Member, newAgent } from '../../../../../src/acd/core/state.ts';
import { STRATEGIES } from '../../../../../src/acd/core/strategy/strategies.ts';
import { seededIds } from '../../../../../src/shared/ids.ts';

type Name = QueueSettings['strategy'];

const CALLS = 100_000;
const LEVELS = [1, 2, 3, 4, 1, 2, 3, 4];

function members(): Member[] {
  return LEVELS.map((level, index) => ({
    agent: { ...newAgent({ id: `${index}`, extension: `${index}`, level }, 0), state: 'ready' },
    rungAs: 0,
    offers: 0,
    ringMs: 0,
    calls: 0,
    talkMs: 0,
  }));
}

/** What happened at a call: who was free, and whom the strategy rang. */
type Look = (free: readonly Member[], rung: readonly Member[]) => void;

/** 100,000 calls; each talk is over before the next one begins. `isFree`: whether somebody is free for it. */
function day(name: Name, isFree: (random: () => number) => boolean, look: Look = () => {}): Member[] {
  const { random } = seededIds(7);
  const all = members();
  let now = 0;
  for (let call = 1; call <= CALLS; call++) {
    const free = all.filter(() => isFree(random));
    if (free.length === 0) continue;
    const rung = STRATEGIES[name](free, { random });
    look(free, rung);
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
const hasLeast =
  (of: (member: Member) => number): Look =>
  (free, rung) => {
    if (rung.length !== 1 || free.some((member) => of(member) < of(rung[0]!)))
      throw new Error('not the least');
  };

describe('sequential', () => {
  it('rings the first of the list that is free', () => {
    day('sequential', mostly, (free, rung) => expect(rung).toEqual([free[0]]));
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
