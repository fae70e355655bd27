import { beforeEach, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '../../../src/http/authenticate.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { MONDAY_10 } from '../../support/call-events.ts';
import { AS_OPERATOR, authOf, httpOn, person, signIn } from '../../support/http.ts';

let store: MemoryStore;
let clock: ManualClock;
let app: ReturnType<typeof buildHttp>;
const OF_A = { ...AS_OPERATOR, 'pbx-tenant': 'a' };

beforeEach(async () => {
  store = new MemoryStore();
  clock = new ManualClock(MONDAY_10);
  app = httpOn(store, {
    auth: authOf(store, { clock, agents: new Set(['8001', '8002', '8003', '8004']) }),
    origins: ['https://crm.example'],
    consoleDir: new URL('../../fixtures/none', import.meta.url).pathname,
  });
  // An agent who may do much more besides.
  await person(store, 'li', { roles: ['company-admin'], agent: '8001' });
  await person(store, 'out', { roles: ['agent'], agent: '8002', isActive: false });
  await person(store, 'fresh', { roles: ['agent'], agent: '8003', mustChange: true });
});

const post = (path: string, payload: object, headers: object = {}) =>
  app.inject({ method: 'POST', url: `/api/v1${path}`, payload, headers: { ...headers } });
const ticketFor = async (agent: string, headers: object = OF_A) =>
  await post('/embed-tickets', { agent }, headers);
async function opened(): Promise<string> {
  const { ticket } = (await ticketFor('8001')).json();
  const answer = await post('/embed-sessions', { ticket });
  expect(answer.statusCode, answer.body).toBe(201);
  expect(answer.headers['set-cookie']).toBeUndefined();
  return answer.json().token;
}
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (path: string, headers: object) => app.inject({ url: `/api/v1${path}`, headers: { ...headers } });

describe('a ticket of a phone bar', () => {
  it('is good once, for a minute', async () => {
    const { ticket } = (await ticketFor('8001')).json();
    expect((await post('/embed-sessions', { ticket })).statusCode).toBe(201);
    expect((await post('/embed-sessions', { ticket })).json().code).toBe('unauthorized');
    const late = (await ticketFor('8001')).json().ticket;
    await clock.advance(60_000);
    expect((await post('/embed-sessions', { ticket: late })).statusCode).toBe(401);
  });

  it('is for an agent of the own company who may sign in, by right', async () => {
    expect((await ticketFor('8009')).statusCode).toBe(404);
    expect((await ticketFor('8001', { ...AS_OPERATOR, 'pbx-tenant': 'b' })).statusCode).toBe(404);
    expect((await ticketFor('8002')).statusCode).toBe(404);
    expect((await ticketFor('8003')).json().code).toBe('must-change-password');
    await person(store, 'agent', { roles: ['agent'] });
    expect((await ticketFor('8001', await signIn(app, 'agent'))).statusCode).toBe(403);
    expect((await ticketFor('8001', {})).statusCode).toBe(401);
  });
});

it('a ticket for who sees whole numbers is made by who sees them, too', async () => {
  await person(store, 'wang', { roles: ['agent'], agent: '8004' });
  const li = await signIn(app, 'li');
  const keyOf = async (name: string, permissions: readonly string[]) =>
    as((await post('/api-keys', { name, permissions }, li)).json().secret);
  const blind = await keyOf('blind', ['desk:create']);
  expect((await ticketFor('8001', blind)).json().code).toBe('forbidden');
  expect((await ticketFor('8004', blind)).statusCode).toBe(201);
  expect((await ticketFor('8001', await keyOf('seeing', ['desk:create', 'number:read']))).statusCode).toBe(
    201,
  );
});

describe('the session of a phone bar', () => {
  it('reaches the desk of its agent, and nothing else of what he may', async () => {
    const token = await opened();
    const me = (await get('/me', as(token))).json();
    expect(me.user.agent).toBe('8001');
    expect(new Set(me.rights.map(({ reach }: { reach: string }) => reach))).toEqual(
      new Set(['own', 'tenant']),
    );
    expect(me.rights.filter(({ reach }: { reach: string }) => reach !== 'own')).toEqual([
      { permission: 'number:read', reach: 'tenant' },
    ]);
    for (const path of ['/users', '/audit', '/queues', '/api-keys', '/me/sessions'])
      expect([path, (await get(path, as(token))).statusCode]).toEqual([path, 403]);
    expect(
      (await post('/me/password', { old: 'x', password: 'another-good-one' }, as(token))).statusCode,
    ).toBe(403);
    expect((await post('/me/second-factor', {}, as(token))).statusCode).toBe(403);
    expect((await post('/stream-tickets', {}, as(token))).statusCode).toBe(201);
    expect((await ticketFor('8001', as(token))).statusCode).toBe(403);
  });

  it('is no cookie, is listed, and ends as every session', async () => {
    const li = await signIn(app, 'li');
    const listed = async (): Promise<readonly string[]> =>
      (await get('/me/sessions', li)).json().items.map(({ id }: { readonly id: string }) => id);
    const [own] = await listed();
    const token = await opened();
    expect((await get('/me', { cookie: `${SESSION_COOKIE}=${token}` })).statusCode).toBe(401);
    expect((await get('/me', as(token))).statusCode).toBe(200);
    const others = (await listed()).filter((id) => id !== own);
    expect(others).toHaveLength(1);
    const url = `/api/v1/me/sessions/${others[0]}`;
    expect((await app.inject({ method: 'DELETE', url, headers: { ...li } })).statusCode).toBe(204);
    expect((await get('/me', as(token))).statusCode).toBe(401);
  });

  it('is in the audit trail with who opened it', async () => {
    await opened();
    const [entry] = await store.audit.newest(1, Scope.of('a'));
    expect(entry).toMatchObject({
      action: 'sign-in',
      details: { embeddedBy: 'operator token' },
    });
  });
});

it('the page of the phone bar is framed by the origins of the configuration alone, all others by nobody', async () => {
  const bar = await app.inject({ url: '/embed/phone-bar' });
  expect(bar.headers['content-security-policy']).toContain('frame-ancestors https://crm.example');
  expect(bar.headers['x-frame-options']).toBeUndefined();
  const console = await app.inject({ url: '/' });
  expect(console.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(console.headers['x-frame-options']).toBe('DENY');
});
