import { beforeEach, expect, it } from 'vitest';
import type { CallEvent } from '../../../src/call/call-events.ts';
import { RunningCalls } from '../../../src/cdr/running-calls.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';

let kept: CallEvent[];
/** Place up to which the database has what was told. */
let stored: number;
let asked: number;
let running: RunningCalls;

beforeEach(() => {
  kept = [];
  stored = 0;
  asked = 0;
  const journal = { append: (event: CallEvent) => kept.push(event), durable: () => undefined };
  running = new RunningCalls(journal, (place) => {
    asked++;
    return place <= stored;
  });
});

const tell = ({ events }: CallScript) => {
  for (const event of events) running.append(event);
};
const whole = (id: string, lastsMs = 5000) => new CallScript(id).arrive().after(lastsMs).end();

it('a call is known from its arrival on, and until its record is stored after its end', () => {
  const script = new CallScript('c1').arrive();
  running.append(script.events[0]!);
  expect(running.record('c1', MONDAY_10 + 3000)).toMatchObject({ callId: 'c1', durationMs: 3000 });
  expect(running.list('demo').map(({ callId }) => callId)).toEqual(['c1']);
  running.append(script.after(5000).end({ cause: 'rejected', q850: 21 }).events[1]!);
  // Its time stands.
  expect(running.record('c1', MONDAY_10 + 60_000)).toMatchObject({ durationMs: 5000, cause: 'rejected' });
  expect(running.list(undefined)).toEqual([]);
  stored = 1;
  expect(running.record('c1', MONDAY_10 + 60_000)).toBeDefined();
  stored = 2;
  expect(running.record('c1', MONDAY_10 + 60_000)).toBeUndefined();
  expect(kept.map(({ type }) => type)).toEqual(['arrived', 'ended']);
});

it('those that are stored are let go of as others end, with one question each', () => {
  for (let call = 1; call <= 100; call++) tell(whole(`c${call}`));
  stored = 150;
  asked = 0;
  tell(whole('c101'));
  // 75 that are stored, and the first that is not.
  expect(asked).toBe(76);
  stored = 0;
  expect([75, 76, 101].map((call) => running.record(`c${call}`, 0)?.callId)).toEqual([
    ...[undefined, 'c76', 'c101'],
  ]);
});

it('while the database is away no more are known than 2,000, the last ones', () => {
  for (let call = 1; call <= 2500; call++) tell(whole(`c${call}`));
  expect([1, 500, 501, 2500].map((call) => running.record(`c${call}`, 0)?.callId)).toEqual([
    ...[undefined, undefined, 'c501', 'c2500'],
  ]);
});

it('what is told after the end, or of no call, is for the journal alone', () => {
  tell(whole('c1'));
  const [arrived, ended] = whole('c2').events;
  running.append(ended!);
  expect(running.record('c2', 0)).toBeUndefined();
  running.append(arrived!);
  expect(running.record('c2', MONDAY_10)).toMatchObject({ callId: 'c2' });
  expect(kept).toHaveLength(4);
});
