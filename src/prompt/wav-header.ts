import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError } from '../shared/errors.ts';

const FORMAT_BITS = new Map([
  [1, 16],
  [6, 8],
  [7, 8],
]);
const FIX = 'convert it to 8 kHz mono, e.g. sox in.wav -r 8000 -c 1 -b 16 out.wav';

/** Reads `length` bytes at `offset`; shorter at the end of the file. */
function bytesAt(descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
}

function checkFormat(file: string, format: Buffer): void {
  const bits = FORMAT_BITS.get(format.readUInt16LE(0));
  const [channels, rate] = [format.readUInt16LE(2), format.readUInt32LE(4)];
  if (channels !== 1 || rate !== 8000 || bits !== format.readUInt16LE(14)) {
    throw new ConfigError('the prompt is not 8 kHz mono PCM16 or G.711', { file }, FIX);
  }
}

/**
 * Duration in milliseconds of a WAV prompt, read from its header alone.
 * Throws ConfigError when the file is no WAV or not 8 kHz, mono, PCM16 (format 1), A-law (6) or mu-law (7).
 * Source: Multimedia Programming Interface and Data Specifications 1.0, RIFF WAVE.
 */
export function wavDurationMs(file: string): number {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const riff = bytesAt(descriptor, 0, 12);
    if (riff.toString('latin1', 0, 4) !== 'RIFF' || riff.toString('latin1', 8, 12) !== 'WAVE') {
      throw new ConfigError('the prompt is not a WAV file', { file }, FIX);
    }
    let bytesPerSample = 0;
    for (let offset = 12; offset + 8 <= size; ) {
      const chunk = bytesAt(descriptor, offset, 24);
      const length = chunk.readUInt32LE(4);
      const name = chunk.toString('latin1', 0, 4);
      if (name === 'fmt ' && chunk.length === 24) {
        checkFormat(file, chunk.subarray(8));
        bytesPerSample = chunk.readUInt16LE(22) / 8;
      } else if (name === 'data' && bytesPerSample > 0) {
        return Math.min(length, size - offset - 8) / bytesPerSample / 8;
      }
      // Chunks begin at even offsets.
      offset += 8 + length + (length & 1);
    }
    throw new ConfigError('the WAV file has no audio', { file }, FIX);
  } finally {
    closeSync(descriptor);
  }
}
