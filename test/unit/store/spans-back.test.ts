import { expect, it } from 'vitest';
import { spansBack } from '../../../src/store/spans-back.ts';

const NEWEST = Date.parse('2026-11-30T10:00Z');
const months = (spans: ReturnType<typeof spansBack>) =>
  spans.map(({ from, to }) =>
    [from, to].map((at) => (at === undefined ? '' : new Date(at).toISOString().slice(0, 10))),
  );

it('covers all time without a gap, the newest first', () => {
  expect(months(spansBack({}, NEWEST))).toEqual([
    ['2026-10-01', ''],
    ['2025-10-01', '2026-10-01'],
    ['', '2025-10-01'],
  ]);
});

it('covers what is asked for and no more', () => {
  const [from, to] = [Date.parse('2026-08-05'), Date.parse('2026-11-20')];
  expect(months(spansBack({ from, to }, NEWEST))).toEqual([
    ['2026-10-01', '2026-11-20'],
    ['2026-08-05', '2026-10-01'],
  ]);
  expect(months(spansBack({ from: to }, NEWEST))).toEqual([['2026-11-20', '']]);
  expect(months(spansBack({ from }, Date.parse('2026-09-01')))).toEqual([['2026-08-05', '']]);
});
