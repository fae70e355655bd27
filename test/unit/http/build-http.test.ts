import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallFacts } from '../../../src/call/call-events.ts';
import type { CdrReader } from '../../../src/cdr/cdr-query.ts';
import { type buildHttp, type HttpParts, listenHttp } from '../../../src/http/build-http.ts';
import type { HealthState } from '../../../src/http/routes/health.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { SlowReadError, StoreError } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { httpOn, TOKEN } from '../../support/http.ts';
import { recordOf } from '../../support/public-record.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;

const build = (parts: Partial<HttpParts> = {}) => httpOn(store, parts);

beforeEach(() => {
  store = new MemoryStore();
  for (let index = 0; index < 5; index++) {
    const script = sampleCall(`c${index}`, {
      at: MONDAY_10 + index * 60_000,
      tenantId: index < 4 ? 'a' : 'b',
    });
    for (const event of script.events) store.journal.append(event);
  }
  app = build();
});
afterEach(() => app.close());

const get = (url: string, authorization = `Bearer ${TOKEN}`) =>
  app.inject({ url, headers: { authorization } });

describe('GET /api/v1/calls', () => {
  const ids = async (query: string) => {
    const response = await get(`/api/v1/calls?${query}`);
    expect(response.statusCode).toBe(200);
    return response.json().items.map(({ id }: { id: string }) => id);
  };

  it('gives the records as the store has them', async () => {
    const response = await get('/api/v1/calls');
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    const { items, next } = response.json();
    expect([items.map(recordOf), next]).toEqual([store.cdrs.all.toReversed(), null]);
    expect(items[0]).toMatchObject({
      id: 'c4',
      tenant: 'b',
      state: 'ended',
      startedAt: '2026-10-12T02:04:00.000Z',
      segment: null,
      agents: [],
    });
    const counted = (await get('/api/v1/calls?count=exact&limit=1&minTalkMs=1')).json();
    expect([counted.items.length, counted.total]).toEqual([1, 5]);
  });

  it('gives one by its id, in the company of who asks', async () => {
    for (const event of sampleCall('call-one', { tenantId: 'b' }).events) store.journal.append(event);
    const one = await get('/api/v1/calls/call-one');
    expect([one.statusCode, recordOf(one.json())]).toEqual([200, store.cdrs.all.at(-1)]);
    for (const id of ['call-on', 'none', '13800138000'])
      expect((await get(`/api/v1/calls/${id}`)).statusCode).toBe(404);
    const headers = { authorization: `Bearer ${TOKEN}`, 'pbx-tenant': 'a' };
    expect((await app.inject({ url: '/api/v1/calls/call-one', headers })).statusCode).toBe(404);
  });

  it('filters by time, number and tenant, and pages', async () => {
    expect(await ids('from=2026-10-12T10:01:00%2B08:00&to=2026-10-12T02:03:00Z')).toEqual(['c2', 'c1']);
    expect(await ids(`from=${MONDAY_10 + 240_000}`)).toEqual(['c4']);
    const ofB = await app.inject({
      url: '/api/v1/calls',
      headers: { authorization: `Bearer ${TOKEN}`, 'pbx-tenant': 'b' },
    });
    expect(ofB.json().items).toMatchObject([{ id: 'c4' }]);
    expect(await ids('caller=000')).toEqual([]);
    const first = (await get('/api/v1/calls?limit=3')).json();
    expect(first.items).toHaveLength(3);
    expect(await ids(`limit=3&after=${first.next}`)).toEqual(['c1', 'c0']);
  });

  it('finds by words, filters and sorts by what the call list shows', async () => {
    expect(await ids(`q=2345&from=${MONDAY_10 + 240_000}`)).toEqual(['c4']);
    expect(await ids(`q=${encodeURIComponent('2345 sales')}&agent=8002&recorded=true&limit=1`)).toEqual([
      'c4',
    ]);
    expect(await ids('q=23456780')).toEqual([]);
    const filter = 'queue=sales&cause=normal&minTalkMs=60000&maxScore=1&direction=inbound&trunk=carrier';
    expect(await ids(`${filter}&sort=talkMs&limit=2`)).toEqual(['c0', 'c1']);
    expect(await ids('recorded=false')).toEqual([]);
    expect(await ids('maxScore=0')).toEqual([]);
  });

  it('sums up the whole filter', async () => {
    const { durationMs } = store.cdrs.all[0]!;
    const response = await get(`/api/v1/calls/totals?to=${MONDAY_10 + 240_000}`);
    expect(response.json()).toEqual({ calls: 4, answered: 4, durationMs: 4 * durationMs, talkMs: 240_000 });
    expect((await get('/api/v1/calls/totals?limit=1')).statusCode).toBe(400);
  });

  it('refuses a cursor of another order', async () => {
    const { next } = (await get('/api/v1/calls?limit=1&sort=-talkMs')).json();
    const response = await get(`/api/v1/calls?after=${next}`);
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-cursor']);
  });

  it.each([
    ['limit=0', /limit/],
    ['sort=colour', /sort/],
    ['cause=bad-luck', /cause/],
    ['maxScore=10', /maxScore/],
    ['limit=501', /limit/],
    ['limit=ten', /limit/],
    ['caller=abc', /caller/],
    ['from=yesterday', /from must be a time such as/],
    ['from=2026-10-12T10:00', /from must be a time/],
    ['callr=1', /^there is no parameter callr$/],
    ['state=running&caller=138', /^caller is of calls that have ended$/],
    ['state=running&sort=talkMs', /^sort is of calls that have ended$/],
  ])('refuses %s', async (query, message) => {
    const response = await get(`/api/v1/calls?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      code: 'bad-request',
      detail: expect.stringMatching(message),
    });
  });

  it('refuses a cursor that is none', async () => {
    const response = await get('/api/v1/calls?after=xxx');
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-cursor']);
  });
});

describe('GET /api/v1/missed-calls', () => {
  const NUMBER = '13800138000';
  /** A call that waits in a queue for 30 s and hangs up. */
  function abandons(id: string, at: number, caller = NUMBER, tenantId = 'a'): void {
    const script = new CallScript(id, { at, tenantId })
      .arrive({ caller })
      .emit('routed', { hotline: '4001234567' });
    script.emit('answered', {}).emit('asked', { queue: 'sales', priority: 0 });
    script.emit('segment', { kind: 'queue', owner: 'sales' }).after(30_000).end();
    for (const event of script.events) store.journal.append(event);
  }
  /** A call in which somebody talks. */
  function talks(id: string, at: number, facts: Partial<CallFacts['arrived']>): void {
    const script = new CallScript(id, { at, tenantId: 'a' }).arrive(facts).emit('answered', {});
    script
      .emit('connected', { target: '8001', kind: 'agent' })
      .emit('segment', { kind: 'talk', owner: '8001' });
    for (const event of script.after(10_000).end().events) store.journal.append(event);
  }
  const missed = async (query = '') => {
    const from = new Date(MONDAY_10 - 60_000).toISOString();
    const { items, next } = (
      await get(`/api/v1/missed-calls?from=${encodeURIComponent(from)}${query}`)
    ).json();
    return { ids: items.map(({ callId }: { callId: string }) => callId), items, next };
  };

  it('lists each caller once, by his last call, in pages', async () => {
    abandons('m1', MONDAY_10 + 1_000);
    abandons('m2', MONDAY_10 + 2_000, '13900139000');
    abandons('m3', MONDAY_10 + 3_000);
    abandons('withheld', MONDAY_10 + 4_000, '');
    const all = await missed();
    expect([all.ids, all.next]).toEqual([['m3', 'm2'], null]);
    expect(all.items[0]).toEqual({
      callId: 'm3',
      tenant: 'a',
      caller: NUMBER,
      area: null,
      called: '4001234567',
      hotline: '4001234567',
      queue: 'sales',
      outcome: 'abandoned',
      at: '2026-10-12T02:00:03.000Z',
      waitMs: 30_000,
      times: 2,
      ...{ state: 'open', assignee: null, done: null, note: '', revision: 0 },
    });
    const first = await missed('&limit=1');
    expect(first.ids).toEqual(['m3']);
    expect((await missed(`&limit=1&after=${first.next}`)).ids).toEqual(['m2']);
  });

  it('lists nobody who has been served since, whoever called', async () => {
    abandons('m1', MONDAY_10 + 1_000);
    abandons('m2', MONDAY_10 + 2_000, '13900139000');
    abandons('m3', MONDAY_10 + 3_000, NUMBER, 'b');
    talks('t1', MONDAY_10 + 60_000, { caller: NUMBER });
    expect((await missed()).ids).toEqual(['m3', 'm2']);
    talks('t2', MONDAY_10 + 70_000, { direction: 'outbound', caller: '8001', called: '13900139000' });
    expect((await missed()).ids).toEqual(['m3']);
    abandons('m4', MONDAY_10 + 90_000);
    expect((await missed()).ids).toEqual(['m4', 'm3']);
  });
});

describe('authorization', () => {
  it.each(['', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer ${TOKEN} x`])(
    'refuses %j',
    async (header) => {
      for (const url of ['/api/v1/calls', '/metrics']) {
        const response = await get(url, header);
        expect(response.statusCode).toBe(401);
        expect(response.headers['www-authenticate']).toBe('Bearer realm="pbx400"');
        expect(response.headers['x-content-type-options']).toBe('nosniff');
        expect(response.json().code).toBe('unauthorized');
      }
    },
  );

  it('lets nobody in while there is no token', async () => {
    app = build({ token: '' });
    expect((await get('/metrics', 'Bearer ')).statusCode).toBe(401);
  });
});

describe('errors', () => {
  it('hides what failed inside and logs it', async () => {
    const logged: unknown[] = [];
    const logger = {
      ...silentLogger,
      error: (fields: unknown) => logged.push(fields),
    } as unknown as HttpParts['logger'];
    const failing: CdrReader = {
      query: async () => ({ cdrs: [], next: undefined }),
      queryText: () => Promise.reject(new Error('secret path /var/lib')),
      queryShown: async () => {
        throw new Error('secret path /var/lib');
      },
      totals: () => Promise.reject(new Error('secret path /var/lib')),
    };
    app = build({ cdrs: failing, logger });
    const response = await get('/api/v1/calls');
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json()).toEqual({
      type: 'urn:pbx400:error:internal',
      title: 'The server failed',
      status: 500,
      detail: 'the server failed; its log says why',
      instance: '/api/v1/calls',
      code: 'internal',
    });
    await get('/api/v1/calls?q=13800138000');
    for (const entry of logged.map((each) => JSON.stringify(each))) {
      expect(entry).toContain('/api/v1/calls');
      expect(entry, 'what was asked with').not.toContain('13800138000');
    }
    expect(logged).toHaveLength(2);
  });

  it('says 503 while the database cannot answer', async () => {
    const away = () => Promise.reject(new StoreError('database: disk I/O error (SQLITE_IOERR)'));
    app = build({ cdrs: { query: away, queryText: away, queryShown: away, totals: away } });
    const response = await get('/api/v1/calls');
    expect([response.statusCode, response.json().code]).toEqual([503, 'store']);
  });

  it('says what to do when a read took too long', async () => {
    const slow = () => Promise.reject(new SlowReadError(10_000));
    app = build({ cdrs: { query: slow, queryText: slow, queryShown: slow, totals: slow } });
    for (const url of ['/api/v1/calls', '/api/v1/calls/totals']) {
      const response = await get(url);
      expect([response.statusCode, response.json().code]).toEqual([504, 'deadline']);
      expect(response.json().detail).toMatch(/after 10 s: ask for a shorter time/);
    }
  });

  it('answers unknown paths in the same form, without their query', async () => {
    const response = await get('/api/v1/nothing?token=x');
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      type: 'urn:pbx400:error:not-found',
      title: 'There is no such thing',
      status: 404,
      detail: 'there is no GET /api/v1/nothing',
      instance: '/api/v1/nothing',
      code: 'not-found',
    });
  });
});

