import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn, PASSWORD, person } from '../../support/http.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;

beforeEach(async () => {
  store = new MemoryStore();
  app = httpOn(store);
  await person(store, 'li');
});
afterEach(() => app.close());

const ask = (method: Method, path: string, headers: Record<string, string> = {}, payload?: object) =>
  app.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });

const signIn = (payload: object = {}, headers: Record<string, string> = {}) =>
  ask('POST', '/session', headers, { login: 'li', password: PASSWORD, tenant: 'a', ...payload });

/** What a browser that got this answer sends with the next request. */
function keptBy(response: Awaited<ReturnType<typeof signIn>>): Record<string, string> {
  const [{ name, value } = { name: '', value: '' }] = response.cookies;
  return { cookie: `${name}=${value}`, 'pbx-csrf': response.json().csrf };
}

describe('a session', () => {
  it('is a cookie that no page reads and no form of another site brings', async () => {
    const response = await signIn();
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ login: 'li', tenant: 'a', mustChange: false });
    expect(response.headers['set-cookie']).toMatch(
      /^pbx400_session=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(response.body).not.toContain(response.cookies[0]!.value);
    const headers = keptBy(response);
    expect((await ask('GET', '/me', headers)).json()).toMatchObject({
      principal: 'li@a',
      tenant: 'a',
      user: { login: 'li', roles: ['company-admin'], secondFactor: false },
      csrf: headers['pbx-csrf'],
    });
    const out = await ask('DELETE', '/session', headers);
    expect(out.statusCode).toBe(204);
    expect(out.headers['set-cookie']).toMatch(/^pbx400_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await ask('GET', '/me', headers)).statusCode).toBe(401);
  });

  it('is another one after each sign-in, and after a change of the password: none is fixed before', async () => {
    const first = keptBy(await signIn());
    const second = keptBy(await signIn({}, { cookie: first['cookie']! }));
    expect(second['cookie']).not.toBe(first['cookie']);
    expect((await ask('GET', '/me', first)).statusCode).toBe(401);
    const forced = keptBy(await signIn({}, { cookie: 'pbx400_session=chosen-by-somebody-else' }));
    expect(forced['cookie']).not.toContain('chosen');
    const change = { old: PASSWORD, password: 'a-better-one-8' };
    const changed = await ask('POST', '/me/password', second, change);
    expect(changed.statusCode).toBe(200);
    for (const headers of [second, forced]) expect((await ask('GET', '/me', headers)).statusCode).toBe(401);
    expect((await ask('GET', '/me', keptBy(changed))).statusCode).toBe(200);
  });

  it('is listed, and ended from another one', async () => {
    const here = keptBy(await signIn());
    const there = keptBy(await signIn({}, { 'user-agent': 'Firefox' }));
    const { items } = (await ask('GET', '/me/sessions', here)).json();
    expect(items.map(({ device, isThis }: { device: string; isThis: boolean }) => [device, isThis])).toEqual(
      expect.arrayContaining([
        ['Firefox', false],
        ['lightMyRequest', true],
      ]),
    );
    const other = items.find(({ isThis }: { isThis: boolean }) => !isThis).id;
    expect((await ask('DELETE', `/me/sessions/${other}`, here)).statusCode).toBe(204);
    expect((await ask('DELETE', `/me/sessions/${other}`, here)).statusCode).toBe(404);
    expect((await ask('GET', '/me', there)).statusCode).toBe(401);
  });

  it('is not opened by a wrong password, in one form for all', async () => {
    const answers = await Promise.all([
      signIn({ password: 'wrong' }),
      signIn({ login: 'wang' }),
      signIn({ tenant: 'b' }),
    ]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0].json().code).toBe('wrong-password');
    expect(answers[0].headers['set-cookie']).toBeUndefined();
    for (const wrong of [{ password: '' }, { password: 'x'.repeat(129) }, { more: 1 }])
      expect((await signIn(wrong)).statusCode).toBe(400);
  });

  it('is Secure where a proxy that is believed says that it was HTTPS', async () => {
    app = httpOn(store, { proxies: ['127.0.0.1'] });
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };
    expect((await signIn({}, forwarded)).headers['set-cookie']).toContain('; Secure');
    expect((await store.auth.sessions.of('li-a'))[0]?.address).toBe('203.0.113.7');
    app = httpOn(store, { proxies: ['192.0.2.1'] });
    expect((await signIn({}, forwarded)).headers['set-cookie']).not.toContain('Secure');
  });

  it('is asked for no more than 300 times a minute from an address', async () => {
    const answers: number[] = [];
    for (let count = 0; count < 301; count++) answers.push((await ask('GET', '/me')).statusCode);
    expect([answers[299], answers[300]]).toEqual([401, 429]);
    const refused = await ask('GET', '/me');
    expect(refused.json().code).toBe('too-many-requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('GET', '/me', AS_OPERATOR)).statusCode).toBe(200);
  });
});

