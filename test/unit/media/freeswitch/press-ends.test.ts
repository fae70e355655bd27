import { expect, it } from 'vitest';
import { PressEnds } from '../../../../src/media/freeswitch/press-ends.ts';

/** Each end as key, length and time of its end, ms; the keys that are presses. */
function presses(...ends: [string, number, number][]): string {
  const seen = new PressEnds();
  return ends
    .filter((end) => seen.isNew(...end))
    .map(([digit]) => digit)
    .join('');
}

it('takes the three ends of one press for one', () => {
  expect(presses(['2', 100, 1000], ['2', 100, 1020], ['2', 100, 1040])).toBe('2');
  expect(presses(['2', 100, 1000], ['2', 100, 1050], ['2', 100, 1100])).toBe('2');
});

it('lets two presses of a key be two, however quick', () => {
  expect(presses(['2', 50, 1000], ['2', 50, 1090])).toBe('22');
  expect(presses(['2', 2000, 3000], ['2', 50, 3090])).toBe('22');
  expect(presses(['2', 100, 1000], ['2', 100, 1020], ['2', 100, 1140], ['2', 100, 1160])).toBe('22');
});

it('counts from the first end: the last one of a press may come late, and the next press in time', () => {
  expect(presses(['5', 100, 1000], ['5', 100, 1020], ['5', 100, 1055], ['5', 100, 1130])).toBe('55');
});

it('takes another key for another press', () => {
  expect(presses(['2', 100, 1000], ['5', 100, 1020], ['2', 100, 1040])).toBe('252');
});
