import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { recordingBoard } from '../../../src/open-recordings.ts';
import { RecordingArchive } from '../../../src/recording/recording-archive.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { AS_OPERATOR, authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

let dir: string;
let store: MemoryStore;
let clock: ManualClock;
let archive: RecordingArchive;
let app: ReturnType<typeof buildHttp>;
let li: SignedIn;
let held: ReadonlySet<string>;

/** A call with a recording of 100 bytes. */
function recorded(callId: string, tenantId = 'a'): string {
  const file = join(dir, `${callId}.wav`);
  writeFileSync(file, Buffer.from(Array.from({ length: 100 }, (_, at) => at)));
  const script = new CallScript(callId, { tenantId })
    .arrive()
    .emit('recordingEnded', { file, durationMs: 3000, bytes: 100, sha256: 'ab'.repeat(32) })
    .end();
  for (const event of script.events) store.journal.append(event);
  return file;
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-recordings-'));
  store = new MemoryStore();
  clock = new ManualClock(MONDAY_10 + 60_000);
  held = new Set();
  archive = new RecordingArchive({ folder: dir, compress: 'none', clock, log: silentLogger, store });
  const upkeep = { heldFiles: async () => held };
  const services = { clock, ids: seededIds() };
  const parts = {
    cdrs: store.cdrs,
    recordings: store.recordings,
    shares: store.shares,
    audit: store.audit,
    upkeep: upkeep as never,
  };
  app = httpOn(store, {
    auth: authOf(store, { clock }),
    recordings: recordingBoard(parts, archive, services),
  });
  await person(store, 'li', { roles: ['company-admin'] });
  await person(store, 'wang', { tenantId: 'b', roles: ['company-admin'] });
  await person(store, 'quality', { roles: ['quality'] });
  li = await signIn(app, 'li');
});
afterEach(async () => {
  await app.close();
  await archive.close();
  rmSync(dir, { recursive: true, force: true });
});

const get = (path: string, headers: object = li) =>
  app.inject({ url: `/api/v1${path}`, headers: headers as Record<string, string> });
const audited = async () =>
  (await store.audit.newest(20, Scope.of('a')))
    .filter(({ action }) => !action.startsWith('sign'))
    .map(({ action, by, details }) => ({ action, by, ...details }))
    .toReversed();

