import { describe, expect, it } from 'vitest';
import { RecentLeavers } from '../../../../src/acd/core/recent-leavers.ts';

const ALICE = '13800138000';

describe('who left a line a short while ago', () => {
  it('has his place again, once', () => {
    const left = new RecentLeavers();
    left.remember(ALICE, 1_000, 60_000);
    expect(left.takeBack(ALICE, 100_000)).toEqual({ since: 1_000, at: 60_000 });
    expect(left.takeBack(ALICE, 100_000)).toBeUndefined();
  });

  it('has it for two minutes, or as long as the queue says', () => {
    const left = new RecentLeavers();
    left.remember(ALICE, 1_000, 60_000);
    expect(left.takeBack(ALICE, 180_000)).toBeUndefined();
    left.remember(ALICE, 1_000, 60_000, 300_000);
    expect(left.takeBack(ALICE, 359_999, 300_000)).toMatchObject({ since: 1_000 });
    left.remember(ALICE, 1_000, 60_000, 0);
    expect(left.takeBack(ALICE, 60_000, 0)).toBeUndefined();
  });

  it('is nobody who withholds his number', () => {
    const left = new RecentLeavers();
    left.remember('', 1_000, 60_000);
    expect(left.takeBack('', 60_001)).toBeUndefined();
  });
});
