import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { completeWavHeader, wavDurationMs } from '../../../../src/media/freeswitch/wav-duration.ts';
import { wavHeader } from '../../../../src/rtp/wav.ts';
import { readRecording } from '../../../support/wav-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-wav-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file whose writer died is measured by its size and gets a complete header', async () => {
  const file = join(folder, 'talk.wav');
  writeFileSync(file, Buffer.concat([wavHeader('pcm16', 2, 0), Buffer.alloc(8000 * 4)]));
  expect(await wavDurationMs(file)).toBe(1000);
  await completeWavHeader(file);
  expect(readRecording(file).map(({ length }) => length)).toEqual([8000, 8000]);
});
