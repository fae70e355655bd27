import { afterEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { withWrapUps } from '../../src/cdr/wrap-ups.ts';
import { AgentTimeline } from '../../src/metric/agent-timeline.ts';
import { wrappedUp } from '../../src/store/wrapped-up.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** What an agent does when his talk is over (话后整理): 10 s by his queue. */
type Edits = Parameters<typeof edited>[1];
let s: Scenario;
/** Alice has talked with 8001, who wraps up. */
const open = async (edits: Edits = {}, then: () => void = () => {}) => {
  const companies = edited(SAMPLE_COMPANIES, edits);
  s = await scenario(async (call) => void (await call.queue('sales')), { companies });
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 20_000 });
  s.call();
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  then();
  await s.clock.runUntil(() => s.pbx.calls.size === 0);
};
afterEach(async () => {
  await s.clock.advance(120_000);
  await s.close();
});
const acd = () => s.pbx.acd;
const state = () => acd().agents()[0]!.state;
const note = (disposition: string | undefined, words?: string) =>
  acd().note('demo', '8001', { disposition, note: words });

/** His part in the record, as it is stored. */
const part = () => {
  const timeline = new AgentTimeline();
  const wrapUps = s.agentEvents.flatMap((event) => wrappedUp(timeline.take(event)));
  const cdr = projectCdr(s.events)!;
  const { disposition, note: words, wrapUpMs } = (withWrapUps(cdr, wrapUps) ?? cdr).targets[0]!;
  return [disposition, words, wrapUpMs];
};

describe('what an agent notes of a call', () => {
  it('in his wrap-up comes into the record, the last word of it', async () => {
    await open();
    expect(state()).toBe('wrap-up');
    await s.clock.advance(3_000);
    note('order', 'wants a ring');
    expect(state()).toBe('wrap-up');
    await s.clock.advance(3_000);
    note('order-new', 'wants a gold ring');
    await s.clock.advance(4_000);
    expect(state()).toBe('ready');
    expect(part()).toEqual(['order-new', 'wants a gold ring', 10_000]);
  });

  it('in the talk does, too, also where there is no wrap-up', async () => {
    await open({ queue: { wrapUpMs: 0 } }, () => note(undefined, 'wants a ring'));
    expect(state()).toBe('ready');
    expect(part()).toEqual([null, 'wants a ring', null]);
  });

  it('is one of the dispositions that his queue has, where it has any', async () => {
    await open();
    expect(() => note('gold')).toThrow(expect.objectContaining({ code: 'no-such-disposition', status: 422 }));
    note('order', 'wants a ring');
    await s.clock.advance(10_000);
    expect(part()).toEqual(['order', 'wants a ring', 10_000]);
  });

  const write = (disposition: string | undefined, words?: string) =>
    acd().draft('demo', '8001', s.facts('arrived')[0]!.callId, { disposition, note: words });

  it('comes into the record as far as he has written it, when his time is over before he notes it', async () => {
    await open({}, () => write(undefined, 'wants'));
    write('order', 'wants a ring');
    expect(part().slice(0, 2)).toEqual([null, null]);
    await s.clock.advance(10_000);
    expect(state()).toBe('ready');
    expect(part()).toEqual(['order', 'wants a ring', 10_000]);
    // He has no call any more: it is nobody's note.
    const told = s.agentEvents.length;
    write('order', 'too late');
    await s.clock.advance(10_000);
    expect(s.agentEvents).toHaveLength(told);
  });

  it('comes so also where there is no wrap-up, and where somebody else ends it', async () => {
    await open({ queue: { wrapUpMs: 0 } }, () => write(undefined, 'wants a ring'));
    expect(part()).toEqual([null, 'wants a ring', null]);
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.agentEvents.at(-1)).toMatchObject({ did: 'answer', note: undefined });
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
  });

  it('gives way to what he notes himself, and has no disposition that is none of the queue', async () => {
    await open();
    write('gold', 'wants');
    note('order', 'wants a ring');
    await s.clock.advance(10_000);
    expect(part()).toEqual(['order', 'wants a ring', 10_000]);
    await s.clock.advance(20_000);
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    acd().draft('demo', '8001', s.facts('arrived')[1]!.callId, { disposition: 'gold', note: 'wants' });
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(10_000);
    expect(s.agentEvents.findLast(({ did }) => did === 'noted')).toMatchObject({
      ...{ disposition: undefined, note: 'wants', state: 'wrap-up' },
    });
  });

  it('is refused when he has no call, and leaves no trace', async () => {
    await open();
    await s.clock.advance(10_000);
    const told = s.agentEvents.length;
    expect(() => note('order')).toThrow(expect.objectContaining({ code: 'no-call' }));
    const noted = { disposition: 'order', note: undefined };
    expect(() => acd().note('demo', '9999', noted)).toThrow('no agent 9999');
    expect(s.agentEvents).toHaveLength(told);
  });

  it('is forgotten with the call: the next one begins with none', async () => {
    await open({}, () => note('order'));
    await s.clock.advance(10_000);
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.agentEvents.at(-1)).toMatchObject({ did: 'answer', disposition: undefined, note: undefined });
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
  });
});

