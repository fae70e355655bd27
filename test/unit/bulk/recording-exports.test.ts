import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 as nodeCrc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeardRecordings, RecordingExports } from '../../../src/bulk/recording-exports.ts';
import type { Job } from '../../../src/job/job-store.ts';
import type { Jobs } from '../../../src/job/jobs.ts';
import { recordingBoard } from '../../../src/open-recordings.ts';
import { RecordingArchive } from '../../../src/recording/recording-archive.ts';
import { crc32 } from '../../../src/shared/crc32.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { jobsOn } from '../../support/http.ts';

let dir: string;
let store: MemoryStore;
let clock: ManualClock;
let archive: RecordingArchive;
let jobs: Jobs;
let heard: HeardRecordings;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-zip-'));
  store = new MemoryStore();
  clock = new ManualClock(MONDAY_10 + 60_000);
  archive = new RecordingArchive({ folder: dir, compress: 'none', clock, log: silentLogger, store });
  jobs = jobsOn(store, { folder: join(dir, 'jobs'), clock });
  heard = recordingBoard(store, archive, { clock, ids: seededIds() });
});
afterEach(async () => {
  await jobs.close();
  await archive.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A call with a recording of so many bytes. */
function recorded(callId: string, bytes = 100, tenantId = 'a'): void {
  const file = join(dir, `${callId}.wav`);
  writeFileSync(file, Buffer.alloc(bytes, callId));
  const script = new CallScript(callId, { tenantId })
    .arrive()
    .emit('recordingEnded', { file, durationMs: 3000, bytes, sha256: 'ab'.repeat(32) })
    .end();
  for (const event of script.events) store.journal.append(event);
}

async function exported(scope: Scope, recordings = heard): Promise<Job> {
  const exports = new RecordingExports({
    ...{ recordings, jobs, clock, timeZone: 'Asia/Shanghai' },
    tell: (entry) => store.audit.append(entry),
  });
  const ended = new Promise<Job>((done) => jobs.events.on('changed', (job) => job.endedAt && done(job)));
  await exports.start(
    { tenant: 'a', filter: {}, scope, language: 'zh' },
    { by: 'li@a', address: '192.0.2.7' },
  );
  return await ended;
}

/** What Python makes of the file: names with their texts, after it has proved all sums. */
function unzipped(job: Job): Record<string, string> {
  const script =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps({n:z.read(n).decode() for n in z.namelist()}))';
  return JSON.parse(execFileSync('python3', ['-c', script, jobs.pathOf(job)!], { encoding: 'utf8' }));
}

describe('recordings in a ZIP file', () => {
  it('are those of the company, with an index, each in the audit trail as saved', async () => {
    recorded('call1');
    recorded('call2', 300_000);
    recorded('of-b', 100, 'b');
    const job = await exported(Scope.of('a'));
    expect(job).toMatchObject({
      state: 'done',
      result: { what: 'recording', rows: 2, missing: 0, isCut: false },
    });
    const files = unzipped(job);
    expect(Object.keys(files)).toEqual([
      'recordings/2026-10-12 100000 075523456789 call2-0.wav',
      'recordings/2026-10-12 100000 075523456789 call1-0.wav',
      'index.csv',
    ]);
    expect(Object.values(files)[1]).toBe(Buffer.alloc(100, 'call1').toString());
    const [titles, row] = files['index.csv']!.split('\r\n');
    expect(titles).toMatch(/^\uFEFF文件,录音编号,录音时长\(毫秒\),SHA-256,开始时间,/);
    expect(row).toMatch(/^recordings\/2026-10-12 100000 075523456789 call2-0\.wav,call2\.0,3000,abab/);
    const trail = await store.audit.newest(10, Scope.of('a'));
    expect(
      trail.map(({ action, by, details }) => [action, by, details['recording'] ?? details['what']]),
    ).toEqual([
      ['download', 'li@a', 'call1.0'],
      ['download', 'li@a', 'call2.0'],
      ['export', 'li@a', 'recording'],
    ]);
  });

  it('show no number to who may not see it, in names nor in the index', async () => {
    recorded('call1');
    const files = unzipped(await exported(Scope.of('a').withoutNumbers()));
    expect(Object.keys(files)[0]).toBe('recordings/2026-10-12 100000 0755xxxx6789 call1-0.wav');
    expect(files['index.csv']).toContain('0755****6789');
    expect(files['index.csv']).not.toContain('075523456789');
  });

  it('that are gone stand in the index without a file', async () => {
    recorded('call1');
    recorded('call2');
    rmSync(join(dir, 'call1.wav'));
    const job = await exported(Scope.of('a'));
    expect(job.result).toMatchObject({ rows: 1, missing: 1 });
    expect(unzipped(job)['index.csv']!.split('\r\n')[2]).toMatch(/^,call1\.0,/);
  });

  it('end where somebody cancels', async () => {
    for (const id of ['call1', 'call2', 'call3']) recorded(id);
    let taken = 0;
    const cancelling: HeardRecordings = {
      list: (...asked) => heard.list(...asked),
      listen: async (...asked) => {
        taken++;
        const [job] = await jobs.list(Scope.of('a'), { limit: 1 });
        await jobs.cancel(Scope.of('a'), job!.id);
        return heard.listen(...asked);
      },
    };
    expect(await exported(Scope.of('a'), cancelling)).toMatchObject({ state: 'cancelled', file: undefined });
    expect(taken).toBe(1);
  });
});

it.each(['', 'a', '123456789', 'x'.repeat(70_000)])('CRC-32 is as Node has it', (text) => {
  const bytes = Buffer.from(text);
  expect(crc32(bytes)).toBe(nodeCrc32(bytes));
  const half = bytes.length >> 1;
  expect(crc32(bytes.subarray(half), crc32(bytes.subarray(0, half)))).toBe(nodeCrc32(bytes));
});
