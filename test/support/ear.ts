/** What a softphone hears, while it hears it: baresip's sndfile writes a file a call, packet by packet. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { toneLevel } from './tones.ts';

/** libsndfile's header of a WAV file of PCM16. Its sizes are right only when the file is closed. */
const HEADER = 44;
const BLOCK_MS = 200;
const BLOCK = BLOCK_MS * 8;
/** Each speaks with an amplitude of 8000; what A-law makes of it besides is far below. */
const HEARD_LEVEL = 1500;

/** How long each file was. */
export type Moment = ReadonlyMap<string, number>;

export class Ear {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  now(): Moment {
    return new Map(this.#files().map((file) => [file, sizeOf(file)]));
  }

  /** What came in each call after a moment, PCM16 at 8 kHz; calls in which nothing came are left out. */
  since(moment: Moment): Int16Array[] {
    return this.#files()
      .map((file) => readFrom(file, moment.get(file) ?? HEADER))
      .filter(({ length }) => length > 0);
  }

  #files(): string[] {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith('-dec.wav'));
    return names.sort().map((name) => join(this.#folder, name));
  }
}

/** Which of these frequencies are in all of the last `ms` of what was heard, one by one; undefined while there is not so much. */
export function tonesAtEnd(
  samples: Int16Array,
  frequencies: readonly number[],
  ms: number,
): number[] | undefined {
  const blocks = blocksOf(samples.subarray(Math.max(0, samples.length - ms * 8)));
  if (blocks.length * BLOCK_MS < ms) return undefined;
  const inEach = blocks.map((block) => tonesIn(block, frequencies));
  // while somebody begins or ends, a block has him and the next has not
  const isSteady = inEach.every((tones) => `${tones}` === `${inEach[0]}`);
  return isSteady ? inEach[0] : undefined;
}

/** Which of these frequencies are anywhere in what was heard. */
export function tonesAnywhere(samples: Int16Array, frequencies: readonly number[]): Set<number> {
  return new Set(blocksOf(samples).flatMap((block) => tonesIn(block, frequencies)));
}

function tonesIn(block: Int16Array, frequencies: readonly number[]): number[] {
  return frequencies.filter((frequency) => toneLevel(block, frequency) > HEARD_LEVEL);
}

function blocksOf(samples: Int16Array): Int16Array[] {
  const count = Math.floor(samples.length / BLOCK);
  return Array.from({ length: count }, (_, index) => samples.subarray(index * BLOCK, (index + 1) * BLOCK));
}

function sizeOf(file: string): number {
  const handle = openSync(file, 'r');
  const { size } = fstatSync(handle);
  closeSync(handle);
  return Math.max(HEADER, size);
}

function readFrom(file: string, offset: number): Int16Array {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    // names are by the second: a call that follows at once begins the same file anew
    const start = size < offset ? HEADER : offset;
    const samples = new Int16Array(Math.max(0, Math.floor((size - start) / 2)));
    readSync(handle, samples, 0, samples.byteLength, start);
    return samples;
  } finally {
    closeSync(handle);
  }
}
