/** Reads WAV files of the tests: prompts and recordings. A reader of its own, so that it can judge the engine's. */
import { readFileSync } from 'node:fs';
import { decodeALaw } from './tones.ts';

export interface Wav {
  readonly rate: number;
  /** PCM16 samples of each channel: left, right. */
  readonly channels: readonly Int16Array[];
  readonly durationMs: number;
  /** The sizes in the header say what is really there: any player plays it. */
  readonly complete: boolean;
}

/** Throws when `file` is no WAV of PCM16 or A-law. */
export function readWav(file: string): Wav {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error(`${file} is no WAV`);
  }
  let format: { kind: number; count: number; rate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'fmt ') {
      format = { kind: body.readUInt16LE(0), count: body.readUInt16LE(2), rate: body.readUInt32LE(4) };
    } else if (name === 'data' && format) {
      const channels = split(body, format.kind, format.count);
      const complete = body.length === length && bytes.readUInt32LE(4) === bytes.length - 8;
      return {
        rate: format.rate,
        channels,
        durationMs: (channels[0]!.length * 1000) / format.rate,
        complete,
      };
    }
    at += 8 + length + (length & 1);
  }
  throw new Error(`${file} has no audio`);
}

function split(body: Buffer, kind: number, count: number): Int16Array[] {
  const width = kind === 1 ? 2 : 1;
  if (kind !== 1 && kind !== 6) throw new Error(`format ${kind} is neither PCM nor A-law`);
  const frames = Math.floor(body.length / width / count);
  return Array.from({ length: count }, (_, channel) => {
    const samples = new Int16Array(frames);
    for (let frame = 0; frame < frames; frame++) {
      const at = (frame * count + channel) * width;
      samples[frame] = kind === 1 ? body.readInt16LE(at) : decodeALaw(body[at]!);
    }
    return samples;
  });
}
