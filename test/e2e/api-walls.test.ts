/**
 * Issue 14: the walls of the API around the PBX as it is started. Every route of the OpenAPI document that it serves is asked by everybody
 * who may not; `test/unit/http/walls.test.ts` asks the same in memory, and whether those are let in who may.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { codeAt } from '../../src/auth/totp.ts';
import { AS_OPERATOR, ask, Browser, GOOD_PASSWORD, personOn } from '../support/browser.ts';
import { type ConfigDocument, Pbx, withoutCompany } from '../support/pbx.ts';
import { until } from '../support/until.ts';
import { WallAsker, type WallRequest, wallRequests } from '../support/wall-requests.ts';

const COMPANIES = [
  ...['a', 'b'].map((tenant) => ({
    ...{
      tenant,
      tenants: { [tenant]: {} },
      extensions: { 8001: {} },
      agents: { 8001: { extension: '8001' } },
    },
    ...{ queues: { [`of-${tenant}`]: { agents: ['8001'] } } },
  })),
  { tenant: 'system', resellers: { north: { companies: ['a'] }, south: { companies: ['b'] } } },
];
const REFUSALS = /^(unauthorized|forbidden|not-found|no-such-\w+|no-csrf-token)$/;
const LIMIT_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'pbx400-walls-'));
let pbx: Pbx;
let asker: WallAsker;
let requests: readonly WallRequest[];
/** The company's administrator, and others. */
let li: Browser;
let people: { readonly nobody: Browser; readonly other: Browser; readonly south: Browser };
let expired: Readonly<Record<string, string>>;
let narrow: Readonly<Record<string, string>>;
let revoked: Browser;
/** What there is of company `a`, by the beginning of its paths. */
let things: Readonly<Record<string, string>>;

