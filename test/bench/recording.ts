/**
 * `npm run bench:recording`: what ffmpeg makes of ten minutes of talk, and for how much CPU. The talk is made of the prompts
 * that come with pbx400, caller and agent in turn, as a talk has it. Prints JSON.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ffmpeg } from '../../src/recording/ffmpeg.ts';
import { readWav, writeWav } from '../../src/rtp/wav.ts';
import { systemClock } from '../../src/shared/clock.ts';

const MINUTES = 10;
const SAMPLES = MINUTES * 60 * 8000;
const PROMPTS = new URL('../../media/prompts/', import.meta.url);

/** Everything that the prompts say, one after another. */
function speech(): Int16Array[] {
  return readdirSync(PROMPTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.wav') && !name.startsWith('queue-music'))
    .sort()
    .map((name) => readWav(readFileSync(new URL(name, PROMPTS)))[0]!);
}

function talk(): Uint8Array {
  const sides: [Int16Array, Int16Array] = [new Int16Array(SAMPLES), new Int16Array(SAMPLES)];
  const said = speech();
  for (let at = 0, turn = 0; at < SAMPLES; turn++) {
    const phrase = said[turn % said.length]!.subarray(0, SAMPLES - at);
    sides[turn % 2]!.set(phrase, at);
    at += phrase.length;
  }
  return writeWav(sides);
}

/** CPU of children that have ended, milliseconds. */
function childCpuMs(): number {
  // fields 16 and 17 of proc(5) stat, 15 and 16 after the name
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / ticks;
}

const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
const wav = join(folder, 'talk.wav');
writeFileSync(wav, talk());
const wavMb = statSync(wav).size / 1e6;
for (const compression of ['opus', 'mp3'] as const) {
  const ffmpeg = await Ffmpeg.find(systemClock, compression);
  const file = ffmpeg.nameFor(wav);
  closeSync(openSync(file, 'w'));
  const before = childCpuMs();
  await ffmpeg.compress(wav, file);
  const cpuSeconds = Number(((childCpuMs() - before) / 1000).toFixed(2));
  const megabytes = Number((statSync(file).size / 1e6).toFixed(2));
  const talksAtOnce = Math.floor((MINUTES * 60) / cpuSeconds);
  console.log(JSON.stringify({ compression, minutes: MINUTES, wavMb, megabytes, cpuSeconds, talksAtOnce }));
}
rmSync(folder, { recursive: true });
