import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { heard, toneMs } from '../../support/hearing.ts';
import { decodeALaw, encodeALaw } from '../../support/tones.ts';
import { readWav } from '../../support/wav.ts';

const prompt = (name: string) => readWav(resolve(`media/prompts/zh-CN/${name}.wav`)).channels[0]!;

/** What an A-law line makes of `parts`, quieter by half, with every 37th packet of 20 ms lost. */
function overTheLine(...parts: Int16Array[]): Int16Array {
  const line = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    line.set(part, at);
    at += part.length;
  }
  return line.map((sample, index) =>
    Math.floor(index / 160) % 37 === 36 ? 0 : decodeALaw(encodeALaw(Math.round(sample / 2))),
  );
}

const tone = (frequency: number, ms: number) =>
  Int16Array.from(
    { length: ms * 8 },
    (_, index) => 8000 * Math.sin((2 * Math.PI * frequency * index) / 8000),
  );

describe('heard', () => {
  const silence = new Int16Array(4321);
  it('finds every prompt at its place, and only that one', () => {
    const audio = overTheLine(silence, prompt('welcome'), prompt('main-menu'));
    expect(heard(prompt('welcome'), audio)?.atMs).toBeCloseTo(540, -1);
    expect(heard(prompt('main-menu'), audio)?.atMs).toBeCloseTo(540 + 4255, -1);
    for (const other of ['closed', 'survey-three-keys', 'voicemail-greeting', 'goodbye', 'busy-agents']) {
      expect(heard(prompt(other), audio), other).toBeUndefined();
    }
  });

  it('finds a work number read by digits', () => {
    const parts = ['agent-prefix', 'digit-8', 'digit-0', 'digit-0', 'digit-2', 'agent-suffix'].map(prompt);
    const whole = overTheLine(...parts);
    const audio = overTheLine(silence, ...parts, silence);
    expect(heard(whole, audio)?.share).toBeGreaterThan(0.8);
    const other = ['agent-prefix', 'digit-8', 'digit-0', 'digit-0', 'digit-yao', 'agent-suffix'].map(prompt);
    expect(heard(prompt('digit-yao'), audio)).toBeUndefined();
    expect(heard(prompt('digit-2'), overTheLine(silence, ...other))).toBeUndefined();
  });

  it('finds the beginning of a prompt that a key cut off', () => {
    const audio = overTheLine(silence, prompt('main-menu').subarray(0, 16_000), silence);
    expect(heard(prompt('main-menu'), audio, 1.5)?.atMs).toBeCloseTo(540, -1);
    expect(heard(prompt('main-menu'), audio)).toBeUndefined();
  });

  it('hears nothing in silence', () => {
    expect(heard(prompt('welcome'), new Int16Array(80_000))).toBeUndefined();
    expect(heard(prompt('welcome'), new Int16Array(10))).toBeUndefined();
  });
});

describe('toneMs', () => {
  it('measures a tone and no other sound', () => {
    const audio = overTheLine(new Int16Array(8000), tone(620, 1000), prompt('welcome'));
    expect(toneMs(audio, 620)).toBeGreaterThan(850);
    expect(toneMs(audio, 620)).toBeLessThanOrEqual(1040);
    expect(toneMs(audio, 1300)).toBeLessThan(200);
  });
});
