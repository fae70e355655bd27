import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMPANY_KINDS, OPERATORS_KINDS } from '../../../src/auth/entity-rights.ts';
import { entityBoard } from '../../../src/entity-board.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { resourceOf } from '../../../src/http/entity-schemas.ts';
import { mergePatch } from '../../../src/http/merge-patch.ts';
import { checkBody } from '../../../src/provisioning/check/check-body.ts';
import { Companies } from '../../../src/provisioning/companies.ts';
import { EntitySources } from '../../../src/provisioning/file/entity-sources.ts';
import { KIND_NAMES, kindOf } from '../../../src/provisioning/kinds.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn, person, signIn } from '../../support/http.ts';

const AT = 1_800_000_000_000;
let dir: string;
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let li: Readonly<Record<string, string>>;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-entities-'));
  mkdirSync(join(dir, 'companies'));
  writeFileSync(join(dir, 'pbx400.yaml'), 'timeZone: Asia/Shanghai\n');
  writeFileSync(
    join(dir, 'companies/a.yaml'),
    'tenants: { a: {}, b: {} }\ntenant: a\nextensions: { 8001: {} }\n',
  );
  store = new MemoryStore();
  const clock = new ManualClock(AT);
  const companies = await Companies.open({
    sources: new EntitySources({
      file: join(dir, 'pbx400.yaml'),
      dataDir: dir,
      companiesDir: join(dir, 'companies'),
    }),
    store: store.entities,
    prompts: new Set(['queue-music', 'voicemail-greeting']),
    clock,
    ids: seededIds(),
    log: silentLogger,
  });
  app = httpOn(store, { entities: entityBoard({ companies, audit: store.audit, clock }) });
  await person(store, 'li');
  li = { ...(await signIn(app, 'li')) };
});
afterEach(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

async function ask(route: string, payload?: object, headers: object = {}) {
  const [method, path] = route.split(' ') as [Method, string];
  const response = await app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...li, ...headers },
    ...(payload && { payload }),
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body === '' ? undefined : response.json(),
  };
}
const at = (revision: number) => ({ 'if-match': `"${revision}"` });

