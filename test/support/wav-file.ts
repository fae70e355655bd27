import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** The channels of a PCM16 WAV file of 8 kHz with a plain header, as recordings are. */
export function readRecording(file: string): Int16Array[] {
  const bytes = readFileSync(file);
  const head =
    bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16) + bytes.toString('latin1', 36, 40);
  if (head !== 'RIFFWAVEfmt data') throw new Error(`${file} is not a plain WAV file: ${head}`);
  const [format, channels, rate] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22), bytes.readUInt32LE(24)];
  if (format !== 1 || rate !== 8000) throw new Error(`${file}: format ${format}, ${rate} Hz`);
  if (bytes.readUInt32LE(40) !== bytes.length - 44) throw new Error(`${file}: header says another length`);
  const frames = Math.floor((bytes.length - 44) / 2 / channels);
  return Array.from({ length: channels }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, frame) =>
      bytes.readInt16LE(44 + 2 * (frame * channels + channel)),
    ),
  );
}
