import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes `samples` as a WAV file, 8 kHz, mono, PCM16. */
export function writeWav(file: string, samples: Int16Array): void {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.byteLength, 40);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]),
  );
}

/** A sine of `frequency` Hz, `durationMs` long at 8 kHz; amplitude of 32767 full scale. */
export function sine(frequency: number, durationMs: number, amplitude = 8000): Int16Array {
  const samples = new Int16Array(durationMs * 8);
  for (let n = 0; n < samples.length; n++)
    samples[n] = amplitude * Math.sin((2 * Math.PI * frequency * n) / 8000);
  return samples;
}
