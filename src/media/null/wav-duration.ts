import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PbxError } from '../../shared/errors.ts';

const HEAD_BYTES = 4096;
/** Playable forms, by format tag and bits: PCM16, G.711 A-law and mu-law. */
const FORMATS = new Set(['1/16', '6/8', '7/8']);

/**
 * Duration of a WAV file, in ms, from its header. Read synchronously so that tests on a manual clock stay deterministic.
 * Throws what the file system throws, and PbxError `wav-format` for a file that no engine of ours plays.
 */
export function wavDurationMs(file: string): number {
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(handle, head, 0, HEAD_BYTES, 0);
    return durationOf(head.subarray(0, length), fstatSync(handle).size, file);
  } finally {
    closeSync(handle);
  }
}

function durationOf(head: Buffer, fileBytes: number, file: string): number {
  if (
    head.length < 12 ||
    head.toString('latin1', 0, 4) !== 'RIFF' ||
    head.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    throw new PbxError('wav-format', `${file} is not a WAV file`);
  }
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= head.length; ) {
    const name = head.toString('latin1', at, at + 4);
    const bytes = head.readUInt32LE(at + 4);
    if (name === 'fmt ' && at + 24 <= head.length) bytesPerSecond = readFormat(head, at + 8, file);
    // a file still being written says 0 or 2^32-1: then the rest of the file counts
    if (name === 'data' && bytesPerSecond > 0) {
      const rest = fileBytes - at - 8;
      return (Math.min(bytes || rest, rest) * 1000) / bytesPerSecond;
    }
    at += 8 + bytes + (bytes & 1);
  }
  throw new PbxError('wav-format', `${file} has no audio data`);
}

function readFormat(head: Buffer, at: number, file: string): number {
  const [tag, channels, rate] = [head.readUInt16LE(at), head.readUInt16LE(at + 2), head.readUInt32LE(at + 4)];
  const bits = head.readUInt16LE(at + 14);
  if (!FORMATS.has(`${tag}/${bits}`) || channels !== 1 || rate !== 8000) {
    const found = `format ${tag}, ${bits} bits, ${channels} channels, ${rate} Hz`;
    throw new PbxError('wav-format', `${file}: ${found}; make it 8 kHz mono PCM16 or G.711`);
  }
  return (rate * bits) / 8;
}
