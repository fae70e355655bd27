import { expect, it } from 'vitest';
import { Peaks } from '../../../src/shared/peaks.ts';
import { peakDays } from '../../../src/trunk-board.ts';

const QUARTER = 900_000;
/** 2026-10-09T16:00Z: midnight in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 9, 9, 16);

function counted(now = MIDNIGHT) {
  const clock = { at: now, now: () => clock.at };
  return { clock, peaks: new Peaks(clock) };
}

it('keeps the most of each quarter, and one that began with calls has those', () => {
  const { clock, peaks } = counted();
  for (const now of [1, 2, 3, 2]) peaks.set(now);
  clock.at += 3 * QUARTER;
  peaks.set(0);
  clock.at += 2 * QUARTER;
  expect(peaks.quarters()).toEqual([
    { at: MIDNIGHT, most: 3 },
    ...[1, 2, 3].map((quarter) => ({ at: MIDNIGHT + quarter * QUARTER, most: 2 })),
  ]);
  expect(peaks.since).toBe(MIDNIGHT);
});

it('forgets what is older than eight days, also when nothing was said for longer', () => {
  const { clock, peaks } = counted();
  peaks.set(9);
  peaks.set(0);
  clock.at += 8 * 96 * QUARTER - 1;
  expect(peaks.quarters()).toEqual([{ at: MIDNIGHT, most: 9 }]);
  clock.at += 1;
  expect(peaks.quarters()).toEqual([]);
  peaks.set(4);
  clock.at += 30 * 96 * QUARTER;
  expect(peaks.quarters()).toHaveLength(8 * 96);
  expect(peaks.quarters().every(({ most }) => most === 4)).toBe(true);
});

it('goes on where the clock was set back', () => {
  const { clock, peaks } = counted();
  peaks.set(1);
  clock.at -= 5 * QUARTER;
  peaks.set(7);
  expect(peaks.quarters()).toEqual([{ at: MIDNIGHT, most: 7 }]);
});

it("tells the highest quarter of each day of the zone's", () => {
  const quarters = [
    { at: MIDNIGHT - QUARTER, most: 5 },
    { at: MIDNIGHT, most: 2 },
    { at: MIDNIGHT + QUARTER, most: 4 },
    { at: MIDNIGHT + 2 * QUARTER, most: 4 },
  ];
  expect(peakDays(quarters, 'Asia/Shanghai')).toEqual([
    { date: '2026-10-10', most: 4, at: '2026-10-09T16:15:00.000Z' },
    { date: '2026-10-09', most: 5, at: '2026-10-09T15:45:00.000Z' },
  ]);
});