describe('title of an error', () => {
  it.each([
    [undefined, 'There is no such thing'],
    ['zh-CN,zh;q=0.9,en;q=0.8', '未找到'],
    ['en-GB, zh;q=0.5', 'There is no such thing'],
    ['fr, en;q=0.2, zh-TW;q=0.7', '未找到'],
    ['en;q=0, zh;q=1', '未找到'],
    ['de', 'There is no such thing'],
    ['zh;q=nonsense', 'There is no such thing'],
  ])('for %s is %s', async (language, title) => {
    const headers = language === undefined ? {} : { 'accept-language': language };
    const response = await app.inject({ url: '/api/v1/nothing', headers });
    expect(response.json().title).toBe(title);
  });
});

describe('health and metrics', () => {
  it('tells load balancers without a token whether calls are taken', async () => {
    let state: HealthState = 'ok';
    let waiting = 0;
    app = build({ state: () => state, waitingBytes: () => waiting });
    expect((await app.inject('/api/v1/health')).json()).toMatchObject({ status: 'ok', disk: 'ok' });
    waiting = 7;
    expect((await app.inject('/api/v1/health')).json()).toMatchObject({ waitingBytes: 7 });
    const answers: unknown[] = [];
    for (state of ['store-away', 'journal-full', 'draining'] as const) {
      const response = await app.inject('/api/v1/health');
      answers.push([response.statusCode, response.json().status]);
    }
    expect(answers).toEqual([
      [200, 'store-away'],
      [503, 'journal-full'],
      [503, 'draining'],
    ]);
  });

  it.each([
    ['127.0.0.1:8400', {}, [], null],
    ['localhost', {}, [], null],
    ['[::1]:8400', {}, [], null],
    ['pbx.example.com', {}, [], 'plain-http'],
    ['127.0.0.1.example.com', {}, [], 'plain-http'],
    ['pbx.example.com', { 'x-forwarded-proto': 'https' }, [], 'proxy-not-believed'],
    ['pbx.example.com', { 'x-forwarded-proto': 'https' }, ['127.0.0.1'], null],
    ['pbx.example.com', { 'x-forwarded-proto': 'http' }, ['127.0.0.1'], 'plain-http'],
  ])(
    'tells a browser at %s, %j by way of %j, whether its pages are secure: %s',
    async (host, headers, proxies, why) => {
      app = build({ proxies });
      const { pages } = (await app.inject({ url: '/api/v1/health', headers: { host, ...headers } })).json();
      expect(pages).toEqual({ secure: why === null, why });
    },
  );

  it('tells when the certificate ends', async () => {
    app = build({ certificate: () => ({ state: 'ends-soon', endsAt: '2027-10-01T00:00:00.000Z' }) });
    expect((await app.inject('/api/v1/health')).json()).toMatchObject({
      certificate: { state: 'ends-soon', endsAt: '2027-10-01T00:00:00.000Z' },
    });
  });

  it('renders metrics as Prometheus text', async () => {
    app = build({
      metrics: () => [
        { name: 'pbx400_calls_total', help: 'Calls that arrived', type: 'counter', value: 7 },
        {
          name: 'pbx400_trunk_calls',
          help: 'Calls in progress\nby trunk',
          type: 'gauge',
          value: [{ labels: { trunk: 'a"b\\c' }, value: 2 }],
        },
      ],
    });
    const response = await get('/metrics');
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.body.split('\n')).toEqual([
      '# HELP pbx400_calls_total Calls that arrived',
      '# TYPE pbx400_calls_total counter',
      'pbx400_calls_total 7',
      '# HELP pbx400_trunk_calls Calls in progress\\nby trunk',
      '# TYPE pbx400_trunk_calls gauge',
      'pbx400_trunk_calls{trunk="a\\"b\\\\c"} 2',
      '',
    ]);
  });
});

describe('listenHttp', () => {
  it('gives the URL, and says what to do when the address is taken', async () => {
    const url = await listenHttp(app, { host: '127.0.0.1', port: 0 });
    const response = await fetch(`${url}/api/v1/health`);
    expect(await response.json()).toMatchObject({ status: 'ok', disk: 'ok' });
    const other = build();
    const taken = listenHttp(other, { host: '127.0.0.1', port: Number(new URL(url).port) });
    await expect(taken).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/^the HTTP address 127\.0\.0\.1:\d+ is taken$/),
    });
    await other.close();
  });
});
