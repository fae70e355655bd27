import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { RecordingArchive } from '../../../src/recording/recording-archive.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { Messages } from '../../../src/voicemail/messages.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { entity } from '../../support/companies.ts';
import { authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

const DAY_MS = 86_400_000;
const BOX = { greeting: 'voicemail-greeting', maxMs: 60_000, maxSilenceMs: 5_000 };

let dir: string;
let store: MemoryStore;
let clock: ManualClock;
let app: ReturnType<typeof buildHttp>;
let li: SignedIn;
let held: ReadonlySet<string>;
let changes: unknown[];
let files: RecordingArchive;

/** A call with a message of 100 bytes. */
function left(callId: string, box: string, tenantId = 'a', at = MONDAY_10): string {
  const file = join(dir, `${callId}.wav`);
  writeFileSync(file, Buffer.from(Array.from({ length: 100 }, (_, index) => index)));
  const script = new CallScript(callId, { tenantId, at })
    .arrive()
    .emit('voicemailLeft', { box, file, durationMs: 5_000, bytes: 100, sha256: 'ab'.repeat(32) })
    .end();
  for (const event of script.events) store.journal.append(event);
  return file;
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-voicemails-'));
  store = new MemoryStore();
  clock = new ManualClock(MONDAY_10 + 60_000);
  held = new Set();
  changes = [];
  files = new RecordingArchive({ folder: dir, compress: 'none', clock, log: silentLogger, store });
  const upkeep = { heldFiles: async () => held } as never;
  const provisioning = new Provisioning([
    entity('mailbox', { tenant: 'a', name: 'night', ...BOX, extensions: [] }),
    entity('mailbox', { tenant: 'a', name: 'of-8001', ...BOX, extensions: [] }),
    entity('mailbox', { tenant: 'a', name: 'shared', ...BOX, extensions: ['8001'] }),
    entity('mailbox', { tenant: 'a', name: 'front', ...BOX, extensions: [] }),
    entity('extension', { tenant: 'a', number: '8001', voicemail: 'of-8001' } as never),
    entity('group', {
      tenant: 'a',
      number: '8100',
      members: [{ agent: '1001' }],
      otherwise: { mailbox: 'front' },
    } as never),
  ]);
  const { messages: of, journal, recordings, audit } = store;
  const messages = new Messages({
    store: { messages: of, journal, recordings, audit, upkeep },
    files,
    provisioning,
    clock,
  });
  messages.events.on('changed', (change) => changes.push(change));
  const reachedBy = () => ({ agents: new Set(['1001']), extensions: new Set(['8001']) });
  app = httpOn(store, {
    auth: authOf(store, { clock, agents: new Set(['1001']), organisation: { reachedBy } }),
    voicemails: messages,
  });
  await person(store, 'li');
  await person(store, 'wang', { tenantId: 'b' });
  await person(store, 'agent', { roles: ['agent'], agent: '1001' });
  await person(store, 'quality', { roles: ['quality'] });
  li = await signIn(app, 'li');
});
afterEach(async () => {
  await app.close();
  await files.close();
  rmSync(dir, { recursive: true, force: true });
});

type Method = 'GET' | 'HEAD' | 'PATCH' | 'DELETE';
const ask = (method: Method, path: string, payload?: object, headers: object = li) =>
  app.inject({
    method,
    url: `/api/v1/voicemails${path}`,
    headers: headers as Record<string, string>,
    ...(payload && { payload }),
  });
const idsOf = async (path: string, headers: object = li): Promise<string[]> =>
  (await ask('GET', path, undefined, headers)).json().items.map(({ id }: { id: string }) => id);
const audited = async () =>
  (await store.audit.newest(20, Scope.of('a')))
    .filter(({ action }) => !action.startsWith('sign'))
    .map(({ action, by, details }) => ({ action, by, ...details }))
    .toReversed();

