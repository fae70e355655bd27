import { describe, expect, it } from 'vitest';
import { DURATION_PATTERN, parseDuration } from '../../../src/config/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['15s', 15_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(new RegExp(DURATION_PATTERN).test(text)).toBe(true);
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '15', 's', '15 s', '-1s', '1d', '15S', '1e3s'])('refuses %j', (text) => {
    expect(new RegExp(DURATION_PATTERN).test(text)).toBe(false);
  });
});
