import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeakFolder } from '../../../src/recording/peak-folder.ts';
import { PeakMaker } from '../../../src/recording/peaks.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { ffmpegMissing } from '../../support/ffmpeg.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

describe('peaks', () => {
  it('are the lowest and the highest level of pieces that become longer with the audio', () => {
    const short = new PeakFolder(2, 8_000);
    short.add(Int16Array.from([256, -256, 512, 0, -768, 1_024]));
    expect(short.peaks).toEqual({
      durationMs: 0,
      channels: [
        { min: [-3], max: [2] },
        { min: [-1], max: [4] },
      ],
    });
    const long = new PeakFolder(1, 8_000);
    const quiet = new Int16Array(8_000).fill(256);
    for (let second = 0; second < 60; second++) {
      if (second === 30) quiet[0] = 25_600;
      long.add(quiet);
      quiet[0] = 256;
    }
    const { durationMs, channels } = long.peaks;
    expect(durationMs).toBe(60_000);
    const { min, max } = channels[0]!;
    expect(min).toHaveLength(max.length);
    expect(max.length).toBeGreaterThan(1_000);
    expect(max.length).toBeLessThanOrEqual(2_000);
    const loud = max.flatMap((level, index) => (level === 100 ? [index] : []));
    expect(loud).toHaveLength(1);
    expect(Math.abs(loud[0]! / max.length - 0.5)).toBeLessThan(0.01);
    expect(new Set(min)).toEqual(new Set([1]));
  });
});

describe('peaks of a file', () => {
  let dir: string;
  let maker: PeakMaker;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'pbx400-peaks-'));
    maker = new PeakMaker(new ManualClock());
    file = join(dir, 'a.wav');
    writeWav(file, sine(440, 2_000, 12_800));
    utimesSync(file, 1_000, 1_000);
  });
  afterEach(async () => {
    await maker.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('are made once, kept beside it for its owner alone and as old as it, and go with it', async () => {
    const [peaks, same] = await Promise.all([maker.of(file), maker.of(file)]);
    expect(same).toBe(peaks);
    expect(peaks).toMatchObject({ durationMs: 2_000, channels: [{}] });
    const { min, max } = peaks!.channels[0]!;
    expect(Math.max(...max)).toBe(50);
    expect(Math.min(...min)).toBe(-50);
    const kept = `${file}.peaks.json`;
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual(peaks);
    expect([statSync(kept).mode & 0o777, statSync(kept).mtimeMs]).toEqual([0o600, 1_000_000]);
    rmSync(file);
    expect(await maker.of(file)).toBeUndefined();
    await maker.forget(file);
    expect(existsSync(kept)).toBe(false);
  });

  it.skipIf(ffmpegMissing)(
    'that ffmpeg wrote are read by it; of what is no audio there are none',
    async () => {
      const opus = join(dir, 'b.opus');
      execFileSync('ffmpeg', ['-loglevel', 'error', '-i', file, '-ac', '2', '-c:a', 'libopus', opus]);
      const peaks = await maker.of(opus);
      expect(peaks!.channels).toHaveLength(2);
      expect(Math.abs(peaks!.durationMs - 2_000)).toBeLessThan(60);
      expect(Math.max(...peaks!.channels[1]!.max)).toBeGreaterThan(20);
      const bad = join(dir, 'c.wav');
      execFileSync('cp', ['/etc/passwd', bad]);
      await expect(maker.of(bad)).rejects.toMatchObject({ code: 'ffmpeg' });
      expect(existsSync(`${bad}.peaks.json`)).toBe(false);
    },
  );
});
