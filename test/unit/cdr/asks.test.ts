import { describe, expect, it } from 'vitest';
import type { AskEnding } from '../../../src/call/call-events.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { CallScript } from '../../support/call-events.ts';

const arrived = () => new CallScript('c1').arrive().after(1_000);
const ask = (script: CallScript, queue = 'sales') =>
  script.emit('asked', { queue, priority: 0 }).emit('segment', { kind: 'queue', owner: queue }).after(10_000);
const leave = (script: CallScript, ending: AskEnding, queue = 'sales') =>
  script.emit('askEnded', { queue, ending, agent: ending === 'answered' ? '8001' : '' });
const rings = (script: CallScript) => script.emit('segment', { kind: 'ring', owner: '8001' }).after(3_000);
const asksOf = (script: CallScript) => projectCdr(script.end().events)!.asks;

describe('what queues were asked', () => {
  it.each([
    ['timeout', 'overflow_timeout'],
    ['full', 'overflow_full'],
    ['no-agents', 'overflow_no_agent'],
    ['closed', 'overflow_no_agent'],
    ['key', 'left_by_key'],
  ] as const)('ends with %s as %s', (ending, outcome) => {
    const [only] = asksOf(leave(ask(arrived()), ending).after(5_000));
    expect(only).toMatchObject({
      queue: 'sales',
      startMs: 1_000,
      waitMs: 10_000,
      outcome,
      ending,
      agent: null,
    });
  });

  it('tells giving up in line from giving up while an agent rings', () => {
    expect(asksOf(ask(arrived()))).toMatchObject([
      { outcome: 'abandoned_queue', ending: null, waitMs: 10_000 },
    ]);
    expect(asksOf(rings(ask(arrived())))).toMatchObject([{ outcome: 'abandoned_ring', waitMs: 13_000 }]);
  });

  it('waits until the agent answers, and longer when he hangs up before the talk', () => {
    const served = rings(ask(arrived())).rung('8001', 'answered', 3_000).after(4_000);
    expect(asksOf(leave(served, 'answered'))).toMatchObject([
      { outcome: 'answered', waitMs: 13_000, agent: '8001', ending: 'answered' },
    ]);
    const left = rings(ask(arrived())).rung('8001', 'answered', 3_000).after(4_000);
    left.emit('segment', { kind: 'queue', owner: 'sales' }).after(1_000);
    expect(asksOf(left)).toMatchObject([{ outcome: 'abandoned_queue', waitMs: 18_000 }]);
  });

  it('is answered when the caller hangs up while the work number is read to him', () => {
    const script = rings(ask(arrived())).rung('8001', 'answered', 3_000).after(1_500);
    expect(asksOf(script)).toMatchObject([{ outcome: 'answered', ending: null, waitMs: 13_000 }]);
  });

  it('overflows into the next queue, which names the one before', () => {
    const script = ask(leave(ask(arrived()), 'timeout'), 'service');
    expect(asksOf(script)).toMatchObject([
      { queue: 'sales', outcome: 'overflow_timeout', previous: null },
      { queue: 'service', outcome: 'abandoned_queue', previous: 0, startMs: 11_000 },
    ]);
  });

  it('is one a call and queue: who comes back unserved waits on, who was served was', () => {
    const back = ask(leave(ask(arrived()), 'timeout').after(2_000));
    expect(asksOf(back)).toMatchObject([{ outcome: 'abandoned_queue', waitMs: 20_000, startMs: 1_000 }]);
    const again = ask(leave(ask(arrived()), 'answered').after(2_000));
    expect(asksOf(again)).toMatchObject([{ outcome: 'answered', waitMs: 10_000 }]);
  });

  it('becomes a call back or a message by what the caller does next', () => {
    const promised = leave(ask(arrived()), 'key').emit('callbackPromised', { queue: 'sales', number: '1' });
    expect(asksOf(promised)).toMatchObject([{ outcome: 'callback', ending: 'key' }]);
    const message = leave(ask(arrived()), 'timeout').emit('segment', { kind: 'voicemail', owner: 'box' });
    expect(asksOf(message)).toMatchObject([{ outcome: 'to_voicemail', ending: 'timeout' }]);
    const served = leave(ask(arrived()), 'answered').emit('segment', { kind: 'voicemail', owner: 'box' });
    expect(asksOf(served)).toMatchObject([{ outcome: 'answered' }]);
  });
});
