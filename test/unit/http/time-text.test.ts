import { expect, it } from 'vitest';
import { parseTime } from '../../../src/http/time-text.ts';

it('takes times that can be written back, and no other', () => {
  expect(parseTime('until', '9999-12-31T23:59:59+08:00')).toBe(Date.UTC(9999, 11, 31, 15, 59, 59));
  expect(parseTime('until', '1759248000000')).toBe(1_759_248_000_000);
  for (const text of ['9999999999999999', '253402300800000', '2026-10-01', '2026-13-01T00:00:00Z'])
    expect(() => parseTime('until', text)).toThrow('until must be a time');
});
