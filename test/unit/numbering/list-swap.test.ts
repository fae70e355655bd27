import { threadCpuUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import { NumberLists } from '../../../src/numbering/number-list.ts';

const list = (numbers: readonly string[]) => ({ tenant: 'a', name: 'vip', numbers, prefixes: [] });
const mobiles = (count: number) =>
  Array.from({ length: count }, (_, index) => `139${String(index).padStart(8, '0')}`);

describe('a list that is replaced', () => {
  it('is there at once when it is short', () => {
    const lists = new NumberLists([list(['13800138000'])]);
    void lists.replace(list(['13900139000']));
    expect(lists.get('a', 'vip')?.find('13800138000', 0)).toBeUndefined();
    expect(lists.get('a', 'vip')?.find('13900139000', 0)).toBeDefined();
  });

  it('serves until the new one is whole; the last change wins', async () => {
    const lists = new NumberLists([list(['13800138000'])]);
    const first = lists.replace(list(mobiles(10_000)));
    expect(lists.get('a', 'vip')?.find('13800138000', 0)).toBeDefined();
    const second = lists.replace(list(mobiles(5_000)));
    await Promise.all([first, second]);
    expect(lists.get('a', 'vip')?.size).toBe(5_000);
    const third = lists.replace(list(mobiles(10_000)));
    lists.remove('a', 'vip');
    await third;
    expect(lists.get('a', 'vip')).toBeUndefined();
  });

  // The goal is 5 ms of the thread's own CPU time in one turn. A collection of garbage, which is the million strings of the
  // test's own, may fall into single ones: the bound is for 99 of 100.
  it('of a million numbers leaves the loop its turns', async () => {
    const numbers = mobiles(1_000_000);
    const lists = new NumberLists();
    const turns: number[] = [];
    let last = threadCpuUsage();
    let isOver = false;
    const watch = () => {
      const { user, system } = threadCpuUsage(last);
      turns.push((user + system) / 1000);
      last = threadCpuUsage();
      if (!isOver) setImmediate(watch);
    };
    setImmediate(watch);
    await lists.replace(list(numbers));
    isOver = true;
    expect(lists.get('a', 'vip')?.size).toBe(1_000_000);
    const sorted = turns.toSorted((one, other) => one - other);
    expect(turns.length).toBeGreaterThan(1900);
    expect(sorted[Math.floor(sorted.length * 0.99)]).toBeLessThan(5);
  });
});
