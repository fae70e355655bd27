import { describe, expect, it } from 'vitest';
import { alarmOf, QueueAlarms } from '../../../../src/console/alarm/alarms.ts';
import type { PublicEvent, QueueRow } from '../../../../src/console/api/types.ts';
import { FIRST_LIMITS } from '../../../../src/console/page/live/limits.ts';

const NOW = Date.parse('2026-10-10T04:00:00Z');
const told = (type: string, data: object) =>
  alarmOf({ seq: 1, id: 'e1', type, at: '2026-10-10T04:00:00.000Z', subject: '', data, v: 1 } as PublicEvent);

describe('alarms that the engine tells', () => {
  it('are of agents, talks, holds and nuisances', () => {
    const agent = { agent: '8001', reason: 'lunch', queue: null, callId: null };
    expect(told('agent.state', { ...agent, did: 'break-limit' })).toMatchObject({
      kind: 'break-limit',
      agent: '8001',
      at: NOW,
    });
    expect(told('agent.state', { ...agent, did: 'ready' })).toBeUndefined();
    const talk = { callId: 'c1', step: 'alarm sales', why: 'the talk lasts longer than 300 s' };
    expect(told('call.step', talk)).toMatchObject({ kind: 'talk', queue: 'sales', callId: 'c1', limit: 300 });
    expect(told('call.step', { ...talk, step: 'queue sales' })).toBeUndefined();
    expect(told('entity.changed', { kind: 'nuisance', did: 'create' })).toMatchObject({ kind: 'nuisance' });
  });
});

describe('alarms of queues', () => {
  const queue = (waiting: number, waitsSince: string | null = null) =>
    [{ name: 'sales', waiting, waitsSince }] as unknown as readonly QueueRow[];

  it('come once when the limit is reached, and go when it is clearly better', () => {
    const alarms = new QueueAlarms();
    const at = (waiting: number) => alarms.look(queue(waiting), FIRST_LIMITS, NOW);
    expect(at(9)).toEqual([]);
    const first = at(10);
    expect(first).toMatchObject([{ kind: 'queue-waiting', queue: 'sales', isOver: false }]);
    // Around the limit nothing comes and goes.
    expect(at(9.5)).toBe(first);
    expect(at(11)).toBe(first);
    expect(at(8)).toMatchObject([{ isOver: true }]);
    expect(at(12)).toMatchObject([{ isOver: true }, { isOver: false }]);
  });

  it('come of time alone, and go with who waited', () => {
    const alarms = new QueueAlarms();
    const since = new Date(NOW - 59_000).toISOString();
    expect(alarms.look(queue(1, since), FIRST_LIMITS, NOW)).toEqual([]);
    expect(alarms.look(queue(1, since), FIRST_LIMITS, NOW + 1000)).toMatchObject([{ kind: 'queue-longest' }]);
    expect(alarms.look(queue(0), FIRST_LIMITS, NOW + 2000)).toMatchObject([{ isOver: true }]);
  });
});
