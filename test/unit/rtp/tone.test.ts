import { describe, expect, it } from 'vitest';
import { powerShare, strongestTone } from '../../../src/rtp/goertzel.ts';
import { dtmfTone, levelDbm0, renderTone, TONES } from '../../../src/rtp/tone.ts';

describe('call-progress tones (GB/T 3380)', () => {
  it.each([
    ['dial', 1000, 0],
    ['ringback', 1000, 4000],
    ['busy', 350, 350],
    ['congestion', 700, 700],
  ] as const)('%s is 450 Hz, %i ms on, %i ms off', (name, onMs, offMs) => {
    const samples = renderTone(TONES[name]);
    expect(samples.length).toBe((onMs + offMs) * 8);
    const tone = samples.subarray(0, onMs * 8);
    expect(strongestTone(tone).hz).toBe(450);
    expect(powerShare(tone, 450)).toBeGreaterThan(0.99);
    expect(levelDbm0(tone)).toBeCloseTo(-10, 1);
    expect(samples.subarray(onMs * 8).every((sample) => sample === 0)).toBe(true);
  });

  it('repeats the dial tone without a click', () => {
    const samples = renderTone(TONES.dial);
    const step = Math.abs(samples[0]! - samples.at(-1)!);
    const largest = Math.max(...samples.slice(1).map((sample, index) => Math.abs(sample - samples[index]!)));
    expect(step).toBeLessThanOrEqual(largest);
  });
});

describe('DTMF (Q.23)', () => {
  it.each([
    ['1', 697, 1209],
    ['5', 770, 1336],
    ['9', 852, 1477],
    ['0', 941, 1336],
    ['*', 941, 1209],
    ['#', 941, 1477],
    ['d', 941, 1633],
  ])('%s is %i and %i Hz', (digit, row, column) => {
    const samples = renderTone(dtmfTone(digit, 100, 50));
    expect(samples.length).toBe(150 * 8);
    const tone = samples.subarray(0, 800);
    expect(powerShare(tone, row)).toBeCloseTo(0.5, 1);
    expect(powerShare(tone, column)).toBeCloseTo(0.5, 1);
  });

  it('refuses what is no digit', () => {
    expect(() => dtmfTone('x')).toThrow(RangeError);
    expect(() => dtmfTone('12')).toThrow(RangeError);
  });
});

it('finds no tone in silence', () => {
  expect(strongestTone(new Int16Array(800))).toEqual({ hz: 0, share: 0 });
});