describe('users', () => {
  it('are made, read, changed with If-Match, reset and removed', async () => {
    const admin = keptBy(await signIn());
    const made = await ask('POST', '/users', admin, { login: 'Han', name: '韩梅梅', roles: ['agent'] });
    expect(made.statusCode).toBe(201);
    const { user, password } = made.json();
    expect(user).toMatchObject({ login: 'han', tenant: 'a', active: true, mustChange: true });
    expect(made.body).not.toContain('argon2');
    const path = `/users/${user.id}`;
    const read = await ask('GET', path, admin);
    expect([read.headers['etag'], read.json()]).toEqual(['"1"', user]);
    const patch = (match: Record<string, string>) =>
      ask('PATCH', path, { ...admin, ...match }, { roles: ['quality'] });
    expect((await patch({})).json().code).toBe('no-if-match');
    expect((await patch({ 'if-match': '"7"' })).json().code).toBe('changed-meanwhile');
    const changed = await patch({ 'if-match': '"1"' });
    expect([changed.headers['etag'], changed.json().roles]).toEqual(['"2"', ['quality']]);
    const reset = await ask('POST', `${path}/password`, admin);
    expect(reset.json().password).not.toBe(password);
    expect((await ask('DELETE', path, admin)).statusCode).toBe(428);
    expect((await ask('DELETE', path, { ...admin, 'if-match': '"3"' })).statusCode).toBe(204);
    expect((await ask('GET', path, admin)).statusCode).toBe(404);
  });

  it('are listed page by page', async () => {
    for (const login of ['a1', 'a2', 'a3']) await person(store, login);
    const admin = keptBy(await signIn());
    const page = async (query: string) => {
      const { items, next } = (await ask('GET', `/users?${query}`, admin)).json();
      return { logins: items.map(({ login }: { login: string }) => login), next };
    };
    const first = await page('limit=2');
    expect(first.logins).toEqual(['a1', 'a2']);
    const second = await page(`limit=2&after=${first.next}`);
    expect(second).toEqual({ logins: ['a3', 'li'], next: null });
    for (const cursor of ['x', Buffer.from('{}').toString('base64url')])
      expect((await ask('GET', `/users?after=${cursor}`, admin)).json().code).toBe('bad-cursor');
  });

  it('of a company are made by an operator who names it, others are operators', async () => {
    const add = (headers: Record<string, string>, roles: readonly string[]) =>
      ask('POST', '/users', { ...AS_OPERATOR, ...headers }, { login: 'wang', name: 'Wang', roles });
    expect((await add({ 'pbx-tenant': 'b' }, ['company-admin'])).json().user.tenant).toBe('b');
    expect((await add({}, ['operator'])).json().user.tenant).toBe('system');
    expect((await add({ 'pbx-tenant': 'none' }, ['agent'])).statusCode).toBe(404);
    expect((await add({ 'pbx-tenant': 'a' }, ['operator'])).json().code).toBe('bad-role');
  });
});

describe('keys', () => {
  it('open what they name, until they are removed', async () => {
    const admin = keptBy(await signIn());
    const body = { name: 'crm', permissions: ['call:read'], endsAt: '2099-01-01T00:00:00Z' };
    const made = await ask('POST', '/api-keys', admin, body);
    const { key, secret } = made.json();
    expect(secret).toMatch(/^pbx_/);
    expect(key).toMatchObject({ prefix: secret.slice(0, 12), usedAt: null, createdBy: 'li@a' });
    const machine = { authorization: `Bearer ${secret}` };
    expect((await ask('GET', '/calls', machine)).statusCode).toBe(200);
    expect((await ask('GET', '/users', machine)).statusCode).toBe(403);
    expect((await ask('GET', '/me', machine)).json()).toMatchObject({ principal: 'key crm@a' });
    expect((await ask('POST', '/me/password', machine, { old: 'x', password: 'y' })).statusCode).toBe(403);
    const listed = await ask('GET', '/api-keys', admin);
    expect(listed.body).not.toContain(secret);
    expect(listed.json().items).toMatchObject([{ name: 'crm', permissions: ['call:read'] }]);
    expect((await ask('POST', '/api-keys', admin, body)).json().code).toBe('exists');
    expect((await ask('DELETE', `/api-keys/${key.id}`, admin)).statusCode).toBe(204);
    expect((await ask('GET', '/calls', machine)).statusCode).toBe(401);
    const told = (await ask('GET', '/audit', admin)).body;
    expect(told).toContain('"did":"remove"');
    for (const hidden of [secret, PASSWORD, 'argon2']) expect(told).not.toContain(hidden);
  });

  it.each([
    [{ permissions: ['ban:read'] }, 403],
    [{ permissions: [] }, 400],
    [{ permissions: ['cdr:sing'] }, 400],
    [{ addresses: ['nowhere'] }, 400],
    [{ endsAt: 'tomorrow' }, 400],
  ])('are refused with %j', async (wrong, status) => {
    const body = { name: 'crm', permissions: ['call:read'], ...wrong };
    expect((await ask('POST', '/api-keys', keptBy(await signIn()), body)).statusCode).toBe(status);
  });
});

it('answers run nothing and belong in no frame', async () => {
  for (const path of ['/health', '/nothing', '/me']) {
    const { headers } = await ask('GET', path);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
  }
});
