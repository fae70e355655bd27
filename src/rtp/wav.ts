/** WAV files (RIFF) of 8 kHz: PCM16, A-law, mu-law; mono or stereo. */
import { PbxError } from '../shared/errors.ts';
import { decode, PCMA, PCMU } from './g711.ts';
import { SAMPLE_RATE } from './tone.ts';

/** Format tags (RFC 2361). */
const FORMAT_TAG = { pcm16: 1, alaw: 6, mulaw: 7 } as const;
const FORMAT_EXTENSIBLE = 0xfffe;
/** Bytes of the header that {@link wavHeader} makes. */
export const WAV_HEADER_BYTES = 44;
/** Sizes are 32 bits: a file ends at 4 GiB. */
const MAX_DATA_BYTES = 0xffff_ffff - WAV_HEADER_BYTES;

export type WavFormat = keyof typeof FORMAT_TAG;

/** The file is no WAV, or none that a telephone can play; the message says what is wrong. */
export class WavError extends PbxError {
  constructor(message: string, options?: ErrorOptions) {
    super('wav', message, options);
  }
}

/** Where a file's samples are and how they are written. */
export interface WavLayout {
  readonly format: WavFormat;
  readonly channels: number;
  readonly sampleRate: number;
  /** First byte of the samples. */
  readonly dataStart: number;
  /** Bytes of samples that are really there, whole frames only. */
  readonly dataBytes: number;
}

/** A header for `dataBytes` bytes of samples; written anew as the file grows, it is valid at every moment. */
export function wavHeader(format: WavFormat, channels: 1 | 2, dataBytes: number): Buffer {
  const sampleBytes = format === 'pcm16' ? 2 : 1;
  const size = Math.min(dataBytes, MAX_DATA_BYTES);
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(size + WAV_HEADER_BYTES - 8, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(FORMAT_TAG[format], 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * channels * sampleBytes, 28);
  header.writeUInt16LE(channels * sampleBytes, 32);
  header.writeUInt16LE(sampleBytes * 8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(size, 40);
  return header;
}

/**
 * Reads the header. Throws WavError when the file is no WAV in one of the three formats.
 *
 * @param file the file, or so much of it that the samples begin in it
 * @param fileBytes size of the whole file
 */
export function readWavLayout(file: Buffer, fileBytes = file.length): WavLayout {
  if (
    file.length < 12 ||
    file.toString('latin1', 0, 4) !== 'RIFF' ||
    file.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    throw new WavError('not a WAV file');
  }
  let shape: { format: WavFormat; channels: number; sampleRate: number } | undefined;
  let at = 12;
  while (at + 8 <= file.length) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ') shape = readFormat(file, start, size);
    if (name === 'data') {
      if (!shape) throw new WavError('data before format');
      const frame = shape.channels * (shape.format === 'pcm16' ? 2 : 1);
      // a file cut off by a crash: take what is there
      const there = Math.min(size, fileBytes - start);
      return { ...shape, dataStart: start, dataBytes: there - (there % frame) };
    }
    // RIFF: chunks are padded to even length
    at = start + size + (size & 1);
  }
  throw new WavError('no samples in the WAV file');
}

function readFormat(file: Buffer, start: number, size: number) {
  if (size < 16 || start + size > file.length) throw new WavError('format chunk cut off');
  let tag = file.readUInt16LE(start);
  // the extensible form names the real tag in its sub-format
  if (tag === FORMAT_EXTENSIBLE && size >= 26) tag = file.readUInt16LE(start + 24);
  const channels = file.readUInt16LE(start + 2);
  const sampleRate = file.readUInt32LE(start + 4);
  const bits = file.readUInt16LE(start + 14);
  const format = (Object.keys(FORMAT_TAG) as WavFormat[]).find((name) => FORMAT_TAG[name] === tag);
  if (!format || bits !== (format === 'pcm16' ? 16 : 8)) {
    throw new WavError(`WAV format ${tag} with ${bits} bits: needs PCM of 16 bits, A-law or mu-law`);
  }
  if (channels < 1 || channels > 2) throw new WavError(`${channels} channels: needs 1 or 2`);
  return { format, channels, sampleRate };
}

/** Each channel's samples. Throws WavError as {@link readWavLayout}, and for other rates than 8 kHz. */
export function readWav(file: Buffer): Int16Array[] {
  const { format, channels, sampleRate, dataStart, dataBytes } = readWavLayout(file);
  if (sampleRate !== SAMPLE_RATE) throw new WavError(`${sampleRate} Hz: needs ${SAMPLE_RATE} Hz`);
  const all = readSamples(file.subarray(dataStart, dataStart + dataBytes), format);
  if (channels === 1) return [all];
  const frames = all.length / channels;
  return Array.from({ length: channels }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, frame) => all[frame * channels + channel]!),
  );
}

function readSamples(bytes: Buffer, format: WavFormat): Int16Array {
  if (format === 'pcm16') {
    return Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  }
  const samples = new Int16Array(bytes.length);
  decode(format === 'alaw' ? PCMA : PCMU, bytes, 0, bytes.length, samples, 0);
  return samples;
}

/** A whole file of PCM16; all channels must be as long as the first. */
export function writeWav(channels: readonly [Int16Array] | readonly [Int16Array, Int16Array]): Buffer {
  const frames = channels[0].length;
  const data = Buffer.alloc(frames * channels.length * 2);
  channels.forEach((samples, channel) => {
    for (let frame = 0; frame < frames; frame++) {
      data.writeInt16LE(samples[frame]!, (frame * channels.length + channel) * 2);
    }
  });
  return Buffer.concat([wavHeader('pcm16', channels.length as 1 | 2, data.length), data]);
}
