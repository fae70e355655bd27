import { expect, it } from 'vitest';
import { BusyDetector } from '../../../src/rtp/busy-detector.ts';
import { renderTone, TONES } from '../../../src/rtp/tone.ts';
import { seededIds } from '../../../src/shared/ids.ts';

/** How often busy is heard in `seconds` of a sound that repeats, from sample `offset` of it on. */
function timesHeard(period: Int16Array, seconds: number, offset = 0): number {
  let heard = 0;
  const detector = new BusyDetector(() => heard++);
  const frame = new Int16Array(160);
  for (let at = offset; at < offset + seconds * 8000; at += 160) {
    for (let index = 0; index < 160; index++) frame[index] = period[(at + index) % period.length]!;
    detector.push(frame);
  }
  return heard;
}

it.each(['busy', 'congestion'] as const)('hears %s from any point of the cadence', (name) => {
  for (const offset of [0, 37, 1000, 2799, 3000]) {
    expect(timesHeard(renderTone(TONES[name]), 6, offset)).toBeGreaterThanOrEqual(1);
  }
});

it.each(['dial', 'ringback', 'beep'] as const)('does not take %s for busy', (name) => {
  expect(timesHeard(renderTone(TONES[name]), 30)).toBe(0);
});

it('does not take noise or silence for busy', () => {
  const { random } = seededIds(3);
  expect(
    timesHeard(
      Int16Array.from({ length: 8000 }, () => (random() - 0.5) * 20000),
      20,
    ),
  ).toBe(0);
  expect(timesHeard(new Int16Array(8000), 20)).toBe(0);
});
