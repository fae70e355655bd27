import { describe, expect, it } from 'vitest';
import type { CdrTarget } from '../../../src/cdr/cdr.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { CallScript } from '../../support/call-events.ts';

const asked = () => new CallScript('c1').arrive().emit('asked', { queue: 'sales', priority: 0 });

/** 8001 answers in the queue and talks for 10 s. */
const talking = () =>
  asked()
    .emit('segment', { kind: 'ring', owner: '8001' })
    .after(5_000)
    .rung('8001', 'answered', 5_000)
    .emit('askEnded', { queue: 'sales', ending: 'answered', agent: '8001' })
    .emit('connected', { target: '8001', kind: 'agent' })
    .emit('segment', { kind: 'talk', owner: '8001' })
    .after(10_000);

const record = (script: CallScript) => projectCdr(script.end().events)!;

const told = ({ target, by, queue, talkMs, holdMs, consultMs, endedBy }: CdrTarget) =>
  [target, by, queue, talkMs, holdMs, consultMs, endedBy] as const;

describe('who took part in a call', () => {
  it('tells who was rung in vain, since when, for which queue and on which line', () => {
    const script = asked().after(20_000).rung('8001', 'no-answer: no answer in 15 s', 15_000);
    const line = { kind: 'line', reason: 'dial', trunk: 'carrier' } as const;
    script.emit('askEnded', { queue: 'sales', ending: 'timeout', agent: '' }).after(4_000);
    expect(record(script.rung('13800138000', 'busy: SIP 486', 3_000, line)).targets).toMatchObject([
      {
        target: '8001',
        kind: 'agent',
        reason: 'queue',
        queue: 'sales',
        trunk: null,
        startMs: 5_000,
        endMs: 20_000,
      },
      {
        target: '13800138000',
        queue: null,
        ...line,
        startMs: 21_000,
        endMs: 24_000,
        talkMs: 0,
        connectedMs: null,
      },
    ]);
  });

  it('shares the time of an attended transfer out among who asks, who is asked, and the caller', () => {
    const script = talking()
      .emit('segment', { kind: 'consult', owner: '8002' })
      .after(2_000)
      .rung('8002', 'answered', 2_000, { reason: 'consult', by: '8001' })
      .emit('consulted', { target: '8002', kind: 'agent' })
      .after(3_000)
      // 来回切换: 8001 is back with the caller for a second.
      .emit('segment', { kind: 'talk', owner: '8001' })
      .after(1_000)
      .emit('segment', { kind: 'consult', owner: '8002' })
      .after(500)
      .emit('disconnected', { target: '8001', by: 'target' })
      .emit('connected', { target: '8002', kind: 'agent' })
      .emit('segment', { kind: 'talk', owner: '8002' })
      .after(20_000)
      .emit('disconnected', { target: '8002', by: 'caller' });
    const { targets, segments, durationMs, agent } = record(script);
    expect(targets.map(told)).toEqual([
      ['8001', null, 'sales', 11_000, 0, 5_500, 'target'],
      ['8002', 0, 'sales', 20_000, 1_000, 3_500, 'caller'],
    ]);
    expect(segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(durationMs);
    expect(agent).toBe('8002');
  });

  it('gives both the time of a conference, and holding to who is held', () => {
    const script = talking()
      .emit('segment', { kind: 'hold', owner: '8001' })
      .after(4_000)
      .rung('8002', 'answered', 2_000, { reason: 'conference', by: '8001' })
      .emit('connected', { target: '8002', kind: 'agent' })
      .emit('segment', { kind: 'conference', owner: '8001' })
      .after(6_000);
    const { targets, talkMs } = record(script);
    expect(targets.map(told)).toEqual([
      ['8001', null, 'sales', 16_000, 4_000, 0, null],
      ['8002', 0, 'sales', 6_000, 0, 0, null],
    ]);
    expect(talkMs, 'of the caller').toBe(16_000);
  });

  it('knows who came in without having been rung, from which call and in whose place', () => {
    const script = talking()
      .emit('joined', {
        target: '8003',
        kind: 'agent',
        reason: 'transfer',
        by: '8001',
        fromCall: 'c0' as never,
      })
      .emit('disconnected', { target: '8001', by: 'target' })
      .emit('connected', { target: '8003', kind: 'agent' })
      .emit('segment', { kind: 'talk', owner: '8003' })
      .after(1_000);
    expect(record(script).targets[1]).toMatchObject({
      target: '8003',
      reason: 'transfer',
      by: 0,
      fromCall: 'c0',
      ringMs: 0,
      startMs: 15_000,
      talkMs: 1_000,
    });
  });

  it('ends the part of who answered and never talked with his answer', () => {
    const script = asked().after(2_000).rung('8001', 'answered', 2_000).after(9_000);
    expect(record(script).targets).toMatchObject([{ connectedMs: null, endMs: 2_000, talkMs: 0 }]);
  });

  it('reads the facts of 0.1.0, which knew less', () => {
    const script = new CallScript('c1').arrive().after(2_000);
    const old = { target: '8001', outcome: 'answered', ringMs: 2_000 };
    script.emit('rung', old as never).emit('connected', { target: '8001', kind: 'agent' });
    script.emit('segment', { kind: 'talk', owner: '8001' }).after(500);
    const { targets, outcome } = record(script);
    expect(targets).toMatchObject([
      { ...old, kind: 'agent', reason: null, by: null, trunk: null, talkMs: 500 },
    ]);
    expect(outcome).toBe('answered');
  });
});
