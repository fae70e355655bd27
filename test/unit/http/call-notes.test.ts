/** What is said of calls that are over (补录小结, 批注). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../src/call/call.ts';
import type { CallEvent } from '../../../src/call/call-events.ts';
import { RunningCalls } from '../../../src/cdr/running-calls.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

const CALL = '/api/v1/calls/call-of-a';
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;

beforeEach(async () => {
  store = new MemoryStore();
  for (const [callId, tenantId] of [
    ['call-of-a', 'a'],
    ['call-of-b', 'b'],
  ] as const)
    for (const event of sampleCall(callId, { tenantId }).events) store.journal.append(event);
  await person(store, 'zhou', { roles: ['supervisor'] });
  await person(store, 'li', { roles: ['agent'], agent: '8002' });
  // He was rung and did not answer.
  await person(store, 'han', { roles: ['agent'], agent: '8001' });
  await person(store, 'reader', { roles: ['report-reader'] });
  app = httpOn(store, { auth: authOf(store, { agents: new Set(['8001', '8002', '8003']) }) });
});
afterEach(() => app.close());

const get = (headers: SignedIn, url: string) => app.inject({ url, headers: { ...headers } });
const say = (headers: SignedIn, payload: object, ifMatch?: string, url = CALL) =>
  app.inject({
    ...{ method: 'PATCH', url, payload },
    headers: { ...headers, ...(ifMatch !== undefined && { 'if-match': ifMatch }) },
  });
const post = (headers: SignedIn, payload: object, url = `${CALL}/notes`) =>
  app.inject({ method: 'POST', url, headers: { ...headers }, payload });
const remove = (headers: SignedIn, id: string) =>
  app.inject({ method: 'DELETE', url: `${CALL}/notes/${id}`, headers: { ...headers } });

describe('an ended call', () => {
  it('is said by its agent, and by his supervisor over him, to have come to something', async () => {
    const li = await signIn(app, 'li');
    const before = await get(li, CALL);
    expect(before.headers.etag).toBe('"0"');
    expect(before.json()).toMatchObject({ disposition: null, resolved: null, note: null, comments: 0 });
    expect((await say(li, { resolved: true })).json().code).toBe('no-if-match');
    const said = await say(li, { disposition: 'sale', resolved: false, note: '来电 13900139000' }, '"0"');
    expect(said.statusCode).toBe(200);
    expect(said.headers.etag).toBe('"1"');
    expect(said.json()).toMatchObject({ disposition: 'sale', resolved: false, note: '来电 139****9000' });
    expect((await say(li, { resolved: true }, '"0"')).json().code).toBe('changed-meanwhile');
    const zhou = await signIn(app, 'zhou');
    const after = await say(zhou, { resolved: true, note: null }, '"1"');
    expect(after.json()).toMatchObject({ disposition: 'sale', resolved: true, note: null, revision: 2 });
    expect((await get(zhou, CALL)).json()).toEqual(after.json());
    const [note] = await store.audit.newest(1, Scope.of('a'));
    expect(note).toMatchObject({
      ...{ action: 'note-call', by: 'zhou@a' },
      details: { call: 'call-of-a', did: 'say', after: { disposition: 'sale', resolved: true }, note: true },
    });
    const found = await get(zhou, '/api/v1/calls?disposition=sale&noted=true');
    expect(found.json().items).toHaveLength(1);
    expect((await get(zhou, '/api/v1/calls?disposition=none')).json().items).toEqual([]);
  });

  it('is refused to who had no part in it, and to who may only read; what is not his company, is not there', async () => {
    const answers = [
      await say(await signIn(app, 'han'), { resolved: true }, '"0"'),
      await say(await signIn(app, 'reader'), { resolved: true }, '"0"'),
      await say(await signIn(app, 'zhou'), { resolved: true }, '"0"', '/api/v1/calls/call-of-b'),
      await post(await signIn(app, 'han'), { text: 'x' }),
      await post(await signIn(app, 'zhou'), { text: 'x' }, '/api/v1/calls/call-of-b/notes'),
      await get(await signIn(app, 'zhou'), '/api/v1/calls/call-of-b/notes'),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 404, 403, 404, 404]);
    for (const words of [{}, { what: 1 }])
      expect((await say(await signIn(app, 'zhou'), words, '"0"')).statusCode).toBe(400);
    expect((await store.cdrs.query({})).cdrs.map(({ noted }) => noted)).toEqual([null, null]);
  });

  it('is marked by its agent and his supervisor, found by the mark, and unmarked', async () => {
    const [li, zhou] = [await signIn(app, 'li'), await signIn(app, 'zhou')];
    const mark = (headers: SignedIn, payload: object, id = 'call-of-a') =>
      app.inject({ method: 'PUT', url: `/api/v1/calls/${id}/flag`, headers: { ...headers }, payload });
    const unmark = (headers: SignedIn, id = 'call-of-a') =>
      app.inject({ method: 'DELETE', url: `/api/v1/calls/${id}/flag`, headers: { ...headers } });
    const found = async (headers: SignedIn, is: boolean) =>
      (await get(headers, `/api/v1/calls?flagged=${is}`)).json().items.map(({ id }: { id: string }) => id);
    expect((await get(li, CALL)).json().flag).toBeNull();
    const made = await mark(li, { reason: ' 客户 13900139000 要投诉 ' });
    expect(made.statusCode).toBe(200);
    expect(made.json()).toMatchObject({
      ...{ id: 'call-of-a', flag: { by: 'li@a', reason: '客户 139****9000 要投诉' } },
    });
    expect((await get(li, CALL)).json().flag).toEqual(made.json().flag);
    expect((await get(zhou, CALL)).headers.etag).toBe('"0"');
    expect([await found(zhou, true), await found(zhou, false)]).toEqual([['call-of-a'], []]);
    expect((await mark(zhou, {})).json().flag).toMatchObject({ by: 'zhou@a', reason: null });
    expect((await store.audit.newest(1, Scope.of('a')))[0]).toMatchObject({
      ...{ action: 'note-call', by: 'zhou@a', details: { call: 'call-of-a', did: 'flag', reason: false } },
    });
    const refused = [
      await mark(await signIn(app, 'han'), {}),
      await unmark(await signIn(app, 'han')),
      await mark(await signIn(app, 'reader'), {}),
      await mark(zhou, {}, 'call-of-b'),
      await unmark(zhou, 'call-of-b'),
      await mark(zhou, { reason: ' ' }),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 404, 404, 400]);
    expect((await unmark(zhou)).statusCode).toBe(204);
    expect((await get(li, CALL)).json().flag).toBeNull();
    expect(await found(zhou, true)).toEqual([]);
  });

  it('is marked while it runs, and between its end and its record', async () => {
    const { events } = sampleCall('call-now', { tenantId: 'a' });
    let isStored = false;
    const running = new RunningCalls(store.journal, () => isStored);
    const calls = new Map<string, Pick<Call, 'note'>>();
    const { callId, tenantId, at } = events[0]!;
    calls.set(callId, {
      note: (type, fact) =>
        running.append({ tenantId, callId, seq: 0, at, type, ...fact } as unknown as CallEvent),
    });
    for (const event of events.slice(0, -1)) running.append(event);
    await app.close();
    app = httpOn(store, {
      auth: authOf(store, { agents: new Set(['8001', '8002', '8003']) }),
      underWay: { running, calls },
    });
    const put = async (who: string, reason: string) => {
      const headers = { ...(await signIn(app, who)) };
      return app.inject({ method: 'PUT', url: `/api/v1/calls/${callId}/flag`, headers, payload: { reason } });
    };
    expect((await put('han', 'x')).statusCode).toBe(403);
    expect((await put('li', '要回访')).json().flag).toMatchObject({ by: 'li@a', reason: '要回访' });
    expect(running.record(callId, at)?.flag?.reason).toBe('要回访');
    running.append(events.at(-1)!);
    calls.delete(callId);
    expect((await put('zhou', '已回访')).json().flag).toMatchObject({ by: 'zhou@a', reason: '已回访' });
    isStored = true;
    const [kept] = (await store.cdrs.query({ search: callId })).cdrs;
    expect(kept?.flag).toMatchObject({ by: 'zhou@a', reason: '已回访' });
  });

  it('has comments, with the moment of the recording, taken back by who wrote them', async () => {
    const [li, zhou] = [await signIn(app, 'li'), await signIn(app, 'zhou')];
    const made = await post(zhou, { text: 'he was not told the price', atMs: 42_000 });
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({ by: 'zhou@a', atMs: 42_000 });
    await post(li, { text: 'the price changes tomorrow' });
    const listed = (await get(li, `${CALL}/notes`)).json().items;
    expect(listed.map(({ by, atMs }: { by: string; atMs: number }) => [by, atMs])).toEqual([
      ['zhou@a', 42_000],
      ['li@a', null],
    ]);
    expect((await get(li, CALL)).json()).toMatchObject({ comments: 2, revision: 0 });
    expect((await remove(li, made.json().id)).statusCode).toBe(403);
    expect((await remove(zhou, made.json().id)).statusCode).toBe(204);
    expect((await remove(zhou, made.json().id)).statusCode).toBe(404);
    expect((await get(li, CALL)).json().comments).toBe(1);
    expect((await post(li, { text: ' ' })).statusCode).toBe(400);
  });
});
