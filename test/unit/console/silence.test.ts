import { describe, expect, it } from 'vitest';
import { behind, silencesOf } from '../../../src/console/kit/silence.ts';

/** Ten pieces of a second, by how loud each is. */
const channel = (...levels: readonly number[]) => ({ max: [...levels], min: levels.map((level) => -level) });

describe('silences of a recording', () => {
  it('are where no channel speaks for two seconds, less a margin at either end', () => {
    const caller = channel(40, 1, 0, 2, 3, 50, 0, 60, 0, 0);
    const agent = channel(0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    expect(silencesOf({ durationMs: 10_000, channels: [caller, agent] })).toEqual([
      { fromMs: 1_300, toMs: 4_700 },
      { fromMs: 8_300, toMs: 9_700 },
    ]);
  });

  it('are none while either speaks, or nothing is drawn', () => {
    const both = [channel(9, 0, 9, 0), channel(0, 9, 0, 9)];
    expect(silencesOf({ durationMs: 8_000, channels: both })).toEqual([]);
    expect(silencesOf({ durationMs: 8_000, channels: [] })).toEqual([]);
  });

  it('end where the next word begins', () => {
    const silences = [{ fromMs: 1_300, toMs: 4_700 }];
    expect(behind(silences, 1_299)).toBeUndefined();
    expect(behind(silences, 1_300)).toBe(4_700);
    expect(behind(silences, 4_700)).toBeUndefined();
  });
});