describe('an entity', () => {
  it('is made, read, changed by a merge patch, and removed, with who did it', async () => {
    const made = await ask('POST /agents', { id: '8001', level: 3, pin: '1234' });
    expect(made.status).toBe(201);
    expect(made.headers).toMatchObject({ location: '/api/v1/agents/8001', etag: '"1"' });
    expect(made.body).toMatchObject({ tenant: 'a', id: '8001', name: '8001', extension: '8001', level: 3 });
    expect(made.body.meta).toEqual({
      kind: 'agent',
      owner: 'database',
      file: null,
      revision: 1,
      updatedAt: new Date(AT).toISOString(),
      by: 'li@a',
    });
    const merge = { 'content-type': 'application/merge-patch+json' };
    const patched = await ask('PATCH /agents/8001', { name: '李雷', level: null }, { ...at(1), ...merge });
    expect(patched.body).toMatchObject({ name: '李雷', meta: { revision: 2 } });
    expect(patched.body).not.toHaveProperty('level');
    expect((await ask('GET /agents/8001')).headers['etag']).toBe('"2"');
    expect((await ask('DELETE /agents/8001', undefined, at(2))).status).toBe(204);
    expect((await ask('GET /agents/8001')).status).toBe(404);
    const did = (await store.audit.newest(9, Scope.of('a'))).filter(({ action }) => action === 'entity');
    expect(did.map(({ by, details }) => [by, details['did'], details['fields']])).toEqual([
      ['li@a', 'remove', []],
      ['li@a', 'change', ['name', 'level']],
      ['li@a', 'add', []],
    ]);
  });

  it('keeps its secrets to itself: they are written, kept, and taken away', async () => {
    await ask('POST /agents', { id: '8001', pin: '1234' });
    await ask('PATCH /agents/8001', { level: 2 }, at(1));
    const pin = async () => JSON.parse((await store.entities.all())[0]!.body).pin;
    expect(await pin()).toBe('1234');
    const answers = [await ask('GET /agents'), await ask('GET /agents/8001/history')];
    expect(JSON.stringify(answers)).not.toContain('1234');
    await ask('PATCH /agents/8001', { pin: null }, at(2));
    expect(await pin()).toBeUndefined();
  });

  it('has a secret told somebody else only where it is written anew', async () => {
    await ask('POST /secrets', { name: 'crm', value: 'old', hosts: ['crm.example.com'] });
    expect((await ask('PATCH /secrets/crm', { title: 'CRM' }, at(1))).status).toBe(200);
    const hosts = ['mallory.example'];
    const refused = await ask('PATCH /secrets/crm', { hosts }, at(2));
    expect([refused.status, JSON.stringify(refused.body.errors)]).toEqual([
      422,
      expect.stringContaining('value'),
    ]);
    expect((await ask('PATCH /secrets/crm', { hosts, value: 'new' }, at(2))).status).toBe(200);
    expect(JSON.parse((await store.entities.all())[0]!.body)).toMatchObject({ hosts, value: 'new' });
  });

  it('is changed by who has read it as it is', async () => {
    await ask('POST /lists', { name: 'vip' });
    expect((await ask('PATCH /lists/vip', { numbers: [] })).body.code).toBe('no-if-match');
    expect((await ask('PATCH /lists/vip', { numbers: ['13800138000'] }, at(1))).status).toBe(200);
    expect((await ask('PATCH /lists/vip', { numbers: [] }, at(1))).body.code).toBe('changed-meanwhile');
    expect((await ask('POST /lists', { name: 'vip' })).body).toMatchObject({ status: 409, code: 'exists' });
  });

  it('is refused with every mistake, each with a pointer into what was sent', async () => {
    const answer = await ask('POST /queues', {
      name: 'sales',
      agents: ['8001'],
      ringMs: 'long',
      nonsense: 1,
    });
    expect(answer.status).toBe(422);
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toContain('/ringMs');
    const missing = await ask('POST /queues', { name: 'sales', agents: ['8009'] });
    // Who asks has no file to write it into.
    const fix = 'make it first: POST /api/v1/agents';
    expect(missing.body.errors).toMatchObject([{ pointer: '/agents/0', code: 'missing', fix }]);
    expect(missing.body.detail).toContain(fix);
    const unheard = await ask('POST /queues', { name: 'sales', music: 'zzzz', agents: [] });
    expect(unheard.body.errors).toMatchObject([
      { pointer: '/music', fix: 'make it first: POST /api/v1/prompts/zzzz/audio' },
    ]);
    expect((await ask('GET /queues')).body.items).toEqual([]);
    expect((await ask('PATCH /extensions/8001', [] as object, at(0))).status).toBe(400);
    expect((await ask('POST /lists', { name: 'x', tenant: 'b' })).status).toBe(400);
  });

  it('is only checked where that is asked', async () => {
    expect((await ask('POST /lists?validate=only', { name: 'vip' })).status).toBe(204);
    expect((await ask('POST /lists?validate=only', { name: 'vip', numbers: [1] })).status).toBe(422);
    expect((await ask('GET /lists')).body.items).toEqual([]);
  });

  it('that is used is not removed, and says by whom', async () => {
    await ask('POST /agents', { id: '8001' });
    await ask('POST /queues', { name: 'sales', agents: ['8001'] });
    const users = [{ kind: 'queue', tenant: 'a', name: 'sales', pointer: '/agents/0' }];
    expect((await ask('GET /agents/8001/used-by')).body.items).toEqual(users);
    const answer = await ask('DELETE /agents/8001', undefined, at(1));
    expect(answer.body).toMatchObject({ status: 409, code: 'still-used' });
    expect(answer.body.detail).toContain("queue 'sales'");
  });

  it('of a file is read only', async () => {
    const { body } = await ask('GET /extensions/8001');
    expect(body.meta).toMatchObject({ owner: 'file', revision: 0, by: null });
    expect(body.meta.file).toMatch(/a\.yaml:3$/);
    for (const route of ['PATCH', 'DELETE']) {
      const answer = await ask(
        `${route} /extensions/8001`,
        route === 'PATCH' ? { name: 'x' } : undefined,
        at(0),
      );
      expect(answer.body).toMatchObject({ status: 409, code: 'owned-by-file' });
      expect(answer.body.detail).toMatch(/a\.yaml:3/);
    }
  });

  it('becomes again what it was', async () => {
    await ask('POST /lists', { name: 'vip', numbers: ['13800138000'] });
    await ask('PATCH /lists/vip', { numbers: [] }, at(1));
    const history = (await ask('GET /lists/vip/history?limit=1')).body;
    expect(history.items).toMatchObject([{ revision: 2, by: 'li@a', value: { numbers: [] } }]);
    const before = (await ask(`GET /lists/vip/history?limit=1&after=${history.next}`)).body;
    expect(before).toMatchObject({ items: [{ revision: 1 }], next: null });
    const restored = await ask('POST /lists/vip/restore', { revision: 1 }, at(2));
    expect(restored.body).toMatchObject({ numbers: ['13800138000'], meta: { revision: 3 } });
    expect((await ask('POST /lists/vip/restore', { revision: 9 }, at(3))).status).toBe(404);
  });

  it('is listed page by page in order, by what it is called', async () => {
    for (const name of ['c', 'a', 'b']) await ask('POST /skills', { name, title: `技能${name}` });
    const names = async (query: string) => {
      const { items, next } = (await ask(`GET /skills${query}`)).body;
      return { names: items.map(({ name }: { name: string }) => name).join(''), next };
    };
    const { next } = await names('?limit=2');
    expect((await names('')).names).toBe('abc');
    expect((await names(`?limit=2&after=${next}`)).names).toBe('c');
    expect((await names('?sort=-name')).names).toBe('cba');
    expect((await names(`?q=${encodeURIComponent('技能B')}`)).names).toBe('b');
  });

  it('belongs to one company, and to the operator what all share', async () => {
    await ask('POST /lists', { name: 'vip' });
    const ofB = { authorization: AS_OPERATOR.authorization, cookie: '', 'pbx-tenant': 'b' };
    expect((await ask('GET /lists/vip', undefined, ofB)).status).toBe(404);
    expect((await ask('GET /lists', undefined, ofB)).body.items).toEqual([]);
    const ofAll = { authorization: AS_OPERATOR.authorization, cookie: '' };
    expect((await ask('GET /lists/vip', undefined, ofAll)).status).toBe(400);
    expect((await ask('GET /lists', undefined, ofAll)).body.items).toMatchObject([{ tenant: 'a' }]);
    expect((await ask('GET /tenants')).body.items).toMatchObject([{ id: 'a' }]);
    expect((await ask('GET /tenants/b')).status).toBe(404);
    expect((await ask('POST /tenants', { id: 'c' })).status).toBe(403);
    expect((await ask('POST /tenants', { id: 'c' }, ofAll)).body).toMatchObject({ id: 'c', tenant: 'c' });
    expect((await ask('GET /resellers')).status).toBe(403);
    const north = { name: 'north', companies: ['a'] };
    expect((await ask('POST /resellers', north, ofAll)).body).toMatchObject({
      tenant: 'system',
      title: 'north',
    });
  });
});

describe('kinds of entities', () => {
  it('have rights of their own', () => {
    const known = [...COMPANY_KINDS, ...OPERATORS_KINDS, 'trunk', 'agent', 'queue'];
    expect(KIND_NAMES.map(resourceOf).toSorted()).toEqual(known.toSorted());
  });

  it.each(KIND_NAMES)('%s has an example that is right', (kind) => {
    const { key, example, isShared } = kindOf(kind);
    const name = String(example[key]);
    const tenant = isShared ? 'system' : kind === 'tenant' ? name : 'a';
    const own = Object.entries(kindOf(kind).schema.properties).filter(([, field]) => 'fromKey' in field);
    const value = { ...Object.fromEntries(own.map(([field]) => [field, name])), ...example };
    expect(checkBody({ kind, tenant, name, value })).toMatchObject({ kind, name });
  });
});

// RFC 7396, appendix A.
it.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched by %j is %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});
