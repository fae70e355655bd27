import { describe, expect, it } from 'vitest';
import { soundOf } from '../../../src/console/page/admin/prompts/sound-of.ts';

/** Ten pieces of 200 ms each, by their levels. */
const peaks = (...levels: readonly number[]) => ({
  durationMs: levels.length * 200,
  channels: [{ min: levels.map((level) => -level), max: levels }],
});

describe('what of a prompt is kept', () => {
  it('is from the first sound to the last, with a little around', () => {
    expect(soundOf(peaks(0, 1, 3, 40, 0, 90, 2, 0, 0, 1))).toEqual({ fromMs: 500, toMs: 1300 });
  });

  it('is all of it where there is hardly any silence, or nothing else', () => {
    expect(soundOf(peaks(0, 40, 40, 40, 0))).toEqual({ fromMs: 0, toMs: 1000 });
    expect(soundOf(peaks(0, 1, 2))).toEqual({ fromMs: 0, toMs: 600 });
    expect(soundOf({ durationMs: 0, channels: [] })).toEqual({ fromMs: 0, toMs: 0 });
  });
});
