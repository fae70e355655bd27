import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import { scopeOf } from '../../../src/auth/principal.ts';
import { PERMISSIONS } from '../../../src/auth/rights.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, httpOn, PASSWORD, person, type SignedIn, signIn } from '../../support/http.ts';

const REASON = 'ticket 4711: no sound';
const NOW = 1_800_000_000_000;

let store: MemoryStore;
let auth: Auth;
let app: ReturnType<typeof buildHttp>;
let operator: SignedIn;

beforeEach(async () => {
  store = new MemoryStore();
  const clock = new ManualClock(NOW);
  const agents = new Set(['8001']);
  auth = authOf(store, { clock, agents, resellers: { north: ['a'], south: ['b'] } });
  app = httpOn(store, { auth, clock });
  await person(store, 'boss', { tenantId: 'system', roles: ['operator'] });
  await person(store, 'north', { tenantId: 'system', roles: ['reseller'], reseller: 'north' });
  for (const tenantId of ['a', 'b']) {
    await person(store, 'admin', { tenantId });
    await person(store, 'li', { tenantId, roles: ['agent'], agent: '8001' });
  }
  operator = await signIn(app, 'boss', 'system');
});
afterEach(() => app.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
async function ask(headers: SignedIn, route: string, payload?: object, more: Record<string, string> = {}) {
  const [method, path] = route.split(' ') as [Method, string];
  const all = { ...headers, ...more };
  const url = `/api/v1${path}`;
  const answer = await app.inject({ method, url, headers: all, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const actAs = (headers: SignedIn, wish: object) =>
  ask(headers, 'POST /session/act-as', { tenant: 'a', reason: REASON, ...wish });
const notes = async () =>
  (await store.audit.newest(99, Scope.all)).filter(({ action }) => action !== 'sign-in');

it('an operator acts as an administrator of a company, held to it, and as himself again', async () => {
  expect((await ask(operator, 'GET /calls')).status).toBe(200);
  expect((await actAs(operator, {})).status).toBe(204);
  const me = (await ask(operator, 'GET /me')).body;
  expect(me).toMatchObject({
    ...{ principal: 'boss as a', tenant: 'a' },
    acting: { by: 'boss', as: 'a', reason: REASON, since: new Date(NOW).toISOString() },
  });
  for (const tenant of ['b', 'system'])
    expect((await ask(operator, 'GET /calls', undefined, { 'pbx-tenant': tenant })).status).toBe(404);
  expect((await ask(operator, 'GET /bans')).status).toBe(403);
  expect((await actAs(operator, { tenant: 'b' })).body.code).toBe('acting');
  expect((await ask(operator, 'DELETE /session/act-as')).status).toBe(204);
  expect((await ask(operator, 'GET /me')).body).toMatchObject({ principal: 'boss', tenant: 'system' });
  expect((await ask(operator, 'GET /me')).body.acting).toBeUndefined();
  expect((await ask(operator, 'DELETE /session/act-as')).status).toBe(404);
  expect((await notes()).map(({ tenantId, action, by, details }) => [tenantId, action, by, details])).toEqual(
    [
      ['a', 'act-as', 'boss', { did: 'end', as: 'a', address: '127.0.0.1' }],
      ['a', 'act-as', 'boss', { did: 'begin', as: 'a', reason: REASON, address: '127.0.0.1' }],
    ],
  );
});

it('what he does is told with who he is and as whom', async () => {
  await actAs(operator, { user: 'admin-a' });
  const hook = { url: 'https://crm.example/', title: 'CRM' };
  expect((await ask(operator, 'POST /webhooks', hook)).status).toBe(201);
  const [note] = await notes();
  expect(note).toMatchObject({ tenantId: 'a', action: 'webhook', by: 'boss as admin@a' });
});

it('he has the rights of the user alone, in his place', async () => {
  await actAs(operator, { user: 'li-a' });
  const { body } = await ask(operator, 'GET /me');
  expect(body).toMatchObject({ principal: 'boss as li@a', user: { login: 'li', agent: '8001' } });
  expect(body.rights).toContainEqual({ permission: 'call:read', reach: 'own' });
  const [session] = await store.auth.sessions.of('boss-system');
  const principal = (await auth.sessions.still(session!))!;
  expect(scopeOf(principal, { permission: 'call:read', reach: 'own' }, undefined).reached?.agents).toEqual(
    new Set(['8001']),
  );
  expect((await ask(operator, 'GET /users')).status).toBe(403);
});

it('nobody changes what lets people in while he acts', async () => {
  const li = (await store.auth.users.withLogin('a', 'li'))!;
  await actAs(operator, { user: 'admin-a' });
  const secret = 'A'.repeat(32);
  const match = { 'if-match': '*' };
  const rights = [{ permission: 'call:read', reach: 'own' }];
  for (const [route, body] of [
    ['POST /me/password', { old: PASSWORD, password: 'another-good-one' }],
    ['POST /me/second-factor'],
    ['PUT /me/second-factor', { secret, code: '000000', password: PASSWORD }],
    ['DELETE /me/second-factor', { password: PASSWORD }],
    ['GET /me/sessions'],
    ['DELETE /me/sessions/s1'],
    ['POST /me/phone-credentials'],
    ['POST /users', { login: 'back-door', name: 'x', roles: ['company-admin'] }],
    ['PATCH /users/li-a', { roles: ['company-admin'] }],
    ['DELETE /users/li-a'],
    ['POST /users/li-a/password'],
    ['DELETE /users/li-a/second-factor'],
    ['POST /roles', { name: 'door', title: { en: 'x', zh: 'x' }, rights }],
    ['POST /api-keys', { name: 'door', permissions: ['call:read'] }],
    ['POST /agents/8001/state', { state: 'ready' }],
  ] as const) {
    const { status, body: problem } = await ask(operator, route, body, match);
    expect([route, status]).toEqual([route, 403]);
    expect(problem.code).toMatch(/^(acting|forbidden)$/);
  }
  expect(await store.auth.users.withLogin('a', 'li')).toEqual(li);
  expect((await store.auth.users.list(Scope.of('a'), { limit: 9 })).length).toBe(2);
  const [session] = await store.auth.sessions.of('boss-system');
  const { rights: all } = (await auth.sessions.still(session!))!;
  const kept = PERMISSIONS.filter((each) => all.has(each, 'own') && /^(user|role|api-key):/.test(each));
  expect(kept).toEqual(['user:read', 'role:read', 'api-key:read']);
});

it('a reseller acts as his customers and nobody else, a company as nobody, with a reason only', async () => {
  const north = await signIn(app, 'north', 'system');
  expect((await actAs(north, { tenant: 'b' })).status).toBe(404);
  expect((await actAs(north, { tenant: 'system' })).status).toBe(404);
  expect((await actAs(north, { user: 'li-b' })).status).toBe(404);
  expect((await actAs(north, { user: 'boss-system' })).status).toBe(404);
  expect((await actAs(north, { reason: '' })).status).toBe(400);
  expect((await actAs(north, { user: 'li-a' })).status).toBe(204);
  expect((await ask(north, 'GET /me')).body.principal).toBe('north as li@a');
  const admin = await signIn(app, 'admin');
  expect((await actAs(admin, {})).status).toBe(403);
  for (const tenant of ['none', 'system']) expect((await actAs(operator, { tenant })).status).toBe(404);
  expect((await actAs(operator, { user: 'li-b' })).status).toBe(404);
});

it('he may nothing when he may act no longer, and nothing as himself until he says so', async () => {
  const north = await signIn(app, 'north', 'system');
  await actAs(north, {});
  expect((await ask(north, 'GET /calls')).status).toBe(200);
  const user = (await store.auth.users.withLogin('system', 'north'))!;
  await store.auth.users.change({ ...user, roles: [], revision: 2 });
  expect((await ask(north, 'GET /calls')).status).toBe(403);
  expect((await ask(north, 'GET /me')).body).toMatchObject({ rights: [], acting: { by: 'north' } });
  await store.auth.users.change({ ...user, revision: 3 });
  expect((await ask(north, 'GET /calls')).status).toBe(200);
  await actAs(operator, { user: 'li-a' });
  const li = (await store.auth.users.withLogin('a', 'li'))!;
  await store.auth.users.change({ ...li, isActive: false, revision: 2 });
  expect((await ask(operator, 'GET /calls')).status).toBe(403);
  expect((await ask(operator, 'DELETE /session/act-as')).status).toBe(204);
  expect((await ask(operator, 'GET /calls')).status).toBe(200);
});

it('signing out ends both, and is told of who it was', async () => {
  await actAs(operator, { user: 'li-a' });
  expect((await ask(operator, 'DELETE /session')).status).toBe(204);
  expect(await store.auth.sessions.of('boss-system')).toEqual([]);
  expect((await ask(operator, 'GET /me')).status).toBe(401);
  expect((await notes())[0]).toMatchObject({ tenantId: 'system', action: 'sign-out', by: 'boss as li@a' });
});
