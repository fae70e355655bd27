import { describe, expect, it } from 'vitest';
import { heldRows } from '../../../../src/console/page/live/held.ts';

const rows = ['8001', '8002', '8003'].map((agent) => ({ agent, state: 'ready' }));
const keyOf = ({ agent }: { readonly agent: string }) => agent;
const shownOf = (shown: readonly (typeof rows)[number][]) => new Map(shown.map((row) => [keyOf(row), row]));

describe('rows as they are shown', () => {
  it('are the same objects where nothing has changed, so that nothing is drawn anew for it', () => {
    const before = heldRows(rows, keyOf, undefined).rows;
    const changed = rows.with(1, { agent: '8002', state: 'busy' });
    const after = heldRows(changed, keyOf, undefined).rows;
    expect(after.map((held, place) => held === before[place])).toEqual([true, false, true]);
    expect(after[1]).toEqual({ row: changed[1], isGone: false });
  });

  it('stay where they are while they are held: who is gone is shown so, and who is new is counted', () => {
    const now = [{ agent: '8004', state: 'ready' }, rows[2]!, { agent: '8001', state: 'busy' }];
    const held = heldRows(now, keyOf, shownOf(rows));
    expect(held.fresh).toBe(1);
    expect(held.rows.map(({ row, isGone }) => [row.agent, row.state, isGone])).toEqual([
      ['8001', 'busy', false],
      ['8002', 'ready', true],
      ['8003', 'ready', false],
    ]);
    const again = heldRows(now, keyOf, shownOf(rows));
    expect(again.rows.every((row, place) => row === held.rows[place])).toBe(true);
    expect(heldRows(rows, keyOf, undefined).rows[1]).toEqual({ row: rows[1], isGone: false });
  });
});
