import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { AgentInput, AgentState } from '../../../src/acd/core/agent.ts';
import type { SurveyRating } from '../../../src/call/call-events.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { AgentTimeline, countAgentTime } from '../../../src/metric/agent-timeline.ts';
import { countCall } from '../../../src/metric/count-call.ts';
import { CounterDelta } from '../../../src/metric/counter-delta.ts';
import { ABOVE_ALL, BUCKET_MS, boundOf, type Cube } from '../../../src/metric/cubes.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';

/** The rows of a cube, each as its key and the counters that are not 0. */
function rowsOf(delta: CounterDelta, table: string): [string, Record<string, number>][] {
  const rows = delta.rows.filter(({ cube }) => cube.table === table);
  return rows.map(({ cube, bucket, axes, counts }) => [
    [(bucket - MONDAY_10) / BUCKET_MS, ...axes].join(' '),
    named(cube, counts),
  ]);
}

function named({ counters }: Cube, counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    counters.flatMap((name, place) => (counts[place] ? [[name, counts[place]]] : [])),
  );
}

function counted(...scripts: CallScript[]): CounterDelta {
  const delta = new CounterDelta();
  for (const { events } of scripts) countCall(projectCdr(events)!, delta);
  return delta;
}

describe('counters of calls', () => {
  it('count the sample call once in each cube', () => {
    const delta = counted(sampleCall('c1'));
    expect(rowsOf(delta, 'counter_hotline')).toEqual([
      [
        '0   inbound',
        {
          calls: 1,
          answered: 1,
          ended_by_caller: 1,
          asked_calls: 1,
          surveys_asked: 1,
          surveys_scored: 1,
          setup_ms: 20,
          ivr_ms: 4_000,
        },
      ],
      [
        '0  sales inbound',
        {
          asks: 1,
          ask_answered: 1,
          wait_ms: 17_500,
          answered_wait_ms: 17_500,
          queue_ms: 17_500,
          talk_ms: 60_000,
          survey_ms: 3_000,
        },
      ],
    ]);
    expect(rowsOf(delta, 'counter_agent')).toEqual([
      ['0 8001 sales', { offers: 1, no_answer: 1, ring_ms: 15_000 }],
      [
        '0 8002 sales',
        {
          ...{ offers: 1, answered: 1, hung_up: 1, surveys_asked: 1, surveys_scored: 1 },
          ...{ ring_ms: 2_500, talk_ms: 60_000 },
        },
      ],
    ]);
    expect(rowsOf(delta, 'counter_trunk')).toEqual([
      ['0 carrier inbound', { calls: 1, answered: 1, occupied_ms: 84_520 }],
    ]);
    expect(rowsOf(delta, 'counter_area')).toEqual([
      ['0  广东深圳', { calls: 1, answered: 1, asked_calls: 1, talk_ms: 60_000 }],
    ]);
    expect(rowsOf(delta, 'counter_result')).toEqual([['0  answered normal', { calls: 1 }]]);
    expect(rowsOf(delta, 'histogram')).toEqual([
      ['0 sales ring 3000', { n: 1 }],
      ['0 sales wait 20000', { n: 1 }],
    ]);
  });

  it('count scores by what they mean: of the hotline, and of the agent and queue who spoke with the caller last', () => {
    const scored = (callId: string, digit: string | undefined, rating?: SurveyRating) => {
      const script = new CallScript(callId).arrive().emit('routed', { hotline: '4001234567' });
      for (const [agent, queue] of [
        ['8001', 'sales'],
        ['8002', 'service'],
      ] as const) {
        script
          .emit('asked', { queue, priority: 0 })
          .emit('segment', { kind: 'queue', owner: queue })
          .after(2_000)
          .rung(agent, 'answered', 2_000)
          .emit('askEnded', { queue, ending: 'answered', agent })
          .emit('connected', { target: agent, kind: 'agent' })
          .emit('segment', { kind: 'talk', owner: agent })
          .after(5_000)
          .emit('disconnected', { target: agent, by: 'target' });
      }
      script.emit('segment', { kind: 'survey', owner: 'score' }).after(1_000);
      if (digit !== undefined) script.emit('surveyed', { survey: 'score', digit, rating });
      return script.end();
    };
    const delta = counted(
      scored('c1', '1', 'very-satisfied'),
      scored('c2', '1', 'very-satisfied'),
      scored('c3', '2', 'satisfied'),
      scored('c4', '3', 'fair'),
      scored('c5', '4', 'dissatisfied'),
      scored('c6', '5'),
      scored('c7', undefined),
    );
    const scores = (table: string) =>
      rowsOf(delta, table).map(([key, counts]) => [
        key,
        Object.fromEntries(Object.entries(counts).filter(([name]) => /^(surveys|rated)_/.test(name))),
      ]);
    const counts = {
      ...{ surveys_asked: 7, surveys_scored: 6, rated_very_satisfied: 2 },
      ...{ rated_satisfied: 1, rated_fair: 1, rated_dissatisfied: 1 },
    };
    expect(scores('counter_hotline')).toEqual([
      ['0 4001234567  inbound', counts],
      ['0 4001234567 sales inbound', {}],
      ['0 4001234567 service inbound', {}],
    ]);
    expect(scores('counter_agent')).toEqual([
      ['0 8001 sales', {}],
      ['0 8002 service', counts],
    ]);
  });

  it('count a call where it began and split its time at the quarters of an hour', () => {
    const script = new CallScript('c1', { at: MONDAY_10 - 10_000 })
      .arrive()
      .emit('routed', { hotline: '4001234567' })
      .emit('segment', { kind: 'ivr', owner: 'menu' })
      .after(BUCKET_MS + 15_000);
    expect(rowsOf(counted(script.end()), 'counter_hotline')).toEqual([
      ['-1 4001234567  inbound', { calls: 1, ivr_lost: 1, ended_by_caller: 1, ivr_ms: 10_000 }],
      ['0 4001234567  inbound', { ivr_ms: BUCKET_MS }],
      ['1 4001234567  inbound', { ivr_ms: 5_000 }],
    ]);
  });

  it('keep their number of rows when a clock jumps by years, and the sum', () => {
    const script = new CallScript('c1').arrive().after(1e12);
    const rows = rowsOf(counted(script.end()), 'counter_hotline');
    expect(rows.length).toBeLessThan(700);
    expect(rows.reduce((sum, [, { setup_ms = 0 }]) => sum + setup_ms, 0)).toBe(1e12);
  });

  it('sum up calls of one key into one row', () => {
    const delta = counted(sampleCall('c1'), sampleCall('c2', { at: MONDAY_10 + 60_000 }));
    expect(rowsOf(delta, 'counter_result')).toEqual([['0  answered normal', { calls: 2 }]]);
    expect(delta.rows).toHaveLength(counted(sampleCall('c1')).rows.length);
  });

  it('keep calls of phones apart, and count the line that they went out on', () => {
    const script = new CallScript('c1')
      .arrive({ direction: 'outbound', originKind: 'extension', originName: '8001' })
      .emit('segment', { kind: 'ring', owner: '13800138000' })
      .after(4_000)
      .rung('13800138000', 'busy: SIP 486', 4_000, { kind: 'line', reason: 'dial', trunk: 'carrier' });
    const delta = counted(script.end({ cause: 'busy', by: 'target' }));
    expect(rowsOf(delta, 'counter_hotline')).toEqual([
      ['0   outbound', { calls: 1, unanswered: 1, ended_by_target: 1, ring_ms: 4_000 }],
    ]);
    expect(rowsOf(delta, 'counter_trunk')).toEqual([
      ['0 carrier outbound', { calls: 1, occupied_ms: 4_000 }],
    ]);
    expect(rowsOf(delta, 'counter_area')).toEqual([]);
  });

  it('count transfers and consultations with who began them', () => {
    const script = new CallScript('c1').arrive().emit('asked', { queue: 'sales', priority: 0 });
    script
      .rung('8001', 'answered', 0)
      .emit('askEnded', { queue: 'sales', ending: 'answered', agent: '8001' });
    script
      .emit('connected', { target: '8001', kind: 'agent' })
      .emit('segment', { kind: 'talk', owner: '8001' });
    script.after(1_000).emit('segment', { kind: 'consult', owner: '8002' }).after(1_000);
    script.rung('8002', 'answered', 1_000, { reason: 'consult', by: '8001' });
    script.emit('disconnected', { target: '8001', by: 'target' });
    script
      .emit('connected', { target: '8002', kind: 'agent' })
      .emit('segment', { kind: 'talk', owner: '8002' });
    const delta = counted(script.after(500).end());
    expect(rowsOf(delta, 'counter_agent')).toMatchObject([
      ['0 8001 sales', { transfers: 1, consults: 1, talk_ms: 1_000, consult_ms: 1_000 }],
      ['0 8002 sales', { offers: 1, answered: 1, ring_ms: 1_000, talk_ms: 500 }],
    ]);
    expect(rowsOf(delta, 'counter_hotline')[0]).toMatchObject(['0   inbound', { calls: 1, answered: 1 }]);
  });

  it('put a time at its bound into that bound', () => {
    expect(boundOf('wait', 20_000)).toBe(20_000);
    expect(boundOf('wait', 20_001)).toBe(30_000);
    expect(boundOf('abandon', 300_001)).toBe(ABOVE_ALL);
    expect(boundOf('ring', 11_000)).toBe(11_000);
  });
});

