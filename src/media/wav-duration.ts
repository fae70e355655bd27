import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SAMPLE_RATE } from '../rtp/tone.ts';
import { readWavLayout, WavError } from '../rtp/wav.ts';

/** Enough for the header of any WAV, notes of sound editors before the samples included. */
const HEAD_BYTES = 65_536;

/**
 * Duration of a prompt, in ms, from its header alone. Synchronous: it is asked at the start, and by tests on a manual
 * clock. Throws what the file system throws, and WavError for a file that is no 8 kHz mono WAV of PCM16 or G.711.
 */
export function wavDurationMs(file: string): number {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(descriptor, head, 0, HEAD_BYTES, 0);
    const { size } = fstatSync(descriptor);
    const { format, channels, sampleRate, dataBytes } = readWavLayout(head.subarray(0, length), size);
    if (channels !== 1) throw new WavError(`${channels} channels: needs 1`);
    if (sampleRate !== SAMPLE_RATE) throw new WavError(`${sampleRate} Hz: needs ${SAMPLE_RATE} Hz`);
    return (dataBytes * 1000) / (SAMPLE_RATE * (format === 'pcm16' ? 2 : 1));
  } finally {
    closeSync(descriptor);
  }
}
