import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERMISSIONS } from '../../../src/auth/rights.ts';
import { hashOf } from '../../../src/auth/tokens.ts';
import { PUBLIC_ROUTES } from '../../../src/http/access.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { AS_OPERATOR, authOf, httpOn, PASSWORD, person, type SignedIn, signIn } from '../../support/http.ts';

type Headers = Readonly<Record<string, string>>;

/** Each route, as somebody of company `a` asks it; bodies that it takes. */
const ROUTES: readonly (readonly [route: string, body?: object])[] = [
  ['DELETE /api/v1/session'],
  ['GET /api/v1/me'],
  ['POST /api/v1/me/password', { old: PASSWORD, password: 'another-good-one' }],
  ['GET /api/v1/me/sessions'],
  ['DELETE /api/v1/me/sessions/:id'],
  ['POST /api/v1/me/second-factor'],
  ['PUT /api/v1/me/second-factor', { secret: 'A'.repeat(32), code: '000000', password: PASSWORD }],
  ['DELETE /api/v1/me/second-factor', { password: PASSWORD }],
  ['GET /api/v1/roles'],
  ['GET /api/v1/users'],
  ['POST /api/v1/users', { login: 'new', name: 'New', roles: ['agent'] }],
  ['GET /api/v1/users/:id'],
  ['PATCH /api/v1/users/:id', { active: false }],
  ['DELETE /api/v1/users/:id'],
  ['POST /api/v1/users/:id/password'],
  ['DELETE /api/v1/users/:id/second-factor'],
  ['GET /api/v1/api-keys'],
  ['POST /api/v1/api-keys', { name: 'crm', permissions: ['cdr:read'] }],
  ['DELETE /api/v1/api-keys/:id'],
  ['GET /api/v1/audit'],
  ['GET /api/v1/cdrs'],
  ['GET /api/v1/cdrs/totals'],
  ['POST /api/v1/calls', { tenant: 'a', extension: '8001', number: '13900139000' }],
  ['GET /api/v1/switches'],
  ['PUT /api/v1/switches/:tenant/:name', { on: true }],
  ['GET /api/v1/bans'],
  ['DELETE /api/v1/bans/:address'],
  ['GET /api/v1/trunks'],
  ['POST /api/v1/trunks/:tenant/:name/up'],
  ['GET /metrics'],
];
/** About the caller himself: whoever has a name may ask. */
const SELF = new Set([
  '/api/v1/session',
  '/api/v1/roles',
  ...['', '/password', '/sessions', '/sessions/:id', '/second-factor'].map((path) => `/api/v1/me${path}`),
]);
/** Lists: what is others' is not in them. */
const LISTS = new Set([
  '/api/v1/users',
  '/api/v1/api-keys',
  '/api/v1/audit',
  '/api/v1/cdrs',
  '/api/v1/cdrs/totals',
  '/api/v1/switches',
  '/api/v1/trunks',
]);

const PARAMS: Readonly<Record<string, string>> = { id: 'li-a', tenant: 'a', name: 'x', address: '192.0.2.9' };

let clock: ManualClock;
let store: MemoryStore;
let companies: Set<string>;
let app: ReturnType<typeof buildHttp>;
let served: Set<string>;
let done: string[];