describe('recordings', () => {
  it('are listed for their company, page by page, with masked numbers for who may not see them', async () => {
    for (const id of ['call1', 'call2', 'call3']) recorded(id);
    recorded('of-b', 'b');
    const first = (await get('/recordings?limit=2')).json();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['call3.0', 'call2.0']);
    expect(first.items[0]).toMatchObject({ caller: '075523456789', durationMs: 3000, deletedAt: null });
    const next = (await get(`/recordings?limit=2&after=${first.next}`)).json();
    expect(next).toMatchObject({ items: [{ id: 'call1.0' }], next: null });
    const quality = await signIn(app, 'quality');
    expect((await get('/recordings/call1.0', quality)).json().caller).toBe('0755****6789');
    expect((await get('/recordings/of-b.0')).statusCode).toBe(404);
  });

  it.each([
    [undefined, 200, '0-99', undefined],
    ['bytes=10-19', 206, '10-19', 'bytes 10-19/100'],
    ['bytes=90-', 206, '90-99', 'bytes 90-99/100'],
    ['bytes=-5', 206, '95-99', 'bytes 95-99/100'],
    ['bytes=95-500', 206, '95-99', 'bytes 95-99/100'],
    ['bytes=1-2,4-5', 200, '0-99', undefined],
    ['lines=1-2', 200, '0-99', undefined],
    ['bytes=9-3', 200, '0-99', undefined],
  ])('are heard in parts: %s', async (range, status, part, contentRange) => {
    recorded('call1');
    const answer = await get('/recordings/call1.0/audio', range ? { ...li, range } : li);
    const [from, to] = part.split('-').map(Number) as [number, number];
    expect(answer.statusCode).toBe(status);
    expect([...answer.rawPayload]).toEqual(Array.from({ length: to - from + 1 }, (_, at) => from + at));
    expect(answer.headers).toMatchObject({
      'content-type': 'audio/wav',
      'accept-ranges': 'bytes',
      'content-disposition': 'inline; filename="call1-0.wav"',
      'content-length': String(to - from + 1),
    });
    expect(answer.headers['content-range']).toBe(contentRange);
  });

  it('refuse a part that there is not, send all of what has changed, and tell their size', async () => {
    recorded('call1');
    const beyond = await get('/recordings/call1.0/audio', { ...li, range: 'bytes=100-' });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */100']);
    const other = { ...li, range: 'bytes=0-1', 'if-range': '"other"' };
    expect((await get('/recordings/call1.0/audio', other)).statusCode).toBe(200);
    const head = await app.inject({
      method: 'HEAD',
      url: '/api/v1/recordings/call1.0/audio',
      headers: { ...li },
    });
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '100', '']);
    expect((await get('/recordings/call1.1/audio')).statusCode).toBe(404);
  });

  it('are in the audit trail when they are heard, once a listening, and when they are saved', async () => {
    recorded('call1');
    for (const range of ['bytes=0-9', 'bytes=10-19'])
      await get('/recordings/call1.0/audio', { ...li, range });
    await get('/recordings/call1.0/audio?download=true');
    await clock.advance(11 * 60_000);
    await get('/recordings/call1.0/audio');
    const entry = { by: 'li@a', recording: 'call1.0', address: '127.0.0.1' };
    expect(await audited()).toEqual([
      { action: 'listen', ...entry },
      { action: 'download', ...entry },
      { action: 'listen', ...entry },
    ]);
  });

  it('are drawn, when they are not written any more', async () => {
    const file = recorded('call1');
    writeWav(file, sine(440, 1_000, 12_800));
    archive.begin(file);
    expect((await get('/recordings/call1.0/peaks')).json()).toMatchObject({ status: 409, code: 'in-use' });
    archive.end(file);
    expect((await get('/recordings/call1.0/peaks')).json()).toMatchObject({ durationMs: 1_000 });
    expect((await get('/recordings/call2.0/peaks')).statusCode).toBe(404);
    expect(await audited()).toEqual([]);
  });

  it('are deleted for a reason, unless they are on hold or being written', async () => {
    const file = recorded('call1');
    const remove = (payload: object) =>
      app.inject({ method: 'DELETE', url: '/api/v1/recordings/call1.0', headers: { ...li }, payload });
    const reason = 'the customer asks for it';
    expect((await remove({})).statusCode).toBe(400);
    held = new Set([file]);
    expect((await remove({ reason })).json()).toMatchObject({ status: 409, code: 'on-hold' });
    held = new Set();
    archive.begin(file);
    expect((await remove({ reason })).json()).toMatchObject({ status: 409, code: 'in-use' });
    archive.end(file);
    expect((await remove({ reason })).statusCode).toBe(204);
    expect((await get('/recordings/call1.0')).json()).toMatchObject({
      deletedAt: new Date(clock.now()).toISOString(),
      deletedBecause: reason,
    });
    expect([
      (await get('/recordings/call1.0/audio')).statusCode,
      (await remove({ reason })).statusCode,
    ]).toEqual([404, 404]);
    const entry = { by: 'li@a', recording: 'call1.0', address: '127.0.0.1' };
    expect(await audited()).toEqual([{ action: 'delete-recording', ...entry, reason }]);
  });

  it('are heard over a link by anybody until it ends, each use in the audit trail', async () => {
    recorded('call1');
    const make = async () => {
      const payload = { lastsMs: 600_000 };
      const url = '/api/v1/recordings/call1.0/shares';
      return (await app.inject({ method: 'POST', url, headers: { ...li }, payload })).json();
    };
    const [made, other] = [await make(), await make()];
    const hear = async (url: string) => (await app.inject(url)).statusCode;
    const heard = await app.inject({ url: made.url, headers: { range: 'bytes=0-4' } });
    expect([heard.statusCode, [...heard.rawPayload]]).toEqual([206, [0, 1, 2, 3, 4]]);
    expect(heard.headers['content-disposition']).toBe('inline; filename="recording.wav"');
    const stored = await store.shares.of(Scope.all, { callId: 'call1', no: 0 });
    expect(JSON.stringify(stored)).not.toContain(made.url.split('/').at(-1));
    const revoke = `/api/v1/recordings/call1.0/shares/${made.share.id}`;
    const wang = await signIn(app, 'wang', 'b');
    const foreign = await app.inject({ method: 'DELETE', url: revoke, headers: { ...wang } });
    expect(foreign.statusCode).toBe(404);
    expect(await hear(made.url)).toBe(200);
    expect((await app.inject({ method: 'DELETE', url: revoke, headers: { ...li } })).statusCode).toBe(204);
    expect([await hear(made.url), await hear(other.url)]).toEqual([404, 200]);
    await clock.advance(600_000);
    expect([await hear(other.url), await hear('/api/v1/shared-recordings/not-one-of-ours-at-all')]).toEqual([
      404, 404,
    ]);
    const listed = (await get('/recordings/call1.0/shares')).json().items;
    expect(listed.map(({ revokedAt }: { revokedAt: string | null }) => revokedAt !== null)).toEqual([
      false,
      true,
    ]);
    const uses = (await audited()).filter(({ action }) => action === 'use-share');
    expect(uses.map(({ by }) => by)).toEqual([`link ${made.share.id}`, `link ${other.share.id}`]);
    expect((await audited()).map(({ action }) => action)).toContain('unshare');
  });

  it('need their rights: quality hears, and neither deletes nor shares', async () => {
    recorded('call1');
    const quality = await signIn(app, 'quality');
    expect((await get('/recordings/call1.0/audio', quality)).statusCode).toBe(200);
    const shares = { method: 'POST', url: '/api/v1/recordings/call1.0/shares', payload: {} } as const;
    expect((await app.inject({ ...shares, headers: { ...quality } })).statusCode).toBe(403);
    expect((await app.inject({ ...shares, headers: AS_OPERATOR })).statusCode).toBe(201);
  });
});

