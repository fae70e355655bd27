import { open } from 'node:fs/promises';
import { readWavLayout, type WavLayout } from '../../rtp/wav.ts';

/** Enough for the header of any WAV that we or FreeSWITCH write. */
const HEAD_BYTES = 4096;
const SIZE_BYTES = 4;

/** Layout of a WAV file by its header and its true size. Throws what the file system throws and WavError. */
export async function wavFacts(
  file: string,
): Promise<WavLayout & { readonly durationMs: number; readonly size: number }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
    await handle.read(head, 0, head.length, 0);
    const layout = readWavLayout(head);
    const frame = layout.channels * (layout.format === 'pcm16' ? 2 : 1);
    const there = size - layout.dataStart;
    const dataBytes = there - (there % frame);
    return { ...layout, dataBytes, size, durationMs: (dataBytes / frame / layout.sampleRate) * 1000 };
  } finally {
    await handle.close();
  }
}

/** How long a WAV file sounds, ms. */
export async function wavDurationMs(file: string): Promise<number> {
  return (await wavFacts(file)).durationMs;
}

/** Writes the sizes into the header of a file whose writer died before it could. */
export async function completeWavHeader(file: string): Promise<void> {
  const { dataStart, dataBytes } = await wavFacts(file);
  const handle = await open(file, 'r+');
  try {
    const sizes = Buffer.alloc(SIZE_BYTES);
    sizes.writeUInt32LE(dataBytes, 0);
    await handle.write(sizes, 0, SIZE_BYTES, dataStart - SIZE_BYTES);
    sizes.writeUInt32LE(dataStart + dataBytes - 8, 0);
    await handle.write(sizes, 0, SIZE_BYTES, 4);
  } finally {
    await handle.close();
  }
}