beforeEach(async () => {
  clock = new ManualClock(1_800_000_000_000);
  store = new MemoryStore();
  companies = new Set(['a', 'b']);
  done = [];
  for (const tenantId of ['a', 'b'])
    for (const event of sampleCall(`of-${tenantId}`, { tenantId }).events) store.journal.append(event);
  await person(store, 'li');
  await person(store, 'wang', { tenantId: 'b' });
  await person(store, 'agent', { roles: ['agent'] });
  await person(store, 'nobody', { roles: [] });
  for (const reseller of ['north', 'south'])
    await person(store, reseller, { tenantId: 'system', reseller, roles: ['reseller'] });
  app = httpOn(store, {
    auth: authOf(store, { clock, companies, resellers: { north: ['a'], south: ['b'] } }),
    calls: { originate: ({ tenant, by }) => ({ id: String(done.push(`call ${tenant} ${by}`)) }) },
    switches: {
      switches: (scope) =>
        ['a', 'b']
          .filter((tenant) => scope.includes(tenant))
          .map((tenant) => ({ tenant, name: 'x', on: false, until: null })),
      turn: (tenant) => void done.push(`switch ${tenant}`),
    },
    bans: { bans: () => [], lift: (address) => done.push(`lift ${address}`) > 0 },
    trunks: {
      trunks: () => [],
      setUp: (scope, tenant) => {
        if (scope.includes(tenant)) done.push(`trunk ${tenant}`);
        return undefined;
      },
    },
  });
  served = new Set();
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') served.add(`${each} ${url}`);
  });
  await app.ready();
});
afterEach(() => app.close());

function ask([route, body]: (typeof ROUTES)[number], headers: Headers = {}) {
  const [method = '', path = ''] = route.split(' ');
  const url = path.replace(/:(\w+)/g, (_, name) => PARAMS[name]!);
  const payload = body === undefined ? {} : { payload: body };
  return app.inject({ method: method as 'GET', url, headers: { ...headers, 'if-match': '*' }, ...payload });
}

const users = async () => JSON.stringify(await store.auth.users.list(Scope.all, { limit: 99 }));
/** Whether a route asks for this permission, or another of the same resource. */
const isNeeded = (permission: string, path: string) =>
  path.replaceAll('-', '').includes(permission.split(':')[0]!.replace('-', ''));
const isSelf = (route: string) => SELF.has(route.split(' ')[1]!);
const guarded = ROUTES.filter(([route]) => !isSelf(route));

it('stand around every route that there is', () => {
  expect([...served].toSorted()).toEqual([...ROUTES.map(([route]) => route), ...PUBLIC_ROUTES].toSorted());
});

