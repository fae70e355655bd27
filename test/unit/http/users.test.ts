import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

const NOW = Date.parse('2026-10-10T08:00:00.000Z');

let clock: ManualClock;
let store: MemoryStore;
let auth: Auth;
let app: ReturnType<typeof buildHttp>;
let admin: SignedIn;

beforeEach(async () => {
  clock = new ManualClock(NOW);
  store = new MemoryStore();
  auth = authOf(store, { clock, agents: new Set(['8001']), departments: new Set(['sales', 'back']) });
  app = httpOn(store, { auth });
  await person(store, 'admin');
  admin = await signIn(app, 'admin');
});
afterEach(() => app.close());

const ask = (route: string, headers: Readonly<Record<string, string>> = admin) => {
  const [method, path] = route.split(' ') as ['GET' | 'DELETE', string];
  return app.inject({ method, url: `/api/v1${path}`, headers });
};
const found = async (query: string) =>
  (await ask(`GET /users?${query}`)).json().items.map(({ login }: { login: string }) => login);

it('users are found by name, role, department, state and how long they have been away, and page on within that', async () => {
  await person(store, 'li', { roles: ['agent'], department: 'sales' });
  await person(store, 'wang', { roles: ['agent'], isActive: false });
  await person(store, 'zhao', { roles: ['supervisor'] });
  expect(await found('role=agent')).toEqual(['li', 'wang']);
  expect(await found('q=LI')).toEqual(['li']);
  expect(await found('department=sales')).toEqual(['li']);
  expect(await found('active=false')).toEqual(['wang']);
  expect(await found('q=%20&role=agent&active=true')).toEqual(['li']);
  const { items, next } = (await ask('GET /users?role=agent&limit=1')).json();
  expect(items).toMatchObject([{ login: 'li', standsIn: 'sales', signedInAt: null, revision: 1 }]);
  expect(await found(`role=agent&limit=1&after=${next}`)).toEqual(['wang']);
  expect((await ask(`GET /users?role=supervisor&after=${next}`)).json().code).toBe('bad-cursor');
  clock.advance(60_000);
  await signIn(app, 'li');
  const away = encodeURIComponent(new Date(NOW + 60_000).toISOString());
  expect(await found(`awaySince=${away}`)).toEqual(['admin', 'wang', 'zhao']);
  expect((await ask('GET /users?awaySince=yesterday')).json().code).toBe('bad-request');
});

it('somebody is signed out everywhere by who manages him, and by nobody of less power', async () => {
  await person(store, 'li', { roles: ['agent'] });
  const li = await signIn(app, 'li');
  const { id } = (await ask('GET /me', li)).json().user;
  const sessions = async () => (await ask(`GET /users/${id}/sessions`)).json().items;
  expect(await sessions()).toMatchObject([{ isThis: false, createdAt: new Date(NOW).toISOString() }]);
  expect((await ask(`GET /users/${id}/sessions`, li)).statusCode).toBe(403);
  const title = { en: 'Help desk', zh: '服务台' };
  const rights = [{ permission: 'user:update', reach: 'tenant' } as const];
  const role = { id: 'r1', tenantId: 'a', name: 'help-desk', title, rights, createdAt: 0, revision: 1 };
  await store.auth.roles.add(role);
  await person(store, 'helper', { roles: ['help-desk'] });
  const helper = await signIn(app, 'helper');
  expect((await ask(`DELETE /users/${id}/sessions`, helper)).json().code).toBe('forbidden');
  expect(await sessions()).toHaveLength(1);
  expect((await ask(`DELETE /users/${id}/sessions`)).statusCode).toBe(204);
  expect(await sessions()).toEqual([]);
  expect((await ask('GET /me', li)).statusCode).toBe(401);
  const [last] = await store.audit.newest(1, Scope.of('a'));
  expect(last).toMatchObject({
    action: 'user',
    by: 'admin@a',
    details: { did: 'end-sessions', user: 'li@a' },
  });
});
