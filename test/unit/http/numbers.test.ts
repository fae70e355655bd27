/** Numbers of callers (号码防火墙): masked, found, revealed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

const CALLER = '075523456789';
const MASKED = '0755****6789';

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
  await person(store, 'han', { roles: ['agent'], agent: '8003' });
  await person(store, 'qa', { roles: ['quality'] });
  app = httpOn(store, { auth: authOf(store, { agents: new Set(['8001', '8002', '8003']) }) });
});
afterEach(() => app.close());

const list = (headers: SignedIn, query = '') =>
  app.inject({ url: `/api/v1/calls${query}`, headers: { ...headers } });
const reveal = (headers: SignedIn, id: string, reason = 'he asked for a parcel') =>
  app.inject({
    method: 'POST',
    url: `/api/v1/calls/${id}/reveal`,
    headers: { ...headers },
    payload: { reason },
  });
const found = async (headers: SignedIn, query: string) => (await list(headers, query)).json().items.length;

describe('numbers', () => {
  it('are whole to a supervisor, masked to agents, who see their own calls', async () => {
    expect((await list(await signIn(app, 'zhou'))).body).toContain(`"caller":"${CALLER}"`);
    const own = (await list(await signIn(app, 'li'))).body;
    expect(own).toContain(`"caller":"${MASKED}"`);
    expect(own).toContain('"called":"4001234567"');
    expect(own).not.toContain(CALLER);
    expect((await list(await signIn(app, 'han'))).json().items).toEqual([]);
  });

  it('are found by who knows them whole, so many an hour', async () => {
    const qa = await signIn(app, 'qa');
    expect(await found(qa, `?caller=${CALLER}`)).toBe(1);
    expect(await found(qa, `?q=${CALLER}`)).toBe(1);
    for (const part of ['0755', '5523456', '23456789']) expect(await found(qa, `?q=${part}`)).toBe(0);
    expect((await list(qa, '?sort=caller')).statusCode).toBe(403);
    const guesses = Array.from({ length: 60 }, (_, guess) => `?caller=07550000${1000 + guess}`);
    const answers = await Promise.all(guesses.map((guess) => list(qa, guess)));
    const refused = answers.find(({ statusCode }) => statusCode === 429)!;
    expect(refused.json().detail).toBe('more than 60 numbers looked for an hour');
    expect((await list(qa, '?queue=sales')).statusCode).toBe(200);
    expect(await found(await signIn(app, 'zhou'), '?q=5523')).toBe(1);
  });

  it('of one call are told for a reason, which the audit trail has', async () => {
    const li = await signIn(app, 'li');
    const told = await reveal(li, 'call-of-a');
    expect(told.json()).toEqual({ caller: CALLER, called: '4001234567', forwardedBy: [], callback: null });
    const [note] = await store.audit.newest(1, Scope.of('a'));
    expect(note).toMatchObject({
      action: 'reveal',
      by: 'li@a',
      details: { call: 'call-of-a', reason: 'he asked for a parcel', address: '127.0.0.1' },
    });
    expect((await reveal(li, 'call-of-a', ' ')).statusCode).toBe(400);
    for (const id of ['call-of-b', 'call-of', 'none']) expect((await reveal(li, id)).statusCode).toBe(404);
    expect((await reveal(await signIn(app, 'han'), 'call-of-a')).statusCode).toBe(404);
    expect((await reveal(await signIn(app, 'qa'), 'call-of-a')).statusCode).toBe(403);
    expect(await store.audit.newest(1, Scope.of('b'))).toEqual([]);
  });
});
