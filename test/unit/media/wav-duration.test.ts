import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { wavDurationMs } from '../../../src/media/wav-duration.ts';
import { WavError, wavHeader } from '../../../src/rtp/wav.ts';

const folder = mkdtempSync(join(tmpdir(), 'pbx400-wav-'));
afterAll(() => rmSync(folder, { recursive: true }));
const measure = (...parts: Buffer[]) => {
  const file = join(folder, 'prompt.wav');
  writeFileSync(file, Buffer.concat(parts));
  return wavDurationMs(file);
};

test('comes from the header and the size of the file, however long', () => {
  expect(measure(wavHeader('pcm16', 1, 160_000), Buffer.alloc(160_000))).toBe(10_000);
  expect(measure(wavHeader('alaw', 1, 8000), Buffer.alloc(8000))).toBe(1000);
  // cut short, and with a note behind the samples
  expect(measure(wavHeader('mulaw', 1, 8000), Buffer.alloc(4000))).toBe(500);
  expect(measure(wavHeader('mulaw', 1, 8000), Buffer.alloc(8000), Buffer.from('LIST\0\0\0\0'))).toBe(1000);
});

test('refuses what no engine plays', () => {
  const fast = wavHeader('pcm16', 1, 16);
  fast.writeUInt32LE(16_000, 24);
  expect(() => measure(fast, Buffer.alloc(16))).toThrow('16000 Hz');
  expect(() => measure(wavHeader('pcm16', 2, 16), Buffer.alloc(16))).toThrow('2 channels');
  expect(() => measure(Buffer.from('this is no sound'))).toThrow(WavError);
  expect(() => wavDurationMs(join(folder, 'none.wav'))).toThrow('ENOENT');
});
