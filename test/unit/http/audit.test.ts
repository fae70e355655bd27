import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { httpOn, person, type SignedIn, signIn } from '../../support/http.ts';

const NOW = Date.parse('2026-10-10T08:00:00.000Z');

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let auditor: SignedIn;

beforeEach(async () => {
  store = new MemoryStore();
  app = httpOn(store);
  await person(store, 'zhou', { roles: ['auditor'] });
  auditor = await signIn(app, 'zhou');
  const note = async (at: number, action: 'user' | 'entity' | 'switch', by: string, details: object) =>
    await store.audit.append({ tenantId: 'a', at, action, by, details: { ...details } });
  await note(NOW, 'user', 'Wang@a', { did: 'add', user: 'li@a', name: '李雷' });
  await note(NOW + 1000, 'entity', 'wang@a', { did: 'change', kind: 'queue', name: 'sales' });
  await note(NOW + 2000, 'user', 'sun@a', { did: 'remove', user: 'li@a', name: '李雷' });
  await store.audit.append({
    tenantId: 'b',
    at: NOW,
    action: 'user',
    by: 'wang@b',
    details: { user: 'li@b' },
  });
});
afterEach(() => app.close());

const ask = (query: string) => app.inject({ url: `/api/v1/audit?${query}`, headers: auditor });
const found = async (query: string) =>
  (await ask(query)).json().items.map(({ action, by }: { action: string; by: string }) => `${action} ${by}`);
const at = (ms: number) => encodeURIComponent(new Date(NOW + ms).toISOString());

it('the audit trail is found by what, who, to what and when, of the own company alone', async () => {
  expect(await found('action=user')).toEqual(['user sun@a', 'user Wang@a']);
  expect(await found('by=WANG')).toEqual(['entity wang@a', 'user Wang@a']);
  expect(await found(`q=${encodeURIComponent('李雷')}`)).toEqual(['user sun@a', 'user Wang@a']);
  expect(await found('q=SALES&by=wang')).toEqual(['entity wang@a']);
  expect(await found(`action=user&from=${at(1)}&to=${at(3000)}`)).toEqual(['user sun@a']);
  expect(await found(`action=user&to=${at(2000)}`)).toEqual(['user Wang@a']);
  const { items, next } = (await ask('action=user&limit=1')).json();
  expect(items).toHaveLength(1);
  expect(await found(`action=user&limit=1&after=${next}`)).toEqual(['user Wang@a']);
  expect((await ask(`action=entity&limit=1&after=${next}`)).json().code).toBe('bad-cursor');
  expect((await ask('from=yesterday')).json().code).toBe('bad-request');
});

it('an entry is read by its number, of the own company alone', async () => {
  const of = (id: string | number) => app.inject({ url: `/api/v1/audit/${id}`, headers: auditor });
  const [newest] = (await ask('action=user')).json().items;
  expect((await of(newest.seq)).json()).toEqual(newest);
  const [theirs] = await store.audit.newest(1, Scope.of('b'));
  for (const id of [theirs!.seq, 999_999, 'x', '-1']) expect((await of(id)).statusCode).toBe(404);
});
