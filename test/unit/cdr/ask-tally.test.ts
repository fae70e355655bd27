import { expect, it } from 'vitest';
import type { CallEvent } from '../../../src/call/call-events.ts';
import { AskTally } from '../../../src/cdr/ask-tally.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { CallScript, sampleCall } from '../../support/call-events.ts';

const waits = (script: CallScript, queue: string, ms: number) =>
  script.emit('asked', { queue, priority: 0 }).emit('segment', { kind: 'queue', owner: queue }).after(ms);
const answered = (script: CallScript, queue: string) =>
  script.rung('8001', 'answered', 1_000).emit('askEnded', { queue, ending: 'answered', agent: '8001' });

it('counts what became of asks when their calls are over, as the records have it', () => {
  const calls = [
    sampleCall('of-a', { tenantId: 'a' }),
    answered(waits(new CallScript('in-time').arrive(), 'sales', 20_000), 'sales').end(),
    answered(waits(new CallScript('late').arrive(), 'sales', 20_001), 'sales').end(),
    waits(new CallScript('gave-up').arrive(), 'sales', 5_000).end(),
    waits(
      waits(new CallScript('two').arrive(), 'sales', 5_000).emit('askEnded', {
        queue: 'sales',
        ending: 'timeout',
        agent: '',
      }),
      'service',
      9,
    ).end(),
    waits(new CallScript('waits-still').arrive(), 'sales', 5_000),
    new CallScript('asks-nobody').arrive().end(),
  ];
  const tally = new AskTally(20_000);
  const kept: CallEvent[] = [];
  const journal = tally.beside({ append: (event) => kept.push(event), durable: () => undefined });
  for (const { events } of calls) for (const event of events) journal.append(event);

  expect(kept).toEqual(calls.flatMap(({ events }) => events));
  const of = (tenant: string, queue: string) =>
    tally.totals.find((each) => each.tenant === tenant && each.queue === queue);
  expect(of('demo', 'sales')).toMatchObject({ asks: 4, answered: 2, inTime: 1, abandoned: 1 });
  expect(of('demo', 'service')).toMatchObject({ asks: 1, answered: 0, inTime: 0, abandoned: 1 });
  const [ask] = projectCdr(calls[0]!.events)!.asks;
  expect(of('a', ask!.queue)).toMatchObject({ asks: 1, answered: 1, abandoned: 0 });
});