const OF_A = { ...AS_OPERATOR, 'pbx-tenant': 'a' };
async function make(route: string, body: object, headers: Readonly<Record<string, string>> = OF_A) {
  const answer = await ask(pbx.http, route, { body, headers });
  if (answer.status !== 201) throw new Error(`${route}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
/** All of it that could change. */
async function stateOfA(): Promise<string> {
  const lists = [
    'users',
    'roles',
    'api-keys',
    'webhooks',
    'queues',
    'agents',
    'extensions',
    'hotlines',
    'jobs',
  ];
  const all = await Promise.all(lists.map((list) => ask(pbx.http, `GET /api/v1/${list}`, { headers: OF_A })));
  return JSON.stringify(
    all.map(({ status, body }) => [
      status,
      body.items.map(({ usedAt: _, ...item }: { usedAt?: unknown }) => item),
    ]),
  );
}

beforeAll(async () => {
  const seed = join(folder, 'companies.yaml');
  writeFileSync(seed, COMPANIES.map((document) => stringify(document)).join('---\n'));
  pbx = await Pbx.start({
    configure: (config: ConfigDocument) => {
      withoutCompany(config);
      Object.assign(config, { seed, dialplans: folder });
    },
  });
  asker = new WallAsker(pbx.http);
  li = await personOn(pbx.http, 'a', { login: 'li', roles: ['company-admin'], agent: '8001' });
  people = {
    nobody: await personOn(pbx.http, 'a', { login: 'nobody', roles: [] }),
    other: await personOn(pbx.http, 'b', { login: 'li', roles: ['company-admin'] }),
    south: await personOn(pbx.http, 'system', { login: 'south', roles: ['reseller'], reseller: 'south' }),
  };
  const { items: roles } = (await ask(pbx.http, 'GET /api/v1/roles', { headers: OF_A })).body;
  const admin = roles.find(({ name }: { readonly name: string }) => name === 'company-admin');
  const permissions = admin.rights.map(({ permission }: { readonly permission: string }) => permission);
  const ended = { name: 'ended', permissions, endsAt: '2026-01-01T00:00:00Z' };
  const key = await make('POST /api/v1/api-keys', ended);
  expired = { authorization: `Bearer ${key.secret}` };
  const kept = await make('POST /api/v1/api-keys', { name: 'narrow', permissions: ['audit:read'] });
  narrow = { authorization: `Bearer ${kept.secret}` };
  revoked = new Browser(pbx.http);
  const { body: session } = await revoked.signIn({ tenant: 'a', login: 'li', password: GOOD_PASSWORD });
  expect((await li.ask(`DELETE /api/v1/me/sessions/${session.session}`)).status).toBe(204);
  const rights = [{ permission: 'call:read', reach: 'own' }];
  const role = await make('POST /api/v1/roles', { name: 'lead', title: { en: 'Lead', zh: '组长' }, rights });
  const hook = await make('POST /api/v1/webhooks', { url: 'https://crm.example.com/', title: 'CRM' });
  const { items: users } = (await ask(pbx.http, 'GET /api/v1/users', { headers: OF_A })).body;
  things = {
    '/api/v1/users/': users[0].id,
    '/api/v1/roles/': role.name,
    '/api/v1/api-keys/': key.key.id,
    '/api/v1/webhooks/': hook.webhook?.id ?? hook.id,
    '/api/v1/me/sessions/': session.session,
    '/api/v1/agents/': '8001',
    '/api/v1/extensions/': '8001',
  };
  const document = (await ask(pbx.http, 'GET /api/v1/openapi.json', { headers: AS_OPERATOR })).body;
  requests = wallRequests(document, (path, name) => {
    if (name === 'id') return Object.entries(things).find(([start]) => path.startsWith(start))?.[1] ?? 'of-a';
    return name === 'address' ? '192.0.2.9' : name === 'name' ? 'of-a' : '1000000000000000';
  });
}, LIMIT_MS);
afterAll(async () => {
  await pbx?.cleanUp();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks all of them, and gives those that were not refused with one of these. */
async function letThrough(
  asked: readonly WallRequest[],
  headers: Readonly<Record<string, string>>,
  statuses: readonly number[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const each of asked) {
    const { status, code = '', text } = await asker.ask(each, { 'if-match': '*', ...headers });
    if (statuses.includes(status) && REFUSALS.test(code)) continue;
    wrong.push(`${each.route} ${status} ${text.slice(0, 100)}`);
  }
  return wrong;
}

const guarded = () => requests.filter(({ isPublic }) => !isPublic);
const needing = () => requests.filter(({ permission }) => permission !== undefined);

describe('every route that there is', () => {
  it('is served with a wall around it, but for those few that are for everybody', async () => {
    expect(requests.length).toBeGreaterThan(300);
    expect(
      requests
        .filter(({ isPublic }) => isPublic)
        .map(({ route }) => route)
        .toSorted(),
    ).toEqual([
      'GET /api/v1/exported-files/{token}',
      'GET /api/v1/health',
      'GET /api/v1/shared-recordings/{token}',
      'GET /api/v1/walls/{token}',
      'GET /healthz',
      'GET /readyz',
      'POST /api/v1/embed-sessions',
      'POST /api/v1/session',
    ]);
  });

  it(
    'is closed to nobody, an expired key, a revoked session and a made-up one',
    async () => {
      const forged = { cookie: `pbx400_session=${'x'.repeat(44)}`, 'pbx-csrf': 'x' };
      const before = await stateOfA();
      for (const headers of [{}, expired, revoked.headers, forged, { authorization: 'Bearer x' }])
        expect(await letThrough(guarded(), headers, [401])).toEqual([]);
      expect(await stateOfA()).toBe(before);
    },
    LIMIT_MS,
  );

  it(
    'is closed to who has no right to it',
    async () => {
      const before = await stateOfA();
      expect(await letThrough(needing(), people.nobody.headers, [403])).toEqual([]);
      const others = needing().filter(({ permission }) => permission !== 'audit:read');
      expect(await letThrough(others, narrow, [403])).toEqual([]);
      expect(await stateOfA()).toBe(before);
    },
    LIMIT_MS,
  );

  it(
    'is closed to other companies and other resellers, whatever they name',
    async () => {
      const before = await stateOfA();
      for (const browser of [people.other, people.south])
        for (const tenant of ['a', 'none'])
          expect(
            await letThrough(needing(), { ...browser.headers, 'pbx-tenant': tenant }, [403, 404]),
          ).toEqual([]);
      expect(await stateOfA()).toBe(before);
    },
    LIMIT_MS,
  );

  it(
    'gives nothing of another company to who knows its ids',
    async () => {
      const before = await stateOfA();
      const named = Object.keys(things).filter((start) => !/agents|extensions|\/me\//.test(start));
      const asked = needing().filter(
        ({ route, path }) =>
          route.includes('{id}') &&
          (named.some((start) => path.startsWith(start)) || /\/(queues|hotlines)\//.test(path)),
      );
      expect(asked.length).toBeGreaterThan(20);
      const south = { ...people.south.headers, 'pbx-tenant': 'b' };
      for (const headers of [people.other.headers, south])
        expect(await letThrough(asked, headers, [403, 404])).toEqual([]);
      const own = ({ method, path }: WallRequest) =>
        method === 'DELETE' && path.startsWith('/api/v1/me/sessions/');
      expect(await letThrough(requests.filter(own), people.other.headers, [404])).toEqual([]);
      expect(await stateOfA()).toBe(before);
    },
    LIMIT_MS,
  );

  it(
    "takes no change from another site's page",
    async () => {
      const before = await stateOfA();
      const changing = guarded().filter(({ method }) => method !== 'GET');
      const { cookie } = li;
      const others = { cookie, 'pbx-csrf': people.nobody.csrf };
      for (const headers of [{ cookie }, others])
        expect(await letThrough(changing, { ...headers, origin: 'https://evil.example' }, [403])).toEqual([]);
      expect(await stateOfA()).toBe(before);
      expect((await li.ask('GET /api/v1/me')).status, 'he is signed in still').toBe(200);
    },
    LIMIT_MS,
  );
});

describe('the event stream', () => {
  /** What comes of connecting and saying hello: the status of the refusal, or the code of the close; or what is heard. */
  function connect(
    headers: Readonly<Record<string, string>>,
    topics: readonly string[] = [],
    tenant?: string,
  ) {
    const heard: { readonly type: string; readonly event?: { readonly subject?: string } }[] = [];
    const socket = new WebSocket(`${pbx.http.replace('http', 'ws')}/api/v1/stream`, {
      headers: { ...headers },
    });
    const said = { type: 'hello', ...(topics.length > 0 && { topics }), ...(tenant && { tenant }) };
    const ended = new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on('open', () => socket.send(JSON.stringify(said)));
      socket.on('message', (text) => heard.push(JSON.parse(String(text))));
      socket.on('close', resolve);
      socket.on('error', () => {});
    });
    return { heard, socket, ended };
  }

  it('lets nobody hear who may not, nor of another company', async () => {
    for (const headers of [{}, expired, revoked.headers]) expect(await connect(headers).ended).toBe(401);
    for (const headers of [people.nobody.headers, narrow]) {
      const { ended } = connect({ ...headers, 'pbx-tenant': 'b' });
      expect([403, 404, 4403]).toContain(await ended);
    }
    expect(await connect(people.nobody.headers).ended).toBe(4403);
    for (const browser of [people.other, people.south]) {
      expect([404, 4403]).toContain(await connect(browser.headers, ['calls'], 'a').ended);
      expect([404, 4403]).toContain(
        await connect({ ...browser.headers, 'pbx-tenant': 'a' }, ['calls']).ended,
      );
    }
    const evil = { ...li.headers, origin: 'https://evil.example' };
    expect(await connect(evil).ended).toBe(403);
  });

  it('tells of the own company alone, with whatever topic, and ends with the session', async () => {
    const { other } = people;
    const topics = ['entities', 'queues/of-a', 'agents/8001', 'calls'];
    const { heard, socket, ended } = connect(other.headers, topics);
    await until('the stream is ready', () => heard.some(({ type }) => type === 'ready'));
    for (const [browser, name] of [
      [li, 'secret-list-of-a'],
      [other, 'list-of-b'],
    ] as const)
      expect((await browser.ask('POST /api/v1/lists', { body: { name, numbers: [] } })).status).toBe(201);
    await until('the own change is heard', () => JSON.stringify(heard).includes('list-of-b'));
    const events = JSON.stringify(heard.filter(({ type }) => type !== 'ready'));
    expect(events).not.toMatch(/of-a|"tenant":"a"/);
    expect(JSON.stringify(heard)).not.toContain('"tenant":"a"');
    const again = new Browser(pbx.http);
    await again.signIn({ tenant: 'b', login: 'li', password: GOOD_PASSWORD });
    const [first] = (await again.ask('GET /api/v1/me/sessions')).body.items.filter(
      ({ isThis }: { readonly isThis: boolean }) => !isThis,
    );
    await again.ask(`DELETE /api/v1/me/sessions/${first.id}`);
    expect(await ended).toBe(4401);
    socket.terminate();
    other.cookie = again.cookie;
    other.csrf = again.csrf;
  });
});

describe('signing in', () => {
  const signIn = (body: object, address?: string) =>
    asker.ask({ method: 'POST', path: '/api/v1/session', body }, {}, address);

  it('takes no session that somebody else has chosen, and leaves none behind', async () => {
    await personOn(pbx.http, 'a', { login: 'fixed' });
    const browser = new Browser(pbx.http);
    browser.cookie = 'pbx400_session=chosen-by-somebody-else-of-forty-four-letters';
    await browser.signIn({ tenant: 'a', login: 'fixed', password: GOOD_PASSWORD });
    expect(browser.cookie).not.toContain('chosen');
    const { cookie: former, csrf } = browser;
    await browser.signIn({ tenant: 'a', login: 'fixed', password: GOOD_PASSWORD });
    expect(browser.cookie).not.toBe(former);
    const headers = { cookie: former, 'pbx-csrf': csrf };
    expect((await ask(pbx.http, 'GET /api/v1/me', { headers })).status).toBe(401);
    expect((await browser.ask('GET /api/v1/me')).status).toBe(200);
  });

  it('takes no code of an authenticator app twice', async () => {
    const browser = await personOn(pbx.http, 'a', { login: 'app' });
    const { secret } = (await browser.ask('POST /api/v1/me/second-factor')).body;
    const step = Math.floor(Date.now() / 30_000);
    const password = GOOD_PASSWORD;
    const turnOn = { body: { secret, code: codeAt(secret, step), password } };
    expect((await browser.ask('PUT /api/v1/me/second-factor', turnOn)).status).toBe(200);
    const enter = (at: number) => signIn({ tenant: 'a', login: 'app', password, code: codeAt(secret, at) });
    expect(await enter(step)).toMatchObject({ status: 401, code: 'wrong-code' });
    expect((await enter(step + 1)).status).toBe(201);
    expect(await enter(step + 1)).toMatchObject({ status: 401, code: 'wrong-code' });
    expect(await signIn({ tenant: 'a', login: 'app', password })).toMatchObject({ code: 'code-needed' });
  });

  it(
    'hears no more of an account from an address after 20 wrong passwords, and tells nobody which accounts there are',
    async () => {
      await personOn(pbx.http, 'a', { login: 'guessed' });
      const answers = new Map<string, readonly string[]>();
      for (const [tenant, login, address] of [
        ['a', 'guessed', '127.0.77.201'],
        ['a', 'not-there', '127.0.77.202'],
        ['none', 'guessed', '127.0.77.203'],
      ] as const) {
        const wrong = { tenant, login, password: 'wrong horse battery' };
        const tries = await Promise.all(Array.from({ length: 22 }, () => signIn(wrong, address)));
        const told = tries.map(({ status, headers, text }) => {
          const names = Object.keys(headers).filter((each) => !/^(date|keep-alive|connection)$/.test(each));
          return JSON.stringify([status, names.toSorted(), headers['retry-after'], text]);
        });
        answers.set(`${tenant} ${login}`, told.toSorted());
        expect(tries.filter(({ status }) => status === 401)).toHaveLength(20);
        expect(tries.filter(({ status }) => status === 429)).toHaveLength(2);
      }
      const [known, ...unknown] = answers.values();
      for (const each of unknown) expect(each).toEqual(known);
      const right = { tenant: 'a', login: 'guessed', password: GOOD_PASSWORD };
      expect((await signIn(right, '127.0.77.201')).status).toBe(429);
      expect((await signIn(right, '127.0.77.204')).status, 'its owner is elsewhere').toBe(201);
    },
    LIMIT_MS,
  );
});

it('what was sent comes back in a CSV file as text, never as a formula', async () => {
  const rows = 'number,name\n=1+1,"=HYPERLINK(""https://evil.example"")"\n+2,@SUM(A1)\n';
  const headers = { ...li.headers, 'content-type': 'text/csv' };
  const response = await fetch(`${pbx.http}/api/v1/imports?kind=extension&mode=preview`, {
    ...{ method: 'POST', headers, body: rows },
  });
  const { job } = (await response.json()) as { readonly job: { readonly id: string } };
  const done = await until('the table is looked through', async () => {
    const { body } = await li.ask(`GET /api/v1/jobs/${job.id}`);
    return body.state !== 'running' && body.state !== 'waiting' && body;
  });
  expect(done.file).toBeTruthy();
  const { body: text } = await li.ask(`GET /api/v1/jobs/${job.id}/file`);
  expect(text).toContain("'=1+1");
  const cells = String(text)
    .replace(/^\ufeff/, '')
    .split(/[\r\n,]+/)
    .map((cell) => cell.replace(/^"/, ''));
  expect(cells.filter((cell) => /^[=+@\t]/.test(cell))).toEqual([]);
});
