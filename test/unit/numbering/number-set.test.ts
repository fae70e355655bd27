import { describe, expect, it } from 'vitest';
import { NumberSet } from '../../../src/numbering/number-set.ts';
import { NumberTable, numberKey } from '../../../src/numbering/number-table.ts';

const mobile = (index: number) => `139${String(index).padStart(8, '0')}`;

describe('a set of numbers', () => {
  it('keeps each with its term, reason and owner, also when it stands in many tables', () => {
    const set = new NumberSet();
    const COUNT = 20_000;
    for (let index = 0; index < COUNT; index++) {
      const term = { untilMs: index % 3 === 0 ? 5000 : undefined, reason: `r${index % 4}`, owner: '8001' };
      expect(set.add(mobile(index), index % 2 === 0 ? term : undefined)).toBe(true);
    }
    expect(set.size).toBe(COUNT);
    for (let index = 0; index < COUNT; index++) {
      const isWhole = index % 2 === 0;
      const found = { reason: isWhole ? `r${index % 4}` : undefined, owner: isWhole ? '8001' : undefined };
      expect(set.find(mobile(index), 4999)).toEqual(found);
      expect(set.find(mobile(index), 5000)).toEqual(index % 6 === 0 ? undefined : found);
      expect(set.has(mobile(index))).toBe(true);
    }
    expect([set.has(mobile(COUNT)), set.has('+13900000000'), set.has('')]).toEqual([false, false, false]);
    for (let index = 0; index < COUNT; index += 2) expect(set.remove(mobile(index))).toBe(true);
    expect([set.size, set.has(mobile(0)), set.has(mobile(1)), set.remove(mobile(0))]).toEqual([
      ...[COUNT / 2, false, true, false],
    ]);
    expect(['', '1234567890123456', '12a'].map((each) => set.add(each))).toEqual([false, false, false]);
  });

  it('takes 17 MB a million', () => {
    const set = new NumberSet();
    for (let index = 0; index < 1_000_000; index++) set.add(mobile(index * 97));
    expect(set.size).toBe(1_000_000);
    expect(set.bytes / 1e6).toBeLessThan(18);
  });
});

describe('a table of numbers', () => {
  it('grows with what it holds, not with what it held', () => {
    const table = new NumberTable();
    for (let index = 0; index < 10_000; index++) {
      const key = numberKey(mobile(index));
      table.add(key);
      if (index >= 10) table.remove(numberKey(mobile(index - 10)));
    }
    expect(table.size).toBe(10);
    expect(table.bytes).toBeLessThan(1024);
    expect(table.find(numberKey(mobile(9_999)), 0)).toBeGreaterThanOrEqual(0);
  });
});
