import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type DiskRoom, FreeSpace } from '../../../src/keeping/free-space.ts';
import { FarFiles } from '../../../src/recording/far-files.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { roomOf } from '../../../src/shared/room-of.ts';

const GB = 1e9;
const clock = new ManualClock(0);
let watch: FreeSpace;
let lines: Record<string, unknown>[] = [];
const log = createLogger('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
afterEach(() => {
  lines = [];
  watch.close();
  expect(clock.pending).toBe(0);
});

it('says once that a disk is nearly full, and once that it has room again', async () => {
  let freeBytes = 50 * GB;
  const read = async (): Promise<DiskRoom> => ({ freeBytes, totalBytes: 100 * GB });
  watch = new FreeSpace({ folders: [{ name: 'data', folder: '/data', read }], clock, log });
  await watch.start();
  expect(watch.low).toEqual([]);
  const lows: unknown[] = [];
  for (freeBytes of [4.9 * GB, 4 * GB, 5.2 * GB, 5.6 * GB, 4.9 * GB]) {
    await clock.advance(30_000);
    lows.push([watch.low, watch.rooms]);
  }
  const room = (free: number) => [{ name: 'data', room: { freeBytes: free * GB, totalBytes: 100 * GB } }];
  expect(lows).toEqual([
    [['data'], room(4.9)],
    [['data'], room(4)],
    [['data'], room(5.2)],
    [[], room(5.6)],
    [['data'], room(4.9)],
  ]);
  expect(lines.map(({ level, msg }) => [level, String(msg).split(':')[0]])).toEqual([
    ['error', 'the disk of this folder is nearly full'],
    ['info', 'the disk of this folder has room again'],
    ['error', 'the disk of this folder is nearly full'],
  ]);
});

it('knows nothing of a folder that does not answer, and all of the others', async () => {
  const data = { name: 'data', folder: '/data', read: async () => ({ freeBytes: 5, totalBytes: 10 }) };
  const far = { name: 'recordings', folder: '/far', read: () => Promise.reject(new Error('no answer')) };
  watch = new FreeSpace({ folders: [far, data], clock, log });
  await watch.start();
  expect(watch.rooms).toEqual([{ name: 'data', room: { freeBytes: 5, totalBytes: 10 } }]);
  expect(lines).toMatchObject([{ folder: '/far', reason: 'no answer' }]);
});

it('reads the same of a folder here and through the child process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-room-'));
  const far = new FarFiles({ folder: join(folder, 'far'), clock: systemClock });
  watch = new FreeSpace({ folders: [], clock, log });
  try {
    const [here, there] = [await roomOf(folder), await far.room()];
    expect(there.totalBytes).toBe(here.totalBytes);
    expect(there.freeBytes).toBeGreaterThan(0);
    expect(there.freeBytes).toBeLessThanOrEqual(there.totalBytes);
  } finally {
    far.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
