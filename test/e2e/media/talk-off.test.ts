import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DtmfDetector } from '../../../src/rtp/dtmf-detector.ts';
import { readWav } from '../../../src/rtp/wav.ts';

const missing = ['espeak-ng', 'sox'].filter((tool) => spawnSync(tool, ['--version']).error);
const VOICES = ['cmn', 'cmn+f2', 'en-us', 'en-us+f3', 'en+m7', 'en+f5'];
const MINUTES = 50;

/** Speech of one voice at 8 kHz. */
function speak(folder: string, voice: string, text: string): Int16Array {
  const [input, wide, narrow] = ['text', 'wide.wav', 'narrow.wav'].map((name) => join(folder, name));
  writeFileSync(input!, text);
  execFileSync('espeak-ng', ['-v', voice, '-f', input!, '-w', wide!], { stdio: 'ignore' });
  execFileSync('sox', [wide!, '-r', '8000', '-c', '1', '-b', '16', narrow!], { stdio: 'ignore' });
  return readWav(readFileSync(narrow!))[0]!;
}

// ITU-T Q.24: speech must not be taken for digits
const title = `finds at most one digit in ${MINUTES} minutes of speech`;
it.skipIf(missing.length > 0)(missing.length > 0 ? `${title} (${missing} is missing)` : title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-talk-'));
  const texts = ['src/media/media.ts', 'src/rtp/README.md', 'src/edge/edge.ts', 'README.md'].map((file) =>
    readFileSync(file, 'utf8'),
  );
  let digits = '';
  let seconds = 0;
  for (let round = 0; seconds < MINUTES * 60 && round < 60; round++) {
    const text = texts[round % texts.length]!.slice(0, 6000);
    const samples = speak(folder, VOICES[round % VOICES.length]!, text);
    const detector = new DtmfDetector((digit) => {
      digits += digit;
    });
    for (let at = 0; at + 160 <= samples.length; at += 160) detector.push(samples.subarray(at, at + 160));
    seconds += samples.length / 8000;
  }
  rmSync(folder, { recursive: true });
  expect(seconds).toBeGreaterThan(MINUTES * 60);
  expect(digits.length).toBeLessThanOrEqual(1);
});