describe('a wrap-up', () => {
  const extend = (ms: number) => acd().extendWrapUp('demo', '8001', ms);

  it('is as long as its queue has it, and no longer where that gives no more', async () => {
    await open();
    expect(() => extend(30_000)).toThrow(expect.objectContaining({ code: 'wrap-up-limit' }));
    await s.clock.advance(10_000);
    expect(state()).toBe('ready');
  });

  it('is extended as often as its queue has it', async () => {
    await open({ queue: { wrapUpExtensions: 2 } });
    extend(30_000);
    await s.clock.advance(39_000);
    extend(5_000);
    expect(() => extend(5_000)).toThrow('gives agent 8001 no more time');
    await s.clock.advance(5_000);
    expect(state()).toBe('wrap-up');
    await s.clock.advance(1_000);
    expect(state()).toBe('ready');
    expect(part()[2]).toBe(45_000);
  });

  it('is not extended when it is over', async () => {
    await open({ queue: { wrapUpExtensions: 2 } });
    await s.clock.advance(10_000);
    expect(() => extend(30_000)).toThrow(expect.objectContaining({ code: 'no-wrap-up' }));
    expect(state()).toBe('ready');
  });
});

describe('a disposition that the queue requires', () => {
  const required = { queue: { dispositionRequired: true, wrapUpExtensions: 1 } };
  const alarms: string[] = [];
  const openRequired = async (edits: Edits = required) => {
    alarms.length = 0;
    await open(edits, () => {
      acd().events.on('agentAlarm', ({ agent, what, queue }) => alarms.push(`${agent} ${what} ${queue}`));
    });
  };

  it('is given before the agent ends his wrap-up', async () => {
    await openRequired();
    await s.clock.advance(3_000);
    expect(() => acd().endWrapUp('demo', '8001')).toThrow(
      expect.objectContaining({ code: 'disposition-required', status: 409 }),
    );
    note(undefined, 'wants a ring');
    expect(() => acd().endWrapUp('demo', '8001')).toThrow('queue sales wants to know what the call came to');
    expect(state()).toBe('wrap-up');
    await s.clock.advance(1_000);
    note('order', 'wants a ring');
    acd().endWrapUp('demo', '8001');
    expect([state(), part(), alarms]).toEqual(['ready', ['order', 'wants a ring', 4_000], []]);
  });

  it('counts that was given in the talk', async () => {
    await open(required, () => note('question'));
    acd().endWrapUp('demo', '8001');
    expect([state(), part()[0]]).toEqual(['ready', 'question']);
  });

  it('is missing when the time with its extension is over: an alarm, and the record says so', async () => {
    await openRequired();
    acd().extendWrapUp('demo', '8001', 20_000);
    await s.clock.advance(29_000);
    expect([state(), alarms]).toEqual(['wrap-up', []]);
    note(undefined, 'wants a ring');
    await s.clock.advance(1_000);
    expect([state(), alarms]).toEqual(['ready', ['8001 disposition-missing sales']]);
    expect(part()).toEqual(['(missing)', 'wants a ring', 30_000]);
  });

  it('a supervisor ends the wrap-up all the same, by his name', async () => {
    await openRequired();
    await s.clock.advance(1_000);
    acd().endWrapUp('demo', '8001', '8009');
    expect([state(), part()[0], alarms]).toEqual(['ready', '(missing)', ['8001 disposition-missing sales']]);
    expect(s.agentEvents.at(-1)).toMatchObject({ did: 'wrapped-up', by: '8009' });
  });
});
