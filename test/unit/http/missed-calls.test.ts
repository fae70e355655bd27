/** Missed calls (未接来电) are given to agents, called back and ticked off. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missedCalls } from '../../../src/call-board.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { SAMPLE_COMPANIES } from '../../support/companies.ts';
import { authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

const CALLER = '13800138000';
const MISSED = '/api/v1/missed-calls/missed-1';
const FROM = new Date(MONDAY_10).toISOString();
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let dialled: unknown[];

beforeEach(async () => {
  store = new MemoryStore();
  const missed = new CallScript('missed-1', { tenantId: 'demo' }).arrive({ caller: CALLER });
  missed.emit('routed', { hotline: '4001234567', version: undefined }).emit('answered', {});
  missed.emit('asked', { queue: 'sales', priority: 0 }).emit('segment', { kind: 'queue', owner: 'sales' });
  for (const event of missed.after(30_000).rung('8001', 'no-answer', 9_000).end().events)
    store.journal.append(event);
  const of = { tenantId: 'demo' };
  await person(store, 'zhou', { ...of, roles: ['supervisor'] });
  await person(store, 'wang', { ...of, roles: ['agent'], agent: '8001' });
  await person(store, 'han', { ...of, roles: ['agent'], agent: '8002' });
  await person(store, 'reader', { ...of, roles: ['report-reader'] });
  dialled = [];
  const desk = {
    act: async (...asked: readonly unknown[]) => {
      dialled.push(asked);
      return { callId: 'c9' } as never;
    },
    supervise: async () => ({}),
    supervising: () => undefined,
    talkersIn: () => [],
    stateOf: () => 'ready',
  };
  const clock = new ManualClock();
  app = httpOn(store, {
    auth: authOf(store, { companies: new Set(['demo']), agents: new Set(['8001', '8002', '8003']) }),
    missedCalls: missedCalls(store, { snapshot: SAMPLE_COMPANIES }, { clock }),
    desk,
  });
});
afterEach(() => app.close());

const who = (login: string) => signIn(app, login, 'demo');
const get = (headers: SignedIn, url: string) => app.inject({ url, headers: { ...headers } });
const patch = (headers: SignedIn, payload: object, revision: number) =>
  app.inject({
    ...{ method: 'PATCH', url: MISSED, payload },
    headers: { ...headers, 'if-match': `"${revision}"` },
  });
const call = (headers: SignedIn, query = '') =>
  app.inject({ method: 'POST', url: `${MISSED}/call${query}`, headers: { ...headers } });
const listed = async (headers: SignedIn, query = '') =>
  (await get(headers, `/api/v1/missed-calls?from=${FROM}${query}`)).json().items.length;

describe('a missed call', () => {
  it('is given to an agent by his supervisor, and is done when he says so', async () => {
    const [zhou, han] = [await who('zhou'), await who('han')];
    expect([await listed(zhou), await listed(han)]).toEqual([1, 0]);
    expect((await get(zhou, MISSED)).headers.etag).toBe('"0"');
    const given = await patch(zhou, { assignee: '8002' }, 0);
    expect(given.json()).toMatchObject({ state: 'assigned', assignee: '8002', caller: CALLER, revision: 1 });
    expect((await patch(zhou, { assignee: '8001' }, 0)).json().code).toBe('changed-meanwhile');
    expect((await patch(zhou, { assignee: '9999' }, 1)).json().code).toBe('no-such-agent');
    expect(await listed(han)).toBe(1);
    const done = await patch(han, { done: true, how: 'called-back', note: '已回 13900139000' }, 1);
    expect(done.json()).toMatchObject({
      ...{ state: 'done', caller: '138****8000', note: '已回 139****9000', revision: 2 },
      done: { how: 'called-back', by: 'han@demo', callId: null },
    });
    expect([await listed(zhou), await listed(zhou, '&state=done')]).toEqual([0, 1]);
    const [note] = await store.audit.newest(1, Scope.of('demo'));
    expect(note).toMatchObject({
      ...{ action: 'missed-call', by: 'han@demo' },
      details: { call: 'missed-1', assignee: '8002', ending: 'called-back' },
    });
  });

  it('is taken and given back by an agent whom it rang, who gives it to nobody else', async () => {
    const wang = await who('wang');
    expect((await patch(wang, { assignee: '8001' }, 0)).json().assignee).toBe('8001');
    expect((await patch(wang, { assignee: '8002' }, 1)).statusCode).toBe(403);
    expect((await patch(await who('han'), { assignee: '8002' }, 1)).statusCode).toBe(404);
    expect((await patch(await who('reader'), { done: true }, 1)).statusCode).toBe(403);
    expect((await patch(wang, { assignee: null }, 1)).json()).toMatchObject({
      state: 'open',
      assignee: null,
    });
  });

  it('is called back with one key from the phone of who asks, whose it is then', async () => {
    const wang = await who('wang');
    const begun = await call(wang);
    expect([begun.statusCode, begun.json()]).toEqual([201, { callId: 'c9' }]);
    expect(dialled).toEqual([[{ tenant: 'demo', agent: '8001' }, 'dial', { to: { number: CALLER } }]]);
    expect((await get(wang, MISSED)).json()).toMatchObject({ state: 'assigned', assignee: '8001' });
    expect((await call(wang, '?agent=8002')).statusCode).toBe(400);
    expect((await call(await who('zhou'))).json().detail).toContain('zhou@demo is no agent');
    const back = new CallScript('c9', { tenantId: 'demo', at: MONDAY_10 + 60_000 });
    back.arrive({ direction: 'outbound', originKind: 'agent', originName: '8001', called: CALLER });
    back.emit('answered', {}).emit('connected', { target: CALLER, kind: 'line' });
    back.emit('segment', { kind: 'talk', owner: '8001' });
    for (const event of back.after(5_000).end().events) store.journal.append(event);
    expect((await get(wang, MISSED)).json()).toMatchObject({
      ...{ state: 'done', done: { how: 'called-back', by: null, callId: 'c9' } },
    });
    expect((await call(wang)).json().code).toBe('wrong-state');
    expect((await patch(wang, { done: false }, 1)).json().code).toBe('wrong-state');
    expect(dialled).toHaveLength(1);
  });
});
