import { expect, it } from 'vitest';
import { DigitMerge } from '../../../src/rtp/digit-merge.ts';

it('lets a press through once, whichever ways report it', () => {
  const merge = new DigitMerge();
  expect(merge.accepts('1', 'rfc4733', 0)).toBe(true);
  expect(merge.accepts('1', 'inband', 60)).toBe(false);
  expect(merge.accepts('1', 'info', 90)).toBe(false);
});

it('keeps two quick presses of one key apart', () => {
  const merge = new DigitMerge();
  expect(merge.accepts('1', 'inband', 0)).toBe(true);
  expect(merge.accepts('1', 'rfc4733', 50)).toBe(false);
  expect(merge.accepts('1', 'inband', 160)).toBe(true);
  expect(merge.accepts('1', 'rfc4733', 210)).toBe(false);
  expect(merge.accepts('2', 'rfc4733', 300)).toBe(true);
});

it('takes the same digit later for a new press', () => {
  const merge = new DigitMerge();
  expect(merge.accepts('5', 'info', 0)).toBe(true);
  expect(merge.accepts('5', 'rfc4733', 1000)).toBe(true);
});
