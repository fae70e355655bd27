import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordingArchive } from '../../../src/recording/recording-archive.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { until } from '../../support/until.ts';

let dir: string;
let folder: string;
let moveTo: string;
let store: MemoryStore;
let clock: ManualClock;
const open: RecordingArchive[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-mover-'));
  [folder, moveTo] = [join(dir, 'recordings'), join(dir, 'far')];
  store = new MemoryStore();
  clock = new ManualClock(MONDAY_10 + 60_000);
});
afterEach(async () => {
  for (const archive of open.splice(0)) await archive.close();
  expect(clock.pending).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});

function recorded(callId: string) {
  const file = join(folder, 'demo', `${callId}.wav`);
  mkdirSync(join(folder, 'demo'), { recursive: true });
  writeFileSync(file, `talk of ${callId}`, { mode: 0o600 });
  utimesSync(file, MONDAY_10 / 1000, MONDAY_10 / 1000);
  const sha256 = createHash('sha256').update(`talk of ${callId}`).digest('hex');
  const script = new CallScript(callId)
    .arrive()
    .emit('recordingEnded', { file, durationMs: 3000, bytes: 10, sha256 })
    .end();
  for (const event of script.events) store.journal.append(event);
  return { callId, startedAt: MONDAY_10, file };
}

async function archive(): Promise<RecordingArchive> {
  const made = new RecordingArchive({ folder, moveTo, compress: 'none', clock, log: silentLogger, store });
  open.push(made);
  await made.start();
  return made;
}

const nameOf = (callId: string) => store.cdrs.all.find((cdr) => cdr.callId === callId)!.recordings[0]!;

describe('recordings on another mount', () => {
  it('are there whole before the record names them, with the age of the talk', async () => {
    const kept = await archive();
    const talk = recorded('c1');
    kept.keep(talk);
    await kept.idle();
    const file = join(moveTo, 'demo/c1.wav');
    expect(nameOf('c1')).toMatchObject({ file, bytes: 10 });
    expect(readFileSync(file, 'utf8')).toBe('talk of c1');
    expect(createHash('sha256').update('talk of c1').digest('hex')).toBe(nameOf('c1').sha256);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).mtimeMs).toBe(MONDAY_10);
    expect([existsSync(talk.file), kept.waitingToMove]).toEqual([false, 0]);
    const audio = (await kept.audio(file))!;
    expect([audio.bytes, audio.type]).toEqual([10, 'audio/wav']);
    expect(String(Buffer.concat(await audio.read({ from: 5, to: 8 }).toArray()))).toBe('of c');
    expect(await kept.audio(join(moveTo, 'demo/none.wav'))).toBeUndefined();
    expect(await kept.delete(file)).toBe(true);
    expect([existsSync(file), await kept.delete(file)]).toEqual([false, false]);
  });

  it('stay where they are while it does not answer, cost no thread, and are moved when it does', async () => {
    const kept = await archive();
    const part = join(moveTo, 'demo/c1.wav.part');
    mkdirSync(join(moveTo, 'demo'), { recursive: true });
    // Opening a pipe that nobody reads hangs, as a file of a dead NFS server does.
    execFileSync('mkfifo', [part]);
    const talk = recorded('c1');
    kept.keep(talk);
    // More of them than libuv has threads: they are free.
    await Promise.all(Array.from({ length: 16 }, () => readFile(talk.file)));
    await clock.advance(120_000);
    await kept.idle();
    expect([nameOf('c1').file, existsSync(talk.file), kept.waitingToMove]).toEqual([talk.file, true, 1]);
    rmSync(part);
    const isMoved = async () => {
      await clock.advance(600_000);
      await kept.idle();
      return kept.waitingToMove === 0;
    };
    await until('the recording is moved', isMoved, { limitMs: 25_000 });
    expect(nameOf('c1').file).toBe(join(moveTo, 'demo/c1.wav'));
    expect(existsSync(talk.file)).toBe(false);
  });

  it('are moved by the next start, and one that a crash left in both places goes from the first', async () => {
    const [left, both] = [recorded('left'), recorded('both')];
    const first = await archive();
    await first.idle();
    writeFileSync(both.file, 'talk of both');
    await first.close();
    const second = await archive();
    await second.idle();
    expect([left, both].map(({ file }) => existsSync(file))).toEqual([false, false]);
    expect(existsSync(join(moveTo, 'demo/both.wav'))).toBe(true);
  });
});
