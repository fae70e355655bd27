import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderTone, SAMPLE_RATE, TONES } from '../rtp/tone.ts';
import { readWav, writeWav } from '../rtp/wav.ts';
import type { PlayItem } from './media.ts';

/** A run of items that is played as one file. */
export interface PlayRun {
  readonly items: readonly PlayItem[];
  /** Infinity: until stopped. */
  readonly repeat: number;
}

/** Whether it sounds until stopped: a progress tone without a duration. */
function isEndless(item: PlayItem): boolean {
  return 'tone' in item && item.durationMs === undefined && item.tone !== 'beep';
}

/** Splits a list into runs: what follows a tone that never ends is never reached. */
export function runsOf(items: readonly PlayItem[], repeat: number): PlayRun[] {
  const endless = items.findIndex(isEndless);
  if (endless < 0) return items.length > 0 ? [{ items, repeat }] : [];
  const tone: PlayRun = { items: [items[endless]!], repeat: Number.POSITIVE_INFINITY };
  return endless === 0 ? [tone] : [{ items: items.slice(0, endless), repeat: 1 }, tone];
}

/** A file that the server can play, and whether it is ours to delete afterwards. */
export interface PlayableFile {
  readonly path: string;
  readonly temporary: boolean;
}

/**
 * One file for the items of a run: the prompt itself when it is alone, else a WAV rendered into `folder`.
 * Throws what the file system throws and WavError.
 */
export async function prepareRun(items: readonly PlayItem[], folder: string): Promise<PlayableFile> {
  const [first] = items;
  if (items.length === 1 && first && 'file' in first) {
    await access(first.file, constants.R_OK);
    return { path: first.file, temporary: false };
  }
  const parts = await Promise.all(items.map(render));
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const path = join(folder, `${randomUUID()}.wav`);
  await writeFile(path, writeWav([all]), { mode: 0o600 });
  return { path, temporary: true };
}

async function render(item: PlayItem): Promise<Int16Array> {
  if ('file' in item) return readWav(await readFile(item.file))[0]!;
  if ('silenceMs' in item) return new Int16Array(samplesIn(item.silenceMs));
  const cadence = renderTone(TONES[item.tone]);
  if (item.durationMs === undefined) return cadence;
  const length = samplesIn(item.durationMs);
  return Int16Array.from({ length }, (_, index) => cadence[index % cadence.length]!);
}

function samplesIn(ms: number): number {
  return Math.round((ms * SAMPLE_RATE) / 1000);
}
