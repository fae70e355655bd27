import { describe, expect, it } from 'vitest';
import { heldRows } from '../../../../src/console/page/live/held.ts';
import { levelOf, steadyLevel } from '../../../../src/console/page/live/limits.ts';

describe('levels', () => {
  it('are reached at their limit, upwards or downwards', () => {
    expect([4, 5, 9, 10].map((value) => levelOf(value, [5, 10]))).toEqual(['plain', 'amber', 'amber', 'red']);
    expect([1, 0.8, 0.79, 0.59].map((value) => levelOf(value, [0.8, 0.6]))).toEqual([
      'plain',
      'plain',
      'amber',
      'red',
    ]);
  });

  it('are left only when it is clearly better, so that an alarm does not come and go', () => {
    let level = steadyLevel(10, [5, 10], 'plain');
    const seen = [9.5, 10, 9.2, 8.9, 4.8, 4.4].map((value) => {
      level = steadyLevel(value, [5, 10], level);
      return level;
    });
    expect(seen).toEqual(['red', 'red', 'red', 'amber', 'amber', 'plain']);
    expect(steadyLevel(0.62, [0.8, 0.6], 'red')).toBe('red');
    expect(steadyLevel(0.67, [0.8, 0.6], 'red')).toBe('amber');
  });
});

describe('rows that somebody looks at', () => {
  const keyOf = ({ id }: { id: string }) => id;
  const rows = (...ids: string[]) => ids.map((id) => ({ id, at: ids.length }));

  it('stay where they are, whatever comes, goes or changes places; what is in them changes', () => {
    const shown = new Map(rows('a', 'b', 'c').map((row) => [row.id, row]));
    const held = heldRows(rows('d', 'c', 'a', 'e'), keyOf, shown);
    expect(held.rows).toEqual([
      { row: { id: 'a', at: 4 }, isGone: false },
      { row: { id: 'b', at: 3 }, isGone: true },
      { row: { id: 'c', at: 4 }, isGone: false },
    ]);
    expect(held.fresh).toBe(2);
  });

  it('come in their order as soon as nobody does', () => {
    const held = heldRows(rows('d', 'c'), keyOf, undefined);
    expect(held.rows.map(({ row }) => row.id)).toEqual(['d', 'c']);
    expect(held.fresh).toBe(0);
  });
});
