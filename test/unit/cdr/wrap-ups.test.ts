import { describe, expect, it } from 'vitest';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { agentsOf, withWrapUps } from '../../../src/cdr/wrap-ups.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';

/** 8002 is asked twice; the second time he does not answer. */
const twice = projectCdr(
  new CallScript('c1')
    .arrive()
    .after(3_000)
    .rung('8002', 'answered', 3_000)
    .emit('connected', { target: '8002', kind: 'agent' })
    .emit('segment', { kind: 'talk', owner: '8002' })
    .after(10_000)
    .emit('disconnected', { target: '8002', by: 'target' })
    .after(30_000)
    .rung('8002', 'no-answer', 5_000)
    .end().events,
)!;
const wrapUp = (agent: string, from: number, until: number) => ({
  agent,
  from: MONDAY_10 + from,
  until: MONDAY_10 + until,
  state: 'wrap-up',
});
const spent = (cdr = twice, ...wrapUps: ReturnType<typeof wrapUp>[]) =>
  withWrapUps(cdr, wrapUps)?.targets.map(({ wrapUpMs }) => wrapUpMs);

describe('the wrap-ups of a record', () => {
  it('belong to the part that began last before them, and are added up', () => {
    expect(spent(twice, wrapUp('8002', 13_000, 20_000), wrapUp('8002', 20_000, 21_500))).toEqual([
      8_500,
      null,
    ]);
    expect(spent(twice, wrapUp('8002', 50_000, 51_000))).toEqual([null, 1_000]);
  });

  it('are those of its agents, from its start on', () => {
    expect(spent(twice, wrapUp('8001', 13_000, 20_000))).toBeUndefined();
    expect(spent(twice, wrapUp('8002', -5, 20_000))).toBeUndefined();
    expect(agentsOf(projectCdr(sampleCall('c2').events)!)).toEqual(['8001', '8002']);
  });

  it('change nothing when they are in it already', () => {
    const once = withWrapUps(twice, [wrapUp('8002', 13_000, 20_000)])!;
    expect(withWrapUps(once, [wrapUp('8002', 13_000, 20_000)])).toBeUndefined();
    expect(Object.keys(once.targets[0]!)).toEqual(Object.keys(twice.targets[0]!));
  });

  it('have what was noted last, also of a talk, which is no wrap-up', () => {
    const noted = (disposition?: string, note?: string) => ({ disposition, note });
    const of = (...wrapUps: Parameters<typeof withWrapUps>[1]) => {
      const { wrapUpMs, disposition, note } = withWrapUps(twice, wrapUps)!.targets[0]!;
      return [wrapUpMs, disposition, note];
    };
    const talk = { ...wrapUp('8002', 5_000, 13_000), state: 'talking', ...noted(undefined, 'wants a ring') };
    expect(of(talk)).toEqual([null, null, 'wants a ring']);
    const first = { ...wrapUp('8002', 13_000, 15_000), ...noted('order', 'wants a ring') };
    const last = { ...wrapUp('8002', 15_000, 20_000), ...noted('order', 'wants a gold ring') };
    expect(of(talk, first, last)).toEqual([7_000, 'order', 'wants a gold ring']);
    const once = withWrapUps(twice, [talk, first])!;
    expect(withWrapUps(once, [talk, first])).toBeUndefined();
    expect(withWrapUps(once, [talk, first, last])).toBeDefined();
  });
});
