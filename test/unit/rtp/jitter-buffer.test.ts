import { describe, expect, it } from 'vitest';
import { encode, PCMA } from '../../../src/rtp/g711.ts';
import { powerShare } from '../../../src/rtp/goertzel.ts';
import { JitterBuffer } from '../../../src/rtp/jitter-buffer.ts';
import { addSines } from '../../../src/rtp/tone.ts';
import { seededIds } from '../../../src/shared/ids.ts';

const FRAME = 160;
const samples = new Int16Array(8000 * 20);
addSines(samples, [500], -10);
const codes = new Uint8Array(samples.length);
encode(PCMA, samples, 0, samples.length, codes, 0);

/** Puts `count` samples of the 500 Hz tone from sample `from` on. */
const put = (buffer: JitterBuffer, from: number, count = FRAME, base = 0) =>
  buffer.put(PCMA, codes, from, count, (base + from) | 0);

function take(buffer: JitterBuffer, frames: number): Int16Array {
  const out = new Int16Array(frames * FRAME);
  for (let frame = 0; frame < frames; frame++) buffer.take(out.subarray(frame * FRAME, (frame + 1) * FRAME));
  return out;
}

describe('JitterBuffer', () => {
  it('is silent before the first packet', () => {
    const out = new Int16Array(FRAME).fill(99);
    expect(new JitterBuffer().take(out)).toBe(false);
    expect(out.every((sample) => sample === 0)).toBe(true);
  });

  it.each([80, 160, 240, 480])('plays packets of %i samples without a gap, after its delay', (size) => {
    const buffer = new JitterBuffer({ initialMs: 60 });
    const out = new Int16Array(FRAME);
    const heard: number[] = [];
    let sent = 0;
    for (let frame = 0; frame < 100; frame++) {
      for (; sent + size <= (frame + 1) * FRAME; sent += size) put(buffer, sent, size, 0x7ffffff0);
      if (sent > 0) buffer.take(out);
      if (sent > 0) heard.push(...out);
    }
    expect(buffer.concealedSamples).toBeLessThanOrEqual(0);
    expect(powerShare(Int16Array.from(heard.slice(1600, 9600)), 500)).toBeGreaterThan(0.99);
  });

  it('sorts reordered packets and drops doubles', () => {
    const buffer = new JitterBuffer();
    for (const packet of [0, 2, 1, 1, 3, 2, 4]) put(buffer, packet * FRAME);
    const heard = take(buffer, 7).subarray(2 * FRAME);
    expect(heard.every((sample, index) => sample === PCMA.toLinear[codes[index]!])).toBe(true);
  });

  it('conceals a lost packet with the tone it belongs to', () => {
    const buffer = new JitterBuffer();
    for (const packet of [0, 1, 2, 4, 5]) put(buffer, packet * FRAME);
    const heard = take(buffer, 8).subarray(2 * FRAME);
    expect(buffer.concealedSamples).toBe(FRAME);
    expect(powerShare(heard.subarray(3 * FRAME, 4 * FRAME), 500)).toBeGreaterThan(0.95);
    expect(powerShare(heard, 500)).toBeGreaterThan(0.95);
  });

  it('grows its delay by what came late and shrinks it when that is over', () => {
    const buffer = new JitterBuffer({ initialMs: 20 });
    const { random } = seededIds(5);
    const out = new Int16Array(FRAME);
    const arrivals: { at: number; packet: number }[] = [];
    for (let packet = 0; packet < 900; packet++) {
      const lateMs = packet < 300 ? random() * 100 : random() * 4;
      arrivals.push({ at: packet * 20 + lateMs, packet });
    }
    arrivals.sort((a, b) => a.at - b.at);
    let concealedAfterLearning = 0;
    let delayWhileRough = 0;
    let delayAfter = 0;
    for (let frame = 0; frame < 900; frame++) {
      while (arrivals[0] && arrivals[0].at <= frame * 20) put(buffer, arrivals.shift()!.packet * FRAME);
      if (frame === 100) concealedAfterLearning = buffer.concealedSamples;
      if (frame === 299) {
        concealedAfterLearning = buffer.concealedSamples - concealedAfterLearning;
        delayWhileRough = buffer.delayMs;
      }
      if (frame === 400) delayAfter = buffer.delayMs;
      buffer.take(out);
    }
    expect(concealedAfterLearning).toBeLessThan(4 * FRAME);
    expect(delayWhileRough).toBeGreaterThan(40);
    expect(buffer.delayMs).toBeLessThanOrEqual(delayAfter - 40);
  });

  it('starts anew when the timestamps jump', () => {
    const buffer = new JitterBuffer();
    put(buffer, 0);
    take(buffer, 5);
    put(buffer, 0, FRAME, 1_000_000);
    put(buffer, FRAME, FRAME, 1_000_000);
    expect(powerShare(take(buffer, 4).subarray(2 * FRAME), 500)).toBeGreaterThan(0.95);
  });

  it('plays comfort noise at its level until audio comes back', () => {
    const buffer = new JitterBuffer();
    put(buffer, 0);
    buffer.putNoise(50);
    const noise = take(buffer, 20).subarray(5 * FRAME);
    const rms = Math.sqrt(noise.reduce((sum, sample) => sum + sample * sample, 0) / noise.length);
    expect(20 * Math.log10(rms / 32767)).toBeCloseTo(-50, 0);
    for (let packet = 100; packet < 104; packet++) put(buffer, packet * FRAME);
    expect(powerShare(take(buffer, 6).subarray(2 * FRAME, 6 * FRAME), 500)).toBeGreaterThan(0.9);
  });

  it('falls silent, not into endless repetition, when the stream stops', () => {
    const buffer = new JitterBuffer();
    for (let packet = 0; packet < 5; packet++) put(buffer, packet * FRAME);
    const tail = take(buffer, 60).subarray(12 * FRAME);
    expect(tail.every((sample) => sample === 0)).toBe(true);
  });
});
