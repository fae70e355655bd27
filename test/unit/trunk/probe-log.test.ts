import { expect, it } from 'vitest';
import { ProbeLog } from '../../../src/trunk/probe-log.ts';

const QUARTER = 900_000;
const START = Date.UTC(2026, 9, 10);

it('tells the quarters of a day: in time, late, not at all', () => {
  const log = new ProbeLog();
  expect(log.quarters(START)).toEqual([]);
  for (const [at, tookMs, status] of [
    [0, 12, 200],
    [30, 500, 404],
    [60, 501, 200],
    [90, 5000, 0],
    [120, 3, 503],
    [900, 32_000, 408],
  ] as const)
    log.add(START + at * 1000, tookMs, status);
  expect(log.quarters(START + QUARTER)).toEqual([
    { at: START, answered: 2, late: 1, failed: 2, averageMs: (12 + 500 + 501) / 3, longestMs: 501 },
    { at: START + QUARTER, answered: 0, late: 0, failed: 1, averageMs: undefined, longestMs: undefined },
  ]);
  expect([...log.newest(START + QUARTER, 2)]).toEqual([
    { at: START + QUARTER, tookMs: 32_000, status: 408 },
    { at: START + 120_000, tookMs: 3, status: 503 },
  ]);
});

it('holds a day, and no more answers than it has room for', () => {
  const log = new ProbeLog();
  for (let probe = 0; probe < 3000; probe++) log.add(START + probe * 30_000, 70_000, 200);
  const now = START + 2999 * 30_000;
  const all = [...log.newest(now)];
  expect(all).toHaveLength(2880);
  expect(all[0]).toEqual({ at: now, tookMs: 65_535, status: 200 });
  expect([...log.newest(now + 86_400_000)]).toHaveLength(1);
  expect(log.quarters(now + 2 * 86_400_000)).toEqual([]);
});
