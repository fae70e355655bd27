import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let admin: SignedIn;

beforeEach(async () => {
  store = new MemoryStore();
  app = httpOn(store);
  await person(store, 'admin');
  admin = await signIn(app, 'admin');
});
afterEach(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const ask = (route: string, payload?: object, headers: Readonly<Record<string, string>> = admin) => {
  const [method, path] = route.split(' ') as [Method, string];
  return app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
};
const title = { en: 'Lead', zh: '组长' };
const rights = [{ permission: 'call:read', reach: 'group' }];
const lead = { name: 'lead', title, rights };

it('roles are listed, presets first; an own one is made, read, changed with If-Match only, and removed', async () => {
  const made = await ask('POST /roles', lead);
  expect([made.statusCode, made.headers['etag']]).toEqual([201, '"1"']);
  const row = { ...lead, home: 'company', preset: false, tenant: 'a', revision: 1 };
  expect(made.json()).toEqual(row);
  expect((await ask('POST /roles', lead)).json().code).toBe('exists');
  const { items } = (await ask('GET /roles')).json();
  expect(items.at(-1)).toEqual(row);
  expect(items.find(({ name }: { name: string }) => name === 'auditor')).toMatchObject({
    ...{ preset: true, tenant: null, rights: [{ permission: 'audit:read', reach: 'tenant' }] },
  });
  const { items: first, next } = (await ask('GET /roles?limit=8')).json();
  expect([first.length, (await ask(`GET /roles?limit=8&after=${next}`)).json().items]).toEqual([8, [row]]);
  expect((await ask('GET /roles/lead')).headers['etag']).toBe('"1"');
  const wider = { rights: [{ permission: 'call:read', reach: 'tenant' }] };
  expect((await ask('PATCH /roles/lead', wider)).json().code).toBe('no-if-match');
  const changed = await ask('PATCH /roles/lead', wider, { ...admin, 'if-match': '"1"' });
  expect([changed.json().rights, changed.headers['etag']]).toEqual([wider.rights, '"2"']);
  const late = await ask('PATCH /roles/lead', { title }, { ...admin, 'if-match': '"1"' });
  expect(late.json().code).toBe('changed-meanwhile');
  expect((await ask('DELETE /roles/lead', undefined, { ...admin, 'if-match': '"2"' })).statusCode).toBe(204);
  expect((await ask('GET /roles/lead')).statusCode).toBe(404);
});

it('what cannot be is refused with what is wrong', async () => {
  const wrong = async (fields: object) => (await ask('POST /roles', { ...lead, ...fields })).json();
  for (const fields of [
    { name: 'Lead' },
    { rights: [] },
    { rights: [{ permission: 'call:fly', reach: 'own' }] },
    { more: 1 },
  ])
    expect((await wrong(fields)).code).toBe('bad-request');
  const flawed = await wrong({ rights: [...rights, { permission: 'ban:read', reach: 'tenant' }] });
  expect(flawed).toMatchObject({ code: 'bad-role', errors: [{ pointer: '/rights/1' }] });
  const match = { ...admin, 'if-match': '*' };
  expect((await ask('PATCH /roles/supervisor', { title }, match)).json().code).toBe('preset-role');
  expect((await ask('DELETE /roles/agent', undefined, match)).statusCode).toBe(409);
  await ask('POST /roles', lead);
  await person(store, 'li', { roles: ['lead'] });
  expect((await ask('DELETE /roles/lead', undefined, match)).json()).toMatchObject({
    ...{ status: 409, code: 'still-used', detail: 'li@a have lead' },
    errors: [{ pointer: '/users/li-a/roles', detail: 'li@a has it' }],
  });
});

it('of the installation are made by who names no company, and reach all', async () => {
  const watch = { name: 'watch', title, rights: [{ permission: 'node:read', reach: 'all' }] };
  expect((await ask('POST /roles', watch, AS_OPERATOR)).json()).toMatchObject({
    ...{ home: 'installation', tenant: 'system' },
  });
  const ofA = { ...AS_OPERATOR, 'pbx-tenant': 'a' };
  const names = async (headers: Readonly<Record<string, string>>) =>
    (await ask('GET /roles', undefined, headers)).json().items.map(({ name }: { name: string }) => name);
  expect(await names(AS_OPERATOR)).toContain('watch');
  expect(await names(ofA)).not.toContain('watch');
  await person(store, 'boss', { tenantId: 'system', roles: ['watch'] });
  const boss = await signIn(app, 'boss', 'system');
  expect((await ask('GET /nodes', undefined, boss)).statusCode).toBe(200);
  expect((await ask('GET /bans', undefined, boss)).statusCode).toBe(403);
});