describe.each(ROUTES.map((route) => [route[0], route] as const))('%s', (_, route) => {
  /** Refused, and nothing has happened. */
  async function expectRefused(headers: Headers, statuses: readonly number[]): Promise<void> {
    const before = await users();
    const response = await ask(route, headers);
    expect(statuses, response.body).toContain(response.statusCode);
    expect(response.json().error.code).toMatch(/unauthorized|forbidden|not-found|csrf|must-change/);
    expect(done).toEqual([]);
    expect(await users()).toBe(before);
  }

  it('wants a name', async () => {
    const forged = { cookie: `pbx400_session=${'x'.repeat(44)}`, 'pbx-csrf': 'x' };
    const headers = [
      {},
      { authorization: 'Bearer x' },
      { authorization: 'Bearer' },
      { cookie: 'pbx400_session=' },
      forged,
    ];
    for (const each of headers) await expectRefused(each, [401]);
  });

  it('wants a session that lasts', async () => {
    const ended = await signIn(app, 'li');
    await app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { ...ended } });
    await expectRefused({ ...ended }, [401]);
    const idle = await signIn(app, 'li');
    await clock.advance(3_600_000);
    await expectRefused({ ...idle }, [401]);
    const gone = await signIn(app, 'li');
    companies.delete('a');
    await expectRefused({ ...gone }, [401]);
  });

  it.runIf(!route[0].startsWith('GET'))("wants the session's token against forgery", async () => {
    const { cookie, ...csrf } = await signIn(app, 'li');
    const other = await signIn(app, 'li');
    for (const headers of [{ cookie }, { cookie, 'pbx-csrf': '' }, { cookie, 'pbx-csrf': other['pbx-csrf'] }])
      await expectRefused(headers, [403]);
    expect(csrf['pbx-csrf']).not.toBe(other['pbx-csrf']);
  });

  it('wants a key that has not ended, from where it may be used', async () => {
    const made = { prefix: 'pbx_', permissions: PERMISSIONS, addresses: [], createdAt: 0, createdBy: 'li@a' };
    const key = { ...made, tenantId: 'a', endsAt: clock.now(), usedAt: undefined };
    await store.auth.apiKeys.add({ ...key, id: '1', name: '1', secretHash: hashOf('pbx_ended') });
    const elsewhere = { addresses: ['192.0.2.1'], endsAt: undefined };
    await store.auth.apiKeys.add({
      ...key,
      ...elsewhere,
      id: '2',
      name: '2',
      secretHash: hashOf('pbx_away'),
    });
    const gone = { tenantId: 'gone', endsAt: undefined };
    await store.auth.apiKeys.add({ ...key, ...gone, id: '3', name: '3', secretHash: hashOf('pbx_gone') });
    for (const secret of ['ended', 'away', 'gone', 'other'])
      await expectRefused({ authorization: `Bearer pbx_${secret}` }, [401]);
  });

  it.runIf(!isSelf(route[0]))('wants the right of a key', async () => {
    const path = route[0].split(' ')[1]!;
    const key = { tenantId: 'a', prefix: 'pbx_', addresses: [], createdAt: 0, createdBy: 'li@a' };
    const others = PERMISSIONS.filter((each) => !isNeeded(each, path));
    const rest = { endsAt: undefined, usedAt: undefined, permissions: others };
    await store.auth.apiKeys.add({ ...key, ...rest, id: '1', name: '1', secretHash: hashOf('pbx_narrow') });
    await expectRefused({ authorization: 'Bearer pbx_narrow' }, [403]);
  });

  it.runIf(!isSelf(route[0]))('wants the right', async () => {
    for (const login of ['agent', 'nobody']) await expectRefused({ ...(await signIn(app, login)) }, [403]);
  });

  it.runIf(!isSelf(route[0]))('wants a password of his own', async () => {
    const li = (await store.auth.users.withLogin('a', 'li'))!;
    const headers = await signIn(app, 'li');
    await store.auth.users.change({ ...li, mustChange: true, revision: 2 });
    await expectRefused({ ...headers }, [403]);
  });

  it.runIf(!isSelf(route[0]))('is walled off from other resellers', async () => {
    const south = await signIn(app, 'south', 'system');
    for (const tenant of ['a', 'none', 'system'])
      await expectRefused({ ...south, 'pbx-tenant': tenant }, [403, 404]);
    const unnamed = await ask(route, { ...south });
    expect([400, 403]).toContain(unnamed.statusCode);
    const path = route[0].split(' ')[1]!;
    if (!LISTS.has(path)) return await expectRefused({ ...south, 'pbx-tenant': 'b' }, [403, 404]);
    const response = await ask(route, { ...south, 'pbx-tenant': 'b' });
    expect(response.body).not.toMatch(/"a"|-a"|@a/);
  });

  it.runIf(!isSelf(route[0]))('is walled off from other companies', async () => {
    const wang: SignedIn = await signIn(app, 'wang', 'b');
    await expectRefused({ ...wang, 'pbx-tenant': 'a' }, [403, 404]);
    await expectRefused({ ...wang, 'pbx-tenant': 'none' }, [403, 404]);
    const path = route[0].split(' ')[1]!;
    if (!LISTS.has(path)) return await expectRefused({ ...wang }, [403, 404]);
    const response = await ask(route, { ...wang });
    expect(response.statusCode).toBeLessThan(300);
    expect(response.body).not.toMatch(/"a"|-a"|@a/);
  });
});

it('let those in who may', async () => {
  const admin = await signIn(app, 'li');
  const north = { ...(await signIn(app, 'north', 'system')), 'pbx-tenant': 'a' };
  const missing: string[] = [];
  for (const route of guarded) {
    for (const headers of [admin, AS_OPERATOR, north]) {
      const { statusCode } = await ask(route, { ...headers });
      const isOperators = /bans|metrics/.test(route[0]);
      if ((statusCode === 401 || statusCode === 403) !== (isOperators && headers !== AS_OPERATOR))
        missing.push(route[0]);
    }
  }
  expect(missing).toEqual([]);
  expect(done).toContain('call a li@a');
  expect(done).toContain('call a operator token');
});
