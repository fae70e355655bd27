import { expect, it } from 'vitest';
import { AFTER_ALL, BEFORE_ALL, monthNamed, monthOf } from '../../../src/store/month.ts';

const at = (text: string) => Date.parse(text);

it('finds the month of a time, in UTC', () => {
  expect(monthOf(at('2026-11-30T23:59:59.999Z'))).toEqual({
    name: '2026_11',
    from: at('2026-11-01T00:00:00Z'),
    to: at('2026-12-01T00:00:00Z'),
  });
  expect(monthOf(at('2026-12-01T00:00:00Z'))).toMatchObject({
    name: '2026_12',
    to: at('2027-01-01T00:00:00Z'),
  });
});

it('has a place for what no clock should say', () => {
  for (const early of [Number.MIN_SAFE_INTEGER, 0, BEFORE_ALL.to! - 1])
    expect(monthOf(early)).toBe(BEFORE_ALL);
  for (const late of [AFTER_ALL.from!, Number.MAX_SAFE_INTEGER]) expect(monthOf(late)).toBe(AFTER_ALL);
  expect([monthOf(BEFORE_ALL.to!).from, monthOf(AFTER_ALL.from! - 1).to]).toEqual([
    BEFORE_ALL.to,
    AFTER_ALL.from,
  ]);
});

it('knows a month by its name, and no other table', () => {
  expect(monthNamed('2026_02')).toEqual(monthOf(at('2026-02-14T12:00:00Z')));
  expect([BEFORE_ALL.name, AFTER_ALL.name, 'other', ''].map(monthNamed)).toEqual(Array(4).fill(undefined));
});
