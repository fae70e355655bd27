import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WavError } from '../../../src/rtp/wav.ts';
import { spokenMs } from '../../../src/voicemail/spoken.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-spoken-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Parts one after the other, as a recording. */
function recording(...parts: Int16Array[]): string {
  const file = join(folder, 'message.wav');
  writeWav(file, Int16Array.from(parts.flatMap((part) => [...part])));
  return file;
}

const silence = (ms: number) => new Int16Array(ms * 8);
/** Two tones that no line gives together: what speech is for a detector. */
function speech(ms: number): Int16Array {
  const high = sine(1100, ms);
  return sine(300, ms).map((sample, index) => sample + high[index]!);
}
const noise = (ms: number) => silence(ms).map((_, index) => ((index * 7919) % 101) - 50);

describe('spokenMs', () => {
  it('counts speech, not the silence and the noise of the line around it', async () => {
    expect(await spokenMs(recording(silence(2_000), speech(1_500), noise(1_000)))).toBe(1_500);
  });

  it.each([
    ['silence', [silence(5_000)]],
    ['noise of the line', [noise(5_000)]],
    ['busy tone', Array.from({ length: 8 }, () => [sine(450, 360), silence(360)]).flat()],
    ['congestion', Array.from({ length: 4 }, () => [sine(450, 700), silence(700)]).flat()],
    ['nothing at all', []],
  ])('is 0 of %s', async (_, parts) => {
    expect(await spokenMs(recording(...parts))).toBe(0);
  });

  it('reads messages of any length, to the last whole frame', async () => {
    expect(await spokenMs(recording(speech(30_010)))).toBe(30_000);
  });

  it('rejects what is no recording', async () => {
    const file = join(folder, 'letter.wav');
    writeFileSync(file, 'dear customer');
    await expect(spokenMs(file)).rejects.toThrow(WavError);
    await expect(spokenMs(join(folder, 'none.wav'))).rejects.toThrow('ENOENT');
  });
});
