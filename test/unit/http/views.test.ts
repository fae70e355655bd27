import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, authOf, httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
/** A supervisor, and an agent who reads numbers masked. */
let lead: SignedIn;
let agent: SignedIn;

beforeEach(async () => {
  store = new MemoryStore();
  app = httpOn(store, { auth: authOf(store, { resellers: { north: ['a'] } }) });
  await person(store, 'lead', { roles: ['supervisor'] });
  await person(store, 'agent', { roles: ['agent'] });
  [lead, agent] = [await signIn(app, 'lead'), await signIn(app, 'agent')];
});
afterEach(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
const ask = (route: string, payload?: object, headers: Readonly<Record<string, string>> = lead) => {
  const [method, path] = route.split(' ') as [Method, string];
  return app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
};
const codeOf = async (...of: Parameters<typeof ask>) => (await ask(...of)).json().code;
const at = (revision: number, of: SignedIn = lead) => ({ ...of, 'if-match': `"${revision}"` });
const namesOf = async (headers: Readonly<Record<string, string>>, page = 'calls') =>
  (await ask(`GET /views?page=${page}`, undefined, headers))
    .json()
    .items.map(({ name }: { name: string }) => name);
const VIEW = { page: 'calls', name: '今天放弃的', filters: { range: 'today', outcome: 'abandoned' } };

it('are saved, listed for their page, renamed with If-Match only, begun with, and deleted', async () => {
  const made = await ask('POST /views', { ...VIEW, columns: ['started', 'wait'] });
  expect([made.statusCode, made.headers['etag']]).toEqual([201, '"1"']);
  const view = made.json();
  expect(view).toMatchObject({
    ...{ ...VIEW, columns: ['started', 'wait'], sharedWith: null, owner: 'lead@a' },
    ...{ isOwn: true, mayChange: true, isFirst: false, revision: 1 },
  });
  expect(await codeOf('POST /views', VIEW)).toBe('exists');
  expect([await namesOf(lead), await namesOf(lead, 'voicemails'), await namesOf(agent)]).toEqual([
    [VIEW.name],
    [],
    [],
  ]);
  const path = `/views/${view.id}`;
  expect(await codeOf(`PATCH ${path}`, { name: '昨天' })).toBe('no-if-match');
  const changed = await ask(`PATCH ${path}`, { name: '昨天', columns: null }, at(1));
  expect(changed.json()).toMatchObject({ name: '昨天', columns: null, filters: VIEW.filters, revision: 2 });
  expect(await codeOf(`PATCH ${path}`, { name: 'x' }, at(1))).toBe('changed-meanwhile');
  expect((await ask(`PUT ${path}/first`)).statusCode).toBe(204);
  expect((await ask('GET /views?page=calls')).json().items[0]).toMatchObject({ isFirst: true });
  expect((await ask(`DELETE ${path}/first`)).statusCode).toBe(204);
  expect((await ask('GET /views?page=calls')).json().items[0]).toMatchObject({ isFirst: false });
  expect(await codeOf(`DELETE ${path}`)).toBe('no-if-match');
  expect((await ask(`DELETE ${path}`, undefined, at(2))).statusCode).toBe(204);
  expect(await codeOf(`PUT ${path}/first`)).toBe('not-found');
});

it('are shared by right, with a role or the whole company, and noted', async () => {
  expect(await codeOf('POST /views', { ...VIEW, sharedWith: '*' }, agent)).toBe('forbidden');
  const own = (await ask('POST /views', VIEW, agent)).json();
  expect(await codeOf(`PATCH /views/${own.id}`, { sharedWith: '*' }, at(1, agent))).toBe('forbidden');
  expect(await codeOf(`PATCH /views/${own.id}`, { name: 'x' }, at(1)), 'his own is his').toBe('not-found');
  const all = (await ask('POST /views', { ...VIEW, name: '全部', sharedWith: '*' })).json();
  const leads = (await ask('POST /views', { ...VIEW, name: '班长', sharedWith: 'supervisor' })).json();
  expect(await namesOf(agent)).toEqual([VIEW.name, '全部']);
  expect(await codeOf(`PATCH /views/${all.id}`, { name: 'x' }, at(1, agent))).toBe('forbidden');
  expect(await codeOf(`DELETE /views/${all.id}`, undefined, at(1, agent))).toBe('forbidden');
  expect((await ask(`PUT /views/${all.id}/first`, undefined, agent)).statusCode).toBe(204);
  await person(store, 'admin');
  const admin = await signIn(app, 'admin');
  expect(await namesOf(admin), 'who may share looks after all').toEqual(['全部', '班长']);
  expect(await codeOf(`PATCH /views/${all.id}`, { sharedWith: null }, at(1, admin))).toBe('forbidden');
  const renamed = await ask(`PATCH /views/${all.id}`, { name: '全公司' }, at(1, admin));
  expect(renamed.json()).toMatchObject({
    name: '全公司',
    owner: 'lead@a',
    updatedBy: 'admin@a',
    isOwn: false,
  });
  expect((await ask(`PATCH /views/${leads.id}`, { sharedWith: null }, at(1))).json().sharedWith).toBeNull();
  expect((await ask(`DELETE /views/${all.id}`, undefined, at(2, admin))).statusCode).toBe(204);
  expect(await namesOf(agent)).toEqual([VIEW.name]);
  const notes = await store.audit.newest(9, Scope.of('a'));
  const told = notes
    .filter(({ action }) => /share/.test(action))
    .map(({ action, by, details }) => [action, by, details['name'], details['with']]);
  expect(told).toEqual([
    ['unshare', 'admin@a', '全公司', undefined],
    ['unshare', 'lead@a', '班长', undefined],
    ['share', 'lead@a', '班长', 'supervisor'],
    ['share', 'lead@a', '全部', '*'],
  ]);
});

it("show others' numbers masked to who may not see them, and one's own as they were typed", async () => {
  const filters = { q: '13800138000', outcome: 'abandoned' };
  await ask('POST /views', { ...VIEW, name: '找 13800138000', filters, sharedWith: '*' });
  await ask('POST /views', { ...VIEW, filters }, agent);
  const { items } = (await ask('GET /views?page=calls', undefined, agent)).json();
  expect(items).toMatchObject([
    { isOwn: true, filters },
    { isOwn: false, name: '找 138****8000', filters: { q: '138****8000', outcome: 'abandoned' } },
  ]);
});

it('are of one company, and of people', async () => {
  const { id } = (await ask('POST /views', { ...VIEW, sharedWith: '*' })).json();
  await person(store, 'other', { tenantId: 'b' });
  const other = await signIn(app, 'other', 'b');
  expect(await namesOf(other)).toEqual([]);
  for (const route of [`PATCH /views/${id}`, `DELETE /views/${id}`, `PUT /views/${id}/first`])
    expect(await codeOf(route, route.startsWith('PATCH') ? { name: 'x' } : undefined, at(1, other))).toBe(
      'not-found',
    );
  expect(await codeOf('GET /views?page=calls', undefined, { ...other, 'pbx-tenant': 'a' })).toBe('not-found');
  expect(await codeOf('GET /views?page=calls', undefined, AS_OPERATOR), 'a token is nobody').toBe(
    'forbidden',
  );
  await person(store, 'north', { tenantId: 'system', reseller: 'north', roles: ['reseller'] });
  const north = { ...(await signIn(app, 'north', 'system')), 'pbx-tenant': 'a' };
  expect(await namesOf(north)).toEqual([VIEW.name]);
});

it('what cannot be is refused, and nobody has more than he finds again', async () => {
  for (const wrong of [
    { page: 'Calls' },
    { name: ' ' },
    { filters: { 'a b': 'x' } },
    { filters: { q: 'x'.repeat(201) } },
    { columns: ['a', 'a'] },
    { sharedWith: 'A role' },
    { more: 1 },
  ])
    expect(await codeOf('POST /views', { ...VIEW, ...wrong })).toBe('bad-request');
  for (let n = 0; n < 200; n++) await ask('POST /views', { ...VIEW, name: `${n}` });
  expect(await codeOf('POST /views', VIEW)).toBe('too-many-views');
});
