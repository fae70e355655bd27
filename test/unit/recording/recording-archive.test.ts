import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordingArchive, type RecordingArchiveParts } from '../../../src/recording/recording-archive.ts';
import { writeWav } from '../../../src/rtp/wav.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { ffmpegMissing, readCompressed } from '../../support/ffmpeg.ts';
import { toneMs } from '../../support/hearing.ts';
import { sine } from '../../support/wav-file.ts';

const CALLER_HZ = 620;
const AGENT_HZ = 1300;

let folder: string;
let store: MemoryStore;
let clock: ManualClock;
const open: RecordingArchive[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-archive-'));
  store = new MemoryStore();
  clock = new ManualClock(MONDAY_10 + 60_000);
});
afterEach(async () => {
  for (const archive of open.splice(0)) await archive.close();
  expect(clock.pending).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

/** A recording on disk with the record of its call. */
function recorded(callId: string, content: Buffer = talk()) {
  const file = join(folder, `${callId}.wav`);
  writeFileSync(file, content, { mode: 0o600 });
  utimesSync(file, MONDAY_10 / 1000, MONDAY_10 / 1000);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const script = new CallScript(callId)
    .arrive()
    .emit('recordingStarted', { file })
    .emit('recordingEnded', { file, durationMs: 3000, bytes: content.length, sha256 })
    .end();
  for (const event of script.events) store.journal.append(event);
  return { callId, startedAt: MONDAY_10, file };
}

function talk(): Buffer {
  return Buffer.from(writeWav([sine(CALLER_HZ, 3000), sine(AGENT_HZ, 3000)]));
}

async function archive(parts: Partial<RecordingArchiveParts> = {}): Promise<RecordingArchive> {
  const made = new RecordingArchive({ folder, compress: 'opus', clock, log: silentLogger, store, ...parts });
  open.push(made);
  await made.start();
  return made;
}

const namedFile = () => store.cdrs.all[0]!.recordings[0]!;

describe.skipIf(ffmpegMissing)(`compression${ffmpegMissing ? ` (${ffmpegMissing})` : ''}`, () => {
  it.each(['opus', 'mp3'] as const)('makes %s of a WAV file, and the record names it', async (compress) => {
    const shelf = await archive({ compress });
    const kept = recorded('call-1');
    shelf.keep(kept);
    await shelf.idle();
    const { file, bytes, sha256, durationMs, error } = namedFile();
    expect(file).toBe(join(folder, `call-1.${compress}`));
    expect(readdirSync(folder)).toEqual([`call-1.${compress}`]);
    expect(statSync(file)).toMatchObject({ size: bytes, mtimeMs: MONDAY_10 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(sha256);
    expect({ durationMs, error }).toEqual({ durationMs: 3000, error: null });
    expect(bytes!).toBeLessThan(talk().length / 2);
    const [left, right] = readCompressed(file) as [Int16Array, Int16Array];
    expect(toneMs(left, CALLER_HZ)).toBeGreaterThan(2500);
    expect(toneMs(right, AGENT_HZ)).toBeGreaterThan(2500);
    expect(toneMs(left, AGENT_HZ), 'each voice in its own channel').toBe(0);
    expect(toneMs(right, CALLER_HZ), 'each voice in its own channel').toBe(0);
  });

  it('leaves a file that ffmpeg cannot read, and goes on with the next', async () => {
    const shelf = await archive();
    shelf.keep(recorded('broken', Buffer.from('no audio at all')));
    shelf.keep(recorded('good'));
    await shelf.idle();
    expect(readdirSync(folder).sort()).toEqual(['broken.wav', 'good.opus']);
    expect(store.cdrs.all.map(({ recordings }) => recordings[0]!.file)).toEqual([
      join(folder, 'broken.wav'),
      join(folder, 'good.opus'),
    ]);
  });

  it('keeps the WAV file when no record names it', async () => {
    const shelf = await archive();
    const kept = recorded('call-1');
    shelf.keep({ ...kept, callId: 'another' });
    await shelf.idle();
    expect(readdirSync(folder)).toEqual(['call-1.wav']);
  });

  it('deletes nothing that is being compressed or waits for it', async () => {
    const shelf = await archive({ keepDays: 1 });
    const replacing = Promise.withResolvers<void>();
    const { replace } = store.recordings;
    Object.assign(store.recordings, {
      replace: (change: never, at: number) => replacing.promise.then(() => replace(change, at)),
    });
    shelf.keep(recorded('current'));
    shelf.keep(recorded('waiting'));
    while (!existsSync(join(folder, 'current.opus'))) await clock.settle();
    await clock.advance(3 * 24 * 3_600_000);
    await shelf.retained();
    expect(readdirSync(folder).sort()).toEqual(['current.opus', 'current.wav', 'waiting.wav']);
    replacing.resolve();
    await shelf.idle();
    await clock.advance(3_600_000);
    await shelf.retained();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes up at the next start what the last one left', async () => {
    const young = recorded('young');
    const renamed = recorded('renamed');
    // killed after the record was changed and before the WAV file was deleted
    const done = join(folder, 'renamed.opus');
    writeFileSync(done, 'opus');
    await store.recordings.replace({ ...renamed, from: renamed.file, file: done, bytes: 4, sha256: 'x' }, 1);
    writeFileSync(join(folder, 'young.opus.part'), 'half');
    const shelf = await archive();
    await shelf.idle();
    expect(readdirSync(folder).sort()).toEqual(['renamed.opus', 'young.opus']);
    expect(namedFile().file).toBe(young.file.replace('.wav', '.opus'));
  });

  it('gives up at the end and leaves the WAV file as it was', async () => {
    const shelf = await archive();
    const long = Buffer.from(writeWav([sine(CALLER_HZ, 600_000), sine(AGENT_HZ, 600_000)]));
    const kept = recorded('long', long);
    shelf.keep(kept);
    while (!existsSync(join(folder, 'long.opus.part'))) await clock.settle();
    await shelf.close();
    expect(readdirSync(folder)).toEqual(['long.wav']);
    expect(namedFile().file).toBe(kept.file);
  });
});

describe('without ffmpeg', () => {
  it('says so at the start, and recordings stay WAV', async () => {
    const said: unknown[] = [];
    const log = { ...silentLogger, warn: (fields: unknown, text: string) => said.push([fields, text]) };
    const shelf = await archive({ ffmpeg: join(folder, 'no-ffmpeg'), log: log as unknown as Logger });
    expect(said).toEqual([
      [
        { reason: expect.stringContaining('no-ffmpeg cannot be run') },
        'recordings stay WAV: install ffmpeg, or set recording.compress to none',
      ],
    ]);
    const kept = recorded('call-1');
    shelf.keep(kept);
    await shelf.idle();
    expect(readdirSync(folder)).toEqual(['call-1.wav']);
  });
});

describe('files that are being written', () => {
  it('are not deleted before their call has ended', async () => {
    mkdirSync(join(folder, 'demo'));
    const shelf = await archive({ compress: 'none', maxBytes: 1 });
    const { file } = recorded('call-1');
    shelf.begin(file);
    await clock.advance(3_600_000);
    await shelf.retained();
    expect(existsSync(file)).toBe(true);
    expect(namedFile().deletedAt).toBeNull();
    shelf.end(file);
    await clock.advance(3_600_000);
    await shelf.retained();
    expect(existsSync(file)).toBe(false);
    expect(namedFile()).toMatchObject({ file, deletedAt: clock.now() });
  });
});
