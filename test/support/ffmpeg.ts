import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from './wav.ts';

/** Why recordings cannot be compressed here, undefined when they can. */
export const ffmpegMissing =
  spawnSync('ffmpeg', ['-version']).status === 0 ? undefined : 'ffmpeg is not installed';

/** Channels of a compressed recording, at 8 kHz. */
export function readCompressed(file: string): readonly Int16Array[] {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-decoded-'));
  const wav = join(folder, 'decoded.wav');
  try {
    execFileSync('ffmpeg', ['-loglevel', 'error', '-i', file, '-bitexact', '-ar', '8000', wav]);
    return readWav(wav).channels;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
