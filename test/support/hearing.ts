/**
 * Recognises prompts and tones in audio that was received. A prompt counts as heard when most of its pieces are
 * found one after the other at the right distances, by normalised cross-correlation: loudness, A-law, a lost packet
 * or a jump of the playout do not matter, another prompt does not match.
 */
import { toneLevel } from './tones.ts';

const RATE = 8000;
/** The search runs at 2 kHz: sixteen times cheaper, and speech has most of its energy below 1 kHz. */
const DECIMATION = 4;
const COARSE_ENOUGH = 0.6;
/** Peaks of the search that are nearer to each other are one: 50 ms. */
const PEAK_DISTANCE = 100;
const MOST_CANDIDATES = 8;
/** The proof runs at 8 kHz. Another word of the same voice stays below 0.8; A-law and half the loudness above 0.99. */
const FINE_ENOUGH = 0.9;
const PIECE = 0.2 * RATE;
/** Pieces may drift against each other by so much (lost packets, resynchronisation). */
const DRIFT = 0.06 * RATE;

/** Low-passed (moving average) and decimated. */
function decimate(samples: Int16Array): Float32Array {
  const out = new Float32Array(Math.floor(samples.length / DECIMATION));
  for (let index = 0; index < out.length; index++) {
    let sum = 0;
    for (let tap = -2; tap < DECIMATION + 2; tap++) sum += samples[index * DECIMATION + tap] ?? 0;
    out[index] = sum / 8;
  }
  return out;
}

type Samples = Float32Array | Int16Array;

interface Match {
  readonly at: number;
  readonly score: number;
}

/**
 * Calls `visit` with how well `piece` fits `audio` at each place between `from` and `to`; score 1 is equal up to
 * loudness. Places much quieter than the piece are left out.
 */
function correlate(
  audio: Samples,
  piece: Samples,
  [from, to]: readonly [number, number],
  visit: (at: number, score: number) => void,
): void {
  let pieceEnergy = 0;
  for (const value of piece) pieceEnergy += value * value;
  const last = Math.min(to, audio.length - piece.length);
  let energy = -1;
  for (let at = Math.max(0, from); at <= last; at++) {
    if (energy < 0) {
      energy = 0;
      for (let index = 0; index < piece.length; index++) energy += audio[at + index]! ** 2;
    } else {
      energy += audio[at + piece.length - 1]! ** 2 - audio[at - 1]! ** 2;
    }
    if (energy < pieceEnergy / 100) continue;
    let product = 0;
    for (let index = 0; index < piece.length; index++) product += audio[at + index]! * piece[index]!;
    visit(at, product / Math.sqrt(energy * pieceEnergy));
  }
}

/** The best place of `piece`. */
function bestMatch(audio: Samples, piece: Samples, range: readonly [number, number]): Match {
  let best: Match = { at: -1, score: 0 };
  correlate(audio, piece, range, (at, score) => {
    if (score > best.score) best = { at, score };
  });
  return best;
}

/** The places where `piece` may be, best first: the same words in another prompt look alike at 2 kHz. */
function candidates(coarse: Float32Array, piece: Float32Array): number[] {
  const peaks: Match[] = [];
  correlate(coarse, piece, [0, coarse.length], (at, score) => {
    if (score < COARSE_ENOUGH) return;
    const last = peaks.at(-1);
    if (!last || at - last.at > PEAK_DISTANCE) peaks.push({ at, score });
    else if (score > last.score) peaks[peaks.length - 1] = { at, score };
  });
  peaks.sort((a, b) => b.score - a.score);
  return peaks.slice(0, MOST_CANDIDATES).map(({ at }) => at * DECIMATION);
}

interface Piece {
  readonly offset: number;
  readonly samples: Int16Array;
}

/** Cuts `prompt` into pieces that hold speech. */
function cut(prompt: Int16Array): Piece[] {
  const length = Math.min(PIECE, prompt.length);
  const list = [];
  let loudest = 0;
  for (let offset = 0; offset + length <= prompt.length; offset += length) {
    const samples = prompt.subarray(offset, offset + length);
    const energy = samples.reduce((sum, value) => sum + value * value, 0);
    loudest = Math.max(loudest, energy);
    list.push({ offset, samples, energy });
  }
  return list.filter(({ energy }) => energy > loudest / 50);
}

/** Where `piece` is in `audio`, at `expected` give or take `DRIFT`; undefined when it is not there. */
function placeOf(audio: Int16Array, piece: Piece, expected: number): number | undefined {
  const { at, score } = bestMatch(audio, piece.samples, [expected - DRIFT, expected + DRIFT]);
  return score >= FINE_ENOUGH ? at : undefined;
}

export interface Heard {
  /** Where the prompt begins, milliseconds from the start of the audio. */
  readonly atMs: number;
  /** Share of its pieces that were found. */
  readonly share: number;
}

/**
 * Where `prompt` is heard in `audio` (both PCM16, 8 kHz), or undefined. `seconds` limits it to the prompt's
 * beginning: enough to recognise it before it is over, or when a key cut it off.
 */
export function heard(prompt: Int16Array, audio: Int16Array, seconds = Infinity): Heard | undefined {
  const wanted = cut(prompt.subarray(0, Math.min(prompt.length, seconds * RATE)));
  const coarse = decimate(audio);
  // Any of the first pieces may anchor the rest: one lost packet must not hide the prompt.
  for (const anchor of wanted.slice(0, 3)) {
    for (const place of candidates(coarse, decimate(anchor.samples))) {
      const exact = placeOf(audio, anchor, place);
      if (exact === undefined) continue;
      const start = exact - anchor.offset;
      const found = wanted.filter((piece) => placeOf(audio, piece, start + piece.offset) !== undefined);
      const share = found.length / wanted.length;
      if (share >= 0.6) return { atMs: (start * 1000) / RATE, share };
    }
  }
  return undefined;
}

/**
 * Milliseconds of `samples` in which a sine of `frequency` Hz is the loud part, counted in blocks of 40 ms.
 * Silence, speech and other tones count nothing.
 */
export function toneMs(samples: Int16Array, frequency: number): number {
  const block = 320;
  let blocks = 0;
  for (let at = 0; at + block <= samples.length; at += block) {
    const part = samples.subarray(at, at + block);
    const power = part.reduce((sum, sample) => sum + sample * sample, 0) / block;
    const level = toneLevel(part, frequency);
    if (level > 500 && (level * level) / 2 > power * 0.6) blocks++;
  }
  return blocks * 40;
}
