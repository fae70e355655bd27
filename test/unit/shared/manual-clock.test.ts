import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

describe('ManualClock', () => {
  it('fires in order of time, then of creation, and settles promises between', async () => {
    const clock = new ManualClock(1_000);
    const log: string[] = [];
    clock.after(20, () => log.push(`b${clock.now()}`));
    clock.after(10, () => {
      log.push(`a${clock.now()}`);
      void Promise.resolve().then(() => clock.after(5, () => log.push(`c${clock.now()}`)));
    });
    clock.after(20, () => log.push('d'));
    await clock.advance(20);
    expect(log).toEqual(['a1010', 'c1015', 'b1020', 'd']);
    expect(clock.pending).toBe(0);
  });

  it('repeats until cancelled, also from within', async () => {
    const clock = new ManualClock();
    let count = 0;
    const timer = clock.every(10, () => {
      count += 1;
      if (count === 3) timer.cancel();
    });
    await clock.advance(1_000);
    expect(count).toBe(3);
    expect(clock.pending).toBe(0);
  });
});
