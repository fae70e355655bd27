import { expect, it } from 'vitest';
import { type CounterStep, IntervalError, periodsOf } from '../../../src/metric/counter-query.ts';
import { PbxError } from '../../../src/shared/errors.ts';

const periods = (step: CounterStep, zone: string, from: string, to: string) =>
  periodsOf({ step, zone, from: Date.parse(from), to: Date.parse(to) }).map((at) =>
    new Date(at).toISOString(),
  );

it('cuts days and months where the company has midnight, the first one where the report begins', () => {
  expect(periods('day', 'Asia/Shanghai', '2026-10-01T00:00Z', '2026-10-02T16:00Z')).toEqual([
    '2026-10-01T00:00:00.000Z',
    '2026-10-01T16:00:00.000Z',
  ]);
  expect(periods('month', 'Asia/Shanghai', '2026-11-30T16:00Z', '2027-02-01T00:00Z')).toEqual([
    '2026-11-30T16:00:00.000Z',
    '2026-12-31T16:00:00.000Z',
    '2027-01-31T16:00:00.000Z',
  ]);
});

it('cuts hours where the clock on the wall strikes', () => {
  expect(periods('hour', 'Asia/Kathmandu', '2026-10-01T00:00Z', '2026-10-01T02:00Z')).toEqual([
    '2026-10-01T00:00:00.000Z',
    '2026-10-01T00:15:00.000Z',
    '2026-10-01T01:15:00.000Z',
  ]);
});

it('gives a day on which the clock is set 23 or 25 hours', () => {
  const days = periods('day', 'America/New_York', '2026-03-08T05:00Z', '2026-03-10T04:00Z');
  expect(days).toEqual(['2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z']);
  expect(periods('hour', 'America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z')).toHaveLength(25);
});

it('knows nothing of a part of a quarter of an hour, and has no period in no time', () => {
  const half = { step: 'all', zone: 'Asia/Shanghai', from: 450_000, to: 900_000 } as const;
  expect(() => periodsOf(half)).toThrow(IntervalError);
  expect(periodsOf({ ...half, from: 900_000 })).toEqual([]);
});

it('stops where it has more than somebody takes, however long the time is', () => {
  const ages = { zone: 'Asia/Shanghai', from: 0, to: Date.UTC(9999, 0) } as const;
  expect(periodsOf({ ...ages, step: 'quarter' }, 9000)).toHaveLength(9001);
  expect(periodsOf({ ...ages, step: 'day' }, 3)).toHaveLength(4);
  expect(periodsOf({ ...ages, step: 'all' }, 3)).toEqual([0]);
  expect(() => periodsOf({ ...ages, to: Date.UTC(9999, 1), step: 'day' }, 3)).toThrow(PbxError);
});