describe('the timeline of an agent', () => {
  const event = (at: number, did: AgentInput, state: AgentState, queue?: string): AgentEvent => {
    const work = { reason: undefined, callId: queue && 'c1', queue };
    return { type: 'agent', tenantId: 'demo', agent: '8001', at: MONDAY_10 + at, did, state, ...work };
  };

  it('has each second of who is signed in in one state', () => {
    const timeline = new AgentTimeline();
    const delta = new CounterDelta();
    const events = [
      event(0, 'sign-in', 'ready'),
      event(5_000, 'ring', 'ringing', 'sales'),
      event(9_000, 'answer', 'talking', 'sales'),
      event(BUCKET_MS, 'hang-up', 'wrap-up', 'sales'),
      // no wrap-up time: idle at once
      event(BUCKET_MS, 'wrapped-up', 'ready', 'sales'),
      event(BUCKET_MS + 1_000, 'busy', 'busy'),
      event(BUCKET_MS + 3_000, 'sign-out', 'signed-out'),
    ];
    const times = events.flatMap((each) => timeline.take(each));
    for (const time of times) countAgentTime(time, delta);
    const over = times.filter(({ until }) => until !== undefined);
    expect(over.map(({ state, from, until }) => [state, from - MONDAY_10, until! - from])).toEqual([
      ['ready', 0, 5_000],
      ['ringing', 5_000, 4_000],
      ['talking', 9_000, BUCKET_MS - 9_000],
      ['ready', BUCKET_MS, 1_000],
      ['busy', BUCKET_MS + 1_000, 2_000],
    ]);
    expect(rowsOf(delta, 'counter_agent')).toEqual([
      ['0 8001 ', { signed_in_ms: 5_000, ready_ms: 5_000 }],
      ['0 8001 sales', { signed_in_ms: BUCKET_MS - 5_000, ringing_ms: 4_000, talking_ms: BUCKET_MS - 9_000 }],
      ['1 8001 ', { signed_in_ms: 3_000, ready_ms: 1_000, busy_ms: 2_000 }],
    ]);
  });

  it('lets time stand still while a clock is set back', () => {
    const timeline = new AgentTimeline();
    const events = [
      event(9_000, 'sign-in', 'ready'),
      event(2_000, 'busy', 'busy'),
      event(10_000, 'ready', 'ready'),
    ];
    const over = events.flatMap((each) => timeline.take(each)).filter(({ until }) => until !== undefined);
    expect(over.map(({ state, from, until }) => [state, from - MONDAY_10, until! - from])).toEqual([
      ['busy', 9_000, 1_000],
    ]);
  });
});
