import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TelephoneAudio } from '../../../src/prompt/telephone-audio.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { ffmpegMissing } from '../../support/ffmpeg.ts';
import { readWav } from '../../support/wav.ts';

const SPOKEN = 'media/prompts/zh-CN/welcome.wav';
let folder: string;
const audio = new TelephoneAudio({ clock: systemClock });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-telephone-audio-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ffmpeg = (...args: readonly string[]) => execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...args]);
const path = (name: string) => join(folder, name);

/** Integrated loudness in LUFS (ITU-R BS.1770), by ffmpeg's other meter, which EBU R 128's normaliser has. */
function loudnessOf(file: string): number {
  const said = execFileSync('sh', [
    '-c',
    `ffmpeg -hide_banner -nostats -i '${file}' -af loudnorm=print_format=json -f null - 2>&1`,
  ]);
  return Number(/"input_i" : "(-?[\d.]+)"/.exec(String(said))![1]);
}

describe.skipIf(ffmpegMissing)(`audio for telephones${ffmpegMissing ? ` (${ffmpegMissing})` : ''}`, () => {
  it.each([
    ['a loud stereo MP3', 'loud.mp3', '20dB', ['-ac', '2', '-ar', '44100']],
    ['a faint M4A with its index at the end', 'faint.m4a', '-18dB', ['-ar', '48000']],
  ])('is 8 kHz mono at -23 LUFS without silence at the ends, from %s', async (_, name, volume, form) => {
    const quiet = `volume=${volume},adelay=1500:all=1,apad=pad_dur=2`;
    ffmpeg('-i', SPOKEN, '-af', quiet, ...form, path(name));

    const made = await audio.make(path(name), path(`${name}.wav`));

    const { rate, channels } = readWav(path(`${name}.wav`));
    expect([rate, channels.length]).toEqual([8_000, 1]);
    expect(Math.abs(loudnessOf(path(`${name}.wav`)) + 23)).toBeLessThan(0.6);
    const spoken = readWav(SPOKEN).channels[0]!.length / 8;
    expect(Math.abs(made.durationMs - spoken)).toBeLessThan(250);
    expect(readdirSync(folder).filter((each) => each.endsWith('.trimmed'))).toEqual([]);
  });

  it('takes a part, and audio that begins and ends loud', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'sine=frequency=500:duration=2', path('tone.wav'));
    const whole = await audio.make(path('tone.wav'), path('made-tone.wav'));
    expect(Math.abs(whole.durationMs - 2_080)).toBeLessThan(60);
    const span = { fromMs: 400, toMs: 1_200 };
    const part = await audio.make(path('tone.wav'), path('part.wav'), undefined, undefined, span);
    expect(Math.abs(part.durationMs - 880)).toBeLessThan(60);
    const level = await audio.levelOf(path('part.wav'), path('scratch'));
    expect(Math.abs(level.loudness + 23)).toBeLessThan(0.7);
    expect(existsSync(path('scratch'))).toBe(false);
  });

  it('measures what is too short for a meter in a loop', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'sine=frequency=1000:duration=0.25', '-af', 'volume=-20dB', path('beep.wav'));
    await audio.make(path('beep.wav'), path('made-beep.wav'));
    ffmpeg('-stream_loop', '20', '-i', path('made-beep.wav'), path('looped.wav'));
    expect(Math.abs(loudnessOf(path('looped.wav')) + 23)).toBeLessThan(0.7);
  });

  it.each([
    ['no audio', 'MZ this is no audio at all'],
    ['an empty file', ''],
    [
      'a playlist that would read a file of the machine',
      `#EXTM3U\n#EXTINF:1,\nfile://${process.cwd()}/${SPOKEN}\n`,
    ],
    ['a list of files', `ffconcat version 1.0\nfile '${process.cwd()}/${SPOKEN}'\n`],
    ['a page of a server', '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.wav\n'],
  ])('refuses %s', async (_, text) => {
    writeFileSync(path('none'), text);
    await expect(audio.make(path('none'), path('none.wav'))).rejects.toMatchObject({
      code: 'no-audio',
      message: expect.not.stringContaining(folder),
    });
    expect(existsSync(path('none.wav'))).toBe(false);
  });

  it('refuses silence, and what is longer than half an hour though it is small', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=8000:d=5', path('silence.flac'));
    await expect(audio.make(path('silence.flac'), path('x.wav'))).rejects.toMatchObject({ code: 'no-audio' });
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=300:sample_rate=8000:d=1900',
      '-c:a',
      'flac',
      path('long.flac'),
    );
    await expect(audio.make(path('long.flac'), path('x.wav'))).rejects.toMatchObject({ code: 'too-long' });
    expect(existsSync(path('x.wav'))).toBe(false);
  });

  it('ends when nobody wants it any more', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(audio.make(SPOKEN, path('x.wav'), signal)).rejects.toThrow('cancelled');
  });
});

it('says that ffmpeg is missing', async () => {
  const none = new TelephoneAudio({ clock: systemClock, command: 'no-such-ffmpeg' });
  await expect(none.make(SPOKEN, join(tmpdir(), 'x.wav'))).rejects.toMatchObject({ code: 'ffmpeg-missing' });
});