describe('messages', () => {
  it('are listed for their company by mailbox, state and time, page by page', async () => {
    left('m1', 'night');
    left('m2', 'night', 'a', MONDAY_10 + DAY_MS);
    left('m3', 'front', 'a', MONDAY_10 + 2 * DAY_MS);
    left('other', 'night', 'b');
    const first = (await ask('GET', '?limit=2')).json();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['m3', 'm2']);
    expect(await idsOf(`?limit=2&after=${first.next}`)).toEqual(['m1']);
    expect(await idsOf('?mailbox=night')).toEqual(['m2', 'm1']);
    expect(await idsOf('?mailbox=nowhere')).toEqual([]);
    expect(await idsOf(`?from=${MONDAY_10 + 1}&to=${MONDAY_10 + 2 * DAY_MS}`)).toEqual(['m2']);
    expect((await ask('GET', '?box=night')).statusCode).toBe(400);
    expect((await ask('GET', '/m1')).json()).toMatchObject({
      mailbox: 'night',
      state: 'new',
      caller: '075523456789',
      durationMs: 5_000,
      heardAt: null,
      note: '',
    });
    const wang = await signIn(app, 'wang', 'b');
    expect(await idsOf('', wang)).toEqual(['other']);
    for (const path of ['/m1', '/m1/audio'])
      expect((await ask('GET', path, undefined, wang)).statusCode, path).toBe(404);
    expect((await ask('PATCH', '/m1', { done: true }, wang)).statusCode).toBe(404);
    expect((await ask('DELETE', '/m1', { reason: 'none of his' }, wang)).statusCode).toBe(404);
  });

  it('are heard in parts: then they are not new any more, and the audit trail knows by whom', async () => {
    left('m1', 'night');
    expect((await ask('HEAD', '/m1/audio')).headers['content-length']).toBe('100');
    expect((await ask('GET', '/m1')).json().state).toBe('new');
    const part = () => ask('GET', '/m1/audio', undefined, { ...li, range: 'bytes=0-4' });
    const heard = await part();
    expect([heard.statusCode, [...heard.rawPayload]]).toEqual([206, [0, 1, 2, 3, 4]]);
    await part();
    expect((await ask('GET', '/m1')).json()).toMatchObject({
      state: 'heard',
      heardBy: 'li@a',
      heardAt: new Date(clock.now()).toISOString(),
    });
    const saved = await ask('GET', '/m1/audio?download=true');
    expect(saved.headers['content-disposition']).toBe('attachment; filename="m1.wav"');
    const entry = { by: 'li@a', voicemail: 'm1', address: '127.0.0.1' };
    expect(await audited()).toEqual([
      { action: 'listen', ...entry },
      { action: 'download', ...entry },
    ]);
    expect(changes).toEqual([{ tenant: 'a', box: 'night' }]);
    expect(await idsOf('?state=new')).toEqual([]);
    expect(await idsOf('?state=heard')).toEqual(['m1']);
  });

  it('are kept, noted, seen to, and new again, as somebody says', async () => {
    left('m1', 'night');
    const patch = async (payload: object) => (await ask('PATCH', '/m1', payload)).json();
    expect(await patch({ saved: true })).toMatchObject({ state: 'saved', heardBy: 'li@a' });
    expect(await patch({ note: '要发票，请回 13900139000', done: true })).toMatchObject({
      note: '要发票，请回 13900139000',
      doneBy: 'li@a',
      state: 'saved',
    });
    expect(await idsOf('?done=true')).toEqual(['m1']);
    expect(await patch({ saved: false, done: false })).toMatchObject({ state: 'heard', doneAt: null });
    expect(await patch({ heard: false })).toMatchObject({ state: 'new', heardAt: null, heardBy: null });
    expect((await ask('PATCH', '/m1', {})).statusCode).toBe(400);
    expect((await ask('PATCH', '/m1', { state: 'heard' })).statusCode).toBe(400);
    // New or not: what was only noted changes no lamp.
    expect(changes).toHaveLength(3);
    const told = (await store.events.read('a', 0, 50)).filter(({ type }) => type === 'message');
    expect(told).toHaveLength(4);
    const agent = await signIn(app, 'agent');
    left('m2', 'shared');
    await ask('PATCH', '/m2', { note: '请回 13900139000' });
    expect((await ask('GET', '/m2', undefined, agent)).json()).toMatchObject({
      note: '请回 139****9000',
      caller: '0755****6789',
    });
  });

  it('of their phones and groups are what agents have', async () => {
    for (const [index, box] of ['night', 'of-8001', 'shared', 'front'].entries())
      left(`m-${box}`, box, 'a', MONDAY_10 + index);
    const agent = await signIn(app, 'agent');
    expect(await idsOf('', agent)).toEqual(['m-front', 'm-shared', 'm-of-8001']);
    expect(await idsOf('?mailbox=night', agent)).toEqual([]);
    expect(await idsOf('?mailbox=shared', agent)).toEqual(['m-shared']);
    expect((await ask('GET', '/m-night', undefined, agent)).statusCode).toBe(404);
    expect((await ask('GET', '/m-night/audio', undefined, agent)).statusCode).toBe(404);
    expect((await ask('PATCH', '/m-night', { heard: true }, agent)).statusCode).toBe(404);
    expect((await ask('GET', '/m-shared/audio', undefined, agent)).statusCode).toBe(200);
    const quality = await signIn(app, 'quality');
    expect((await ask('GET', '', undefined, quality)).statusCode).toBe(403);
  });

  it('are drawn: which nobody hears, and which goes with the file', async () => {
    const file = left('m1', 'night');
    writeWav(file, sine(440, 1_000, 12_800));
    const { durationMs, channels } = (await ask('GET', '/m1/peaks')).json();
    expect([durationMs, channels.length, Math.max(...channels[0].max)]).toEqual([1_000, 1, 50]);
    expect((await ask('GET', '/m1')).json().state).toBe('new');
    expect(await audited()).toEqual([]);
    const wang = await signIn(app, 'wang', 'b');
    expect((await ask('GET', '/m1/peaks', undefined, wang)).statusCode).toBe(404);
    expect(existsSync(`${file}.peaks.json`)).toBe(true);
    expect((await ask('DELETE', '/m1', { reason: 'seen to' })).statusCode).toBe(204);
    expect(existsSync(`${file}.peaks.json`)).toBe(false);
    expect((await ask('GET', '/m1/peaks')).statusCode).toBe(404);
  });

  it('are deleted for a reason that stays, unless they are on hold', async () => {
    const file = left('m1', 'night');
    const reason = '客户要求删除';
    expect((await ask('DELETE', '/m1', {})).statusCode).toBe(400);
    held = new Set([file]);
    expect((await ask('DELETE', '/m1', { reason })).json()).toMatchObject({ status: 409, code: 'on-hold' });
    expect(existsSync(file)).toBe(true);
    held = new Set();
    expect((await ask('DELETE', '/m1', { reason })).statusCode).toBe(204);
    expect(existsSync(file)).toBe(false);
    expect(await idsOf('')).toEqual([]);
    expect(await idsOf('?state=deleted')).toEqual(['m1']);
    expect((await ask('GET', '/m1')).json()).toMatchObject({
      state: 'deleted',
      deletedAt: new Date(clock.now()).toISOString(),
      deletedBecause: reason,
    });
    for (const [method, path, payload] of [
      ['GET', '/m1/audio', undefined],
      ['PATCH', '/m1', { heard: true }],
      ['DELETE', '/m1', { reason }],
    ] as const)
      expect((await ask(method, path, payload)).statusCode, method).toBe(404);
    const entry = { by: 'li@a', voicemail: 'm1', address: '127.0.0.1', reason };
    expect(await audited()).toEqual([{ action: 'delete-voicemail', ...entry }]);
    expect(changes).toEqual([{ tenant: 'a', box: 'night' }]);
  });
});