describe('who listened', () => {
  const listeners = (id: string, headers: object = li) => get(`/calls/${id}/listeners`, headers);

  it('is told of each call, by link too, the newest first', async () => {
    recorded('call1');
    recorded('call2');
    await get('/recordings/call1.0/audio');
    await clock.advance(1_000);
    await get('/recordings/call1.0/audio?download=true');
    await get('/recordings/call2.0/audio');
    const url = '/api/v1/recordings/call1.0/shares';
    const made = (await app.inject({ method: 'POST', url, headers: { ...li }, payload: {} })).json();
    await app.inject(made.url);
    const { items } = (await listeners('call1')).json();
    expect(items.map(({ action, by, share }: Record<string, string>) => [action, by, share])).toEqual([
      ['use-share', `link ${made.share.id}`, null],
      ['share', 'li@a', made.share.id],
      ['download', 'li@a', null],
      ['listen', 'li@a', null],
    ]);
    expect(items[3]).toMatchObject({ recording: 'call1.0', address: '127.0.0.1' });
    expect(Date.parse(items[2].at) - Date.parse(items[3].at)).toBe(1_000);
  });

  it('is the company’s alone, and of those who may read the audit trail', async () => {
    recorded('call1');
    recorded('of-b', 'b');
    await get('/recordings/call1.0/audio');
    expect((await listeners('of-b')).statusCode).toBe(404);
    expect((await listeners('call1', await signIn(app, 'wang', 'b'))).statusCode).toBe(404);
    expect((await listeners('call1', await signIn(app, 'quality'))).statusCode).toBe(403);
    expect((await listeners('none')).statusCode).toBe(404);
  });
});
