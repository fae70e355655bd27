import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript } from '../../support/call-events.ts';

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-verify-'));
  store = await openSqliteStore({ file: join(dir, 'pbx400.db'), clock: systemClock, logger: silentLogger });
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function write(path: string, text: string): string {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, 1000, 1000);
  return file;
}

/** A call whose record names a recording and a message. */
async function call(callId: string, talk: string, message: string): Promise<void> {
  const recording = { file: join(dir, talk), durationMs: 1, bytes: 4, sha256: sha256('talk') };
  const { events } = new CallScript(callId)
    .arrive()
    .emit('recordingEnded', recording)
    .emit('voicemailLeft', { ...recording, box: 'x', file: join(dir, message) })
    .end();
  for (const event of events) store.journal.append(event);
  await store.journal.flush();
}

async function verify(...args: string[]) {
  let out = '';
  const text = (part: string) => {
    out += part;
  };
  const parts = { out: text, err: () => {}, start: () => Promise.reject(new Error('not started')) };
  return { code: await run(['verify', '--data', dir, ...args], parts), out };
}

it('finds what is missing, changed and orphaned while the PBX runs, and says so by its exit code', async () => {
  write('recordings/a.wav', 'talk');
  write('voicemail/a.wav', 'talk');
  await call('c1', 'recordings/a.wav', 'voicemail/a.wav');
  expect(await verify()).toEqual({
    code: 0,
    out: 'files of 1 records: 2 sound, 0 missing, 0 changed, 0 orphaned\n',
  });
  const changed = write('recordings/b.wav', 'tolk');
  await call('c2', 'recordings/b.wav', 'voicemail/gone.wav');
  const orphan = write('voicemail/nobody.wav', 'x');
  writeFileSync(join(dir, 'recordings/under-way.wav'), 'x');
  const found = await verify('--json');
  expect(found.code).toBe(65);
  const lines = found.out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { problem: 'changed', file: changed, tenant: 'demo', callId: 'c2' },
    { problem: 'missing', file: join(dir, 'voicemail/gone.wav'), tenant: 'demo', callId: 'c2' },
    { problem: 'orphaned', file: orphan, tenant: null, callId: null },
    { records: 2, sound: 2, unsummed: 0, elsewhere: 0, missing: 1, changed: 1, orphaned: 1 },
  ]);
});

it('takes what was deleted by retention or for a person for what it is', async () => {
  await call('c1', 'recordings/a.wav', 'voicemail/a.wav');
  const files = new Set([join(dir, 'recordings/a.wav'), join(dir, 'voicemail/a.wav')]);
  await store.recordings.markDeleted({ files, from: 0, to: Number.MAX_SAFE_INTEGER, deletedAt: 1 });
  expect(await verify()).toMatchObject({ code: 0 });
});
