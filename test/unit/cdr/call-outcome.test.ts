import { describe, expect, it } from 'vitest';
import { type Fate, outcomeOf } from '../../../src/cdr/call-outcome.ts';
import type { AskOutcome } from '../../../src/cdr/cdr.ts';

const NOTHING: Fate = {
  hotline: '4001234567',
  barred: null,
  targets: [],
  asks: [],
  voicemail: null,
  callback: null,
  answeredAt: 1,
  cause: 'normal',
  fault: null,
  endedBy: 'engine',
};
const asks = (...outcomes: AskOutcome[]) => ({ asks: outcomes.map((outcome) => ({ outcome })) as never });
const rung = (facts: object) => ({
  targets: [{ reason: 'dial', by: null, connectedMs: null, ...facts }] as never,
});
const byCaller = { endedBy: 'caller' } as const;
const barred = (barred: Fate['barred'], cause: Fate['cause']) => ({ barred, cause, answeredAt: null });

describe('the outcome of a call', () => {
  it.each<[string, Partial<Fate>, string]>([
    ['an agent of a queue', asks('overflow_timeout', 'answered'), 'answered'],
    ['a line that the plan dials', rung({ connectedMs: 5 }), 'answered'],
    [
      'an agent whom a partner transferred him to',
      rung({ connectedMs: 5, reason: 'transfer', by: 0 }),
      'answered',
    ],
    [
      'a number that the plan hands him over to',
      rung({ connectedMs: 5, reason: 'transfer' }),
      'transferred_out',
    ],
    ['a promise', { ...asks('callback'), callback: { queue: 'q', number: '1' } }, 'callback'],
    ['a message', { ...asks('to_voicemail'), voicemail: { box: 'b' } as never }, 'voicemail'],
    ['the blacklist', barred('blacklist', 'blacklisted'), 'blocked'],
    ['the blacklist, told as busy', barred('blacklist', 'busy'), 'blocked'],
    ['a limit of channels', barred('channels', 'channel-limit'), 'busy'],
    [
      'an agent after a limit that leads to a queue',
      { ...barred('limit', 'normal'), ...asks('answered') },
      'answered',
    ],
    [
      'a fault of ours in a queue',
      { ...asks('abandoned_queue'), cause: 'shutdown', fault: 'system' },
      'failed',
    ],
    ['no hotline of that number', { hotline: null, cause: 'unknown-number', fault: 'caller' }, 'failed'],
    ['hanging up in line', { ...asks('abandoned_queue'), ...byCaller }, 'abandoned'],
    ['hanging up while an agent rings', { ...asks('abandoned_ring'), ...byCaller }, 'abandoned'],
    ['hanging up while a line rings', { ...rung({}), ...byCaller, cause: 'cancelled' }, 'abandoned'],
    ['leaving a queue at its limit', { ...asks('overflow_timeout'), cause: 'no-agent' }, 'overflowed_out'],
    ['hanging up after that', { ...asks('overflow_timeout'), ...byCaller }, 'overflowed_out'],
    ['lines that nobody answers', { ...rung({}), cause: 'no-line-answered' }, 'overflowed_out'],
    ['leaving a queue by key for an announcement', asks('left_by_key'), 'self_served'],
    ['hanging up after that', { ...asks('left_by_key'), ...byCaller }, 'ivr_lost'],
    ['the menu to its end', {}, 'self_served'],
    ['hanging up in the menu', byCaller, 'ivr_lost'],
    ['a colleague who is busy', { hotline: null, ...rung({}), cause: 'busy', fault: 'callee' }, 'unanswered'],
    ['a colleague, given up', { hotline: null, ...rung({}), ...byCaller, cause: 'cancelled' }, 'abandoned'],
    [
      'our own phone that does not answer',
      { hotline: null, ...rung({ reason: 'originate' }), cause: 'no-answer' },
      'unanswered',
    ],
    ['a feature code', { hotline: null, ...byCaller }, 'self_served'],
  ])('%s', (_, fate, outcome) => {
    expect(outcomeOf({ ...NOTHING, ...fate })).toBe(outcome);
  });
});
