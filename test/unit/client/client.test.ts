import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ItemOf,
  type PbxClient,
  PbxError,
  type PbxOptions,
  pbxClient,
} from '../../../src/client/index.ts';
import { LISTS } from '../../../src/client/operations.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { httpOn, PASSWORD, person, TOKEN } from '../../support/http.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let url: string;
let begun: unknown[];
let pbx: PbxClient;

beforeEach(async () => {
  store = new MemoryStore();
  begun = [];
  const originate = (_: string, call: object) => {
    begun.push(call);
    return { id: `c${begun.length}` };
  };
  app = httpOn(store, { clock: systemClock, calls: { originate: originate as never } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  pbx = pbxClient({ url, key: TOKEN, tenant: 'a' });
});
afterEach(() => app.close());

/** What is thrown. */
const errorOf = (promise: Promise<unknown>): Promise<PbxError> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error) => error,
  );

describe('pbxClient', () => {
  it('asks for lists by page, and for one', async () => {
    for (const id of ['call1', 'call2', 'call3'])
      for (const event of sampleCall(id, { tenantId: 'a' }).events) store.journal.append(event);
    const page = await pbx.calls.list({ limit: 2 });
    expect(page.items).toHaveLength(2);
    const ids: string[] = [];
    for await (const call of pbx.calls.each({ limit: 2 })) ids.push(call.id);
    expect(ids.sort()).toEqual(['call1', 'call2', 'call3']);
    expect(await pbx.calls.get('call2')).toMatchObject({ id: 'call2', tenant: 'a' });
    expect(await pbx.request('GET /calls/totals')).toMatchObject({ calls: 3 });
  });

  it('has the types of the routes', () => {
    expectTypeOf<ItemOf<'callbacks'>['state']>().toEqualTypeOf<
      'waiting' | 'calling' | 'done' | 'failed' | 'withdrawn'
    >();
    const typed = () => [
      // @ts-expect-error a filter that there is not
      pbx.calls.list({ collour: 'red' }),
      // @ts-expect-error calls are not made by hand
      pbx.missedCalls.create({}),
      // @ts-expect-error no such act
      pbx.calls.act('c1', 'juggle'),
      // @ts-expect-error it needs to be told whom
      pbx.calls.act('c1', 'transfer'),
      pbx.calls.act('c1', 'transfer', { body: { to: { agent: '8002' } } }),
      // @ts-expect-error the path has an id
      pbx.request('GET /calls/{id}'),
    ];
    expect(typed).toBeTypeOf('function');
  });

  it('has a member for each list', () => {
    expect(Object.keys(pbx)).toEqual(expect.arrayContaining(['calls', 'breakReasons', 'missedCalls']));
    expect(Object.keys(pbx)).toHaveLength(LISTS.length + 4);
  });

  it('throws what the API says', async () => {
    const missing = await errorOf(pbx.calls.get('none'));
    expect(missing).toBeInstanceOf(PbxError);
    expect(missing).toMatchObject({ code: 'not-found', status: 404, detail: 'there is no call none' });
    const zh = pbxClient({ url, key: TOKEN, tenant: 'a', language: 'zh-CN' });
    expect((await errorOf(zh.calls.get('none'))).title).toMatch(/[\u4e00-\u9fff]/);
    expect(await errorOf(pbxClient({ url, key: 'pbx_wrong' }).calls.list())).toMatchObject({
      code: 'unauthorized',
      status: 401,
    });
  });

  it('signs in as a page does, and sends the CSRF token with what changes something', async () => {
    await person(store, 'li');
    let jar: string | undefined;
    const options: PbxOptions = {
      url,
      fetch: async (to, init) => {
        const headers = new Headers(init?.headers);
        if (jar) headers.set('cookie', jar);
        const response = await fetch(to, { ...init, headers });
        jar = response.headers.get('set-cookie')?.split(';', 1)[0] ?? jar;
        return response;
      },
    };
    const page = pbxClient(options);
    const call = { extension: '8001', number: '10086' };
    expect(await errorOf(page.calls.create(call))).toMatchObject({ status: 401 });
    await page.signIn({ login: 'li', password: PASSWORD, tenant: 'a' });
    await page.calls.create(call);
    // Loaded anew: it has the cookie, and knows no token.
    const reloaded = pbxClient(options);
    await reloaded.calls.create(call);
    expect(begun).toHaveLength(2);
    // Signed in anew, by another page: our token is not the session's any more.
    await page.signIn({ login: 'li', password: PASSWORD, tenant: 'a' });
    await reloaded.calls.create(call);
    await reloaded.signOut();
    expect(await errorOf(page.request('GET /me'))).toMatchObject({ code: 'unauthorized' });
  });
});

describe('what nobody hears', () => {
  let server: Server;
  let asked: IncomingMessage[];
  let answers: ((
    request: IncomingMessage,
  ) => readonly [status: number, headers: object, body: string] | undefined)[];
  let elsewhere: PbxClient;
  const told = { 'content-type': 'application/json' };

  beforeEach(async () => {
    asked = [];
    answers = [];
    server = createServer((request, response) => {
      asked.push(request);
      request.resume();
      const answer = answers.shift()?.(request);
      if (!answer) return request.socket.destroy();
      response.writeHead(answer[0], { ...answer[1] }).end(answer[2]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    elsewhere = pbxClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, key: 'k' });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is asked again where that does nothing twice: with one key', async () => {
    answers = [() => undefined, () => [503, { 'retry-after': '0' }, ''], () => [201, told, '{"id":"c9"}']];
    const call = { extension: '8001', number: '10086' };
    expect(await elsewhere.calls.create(call)).toEqual({ id: 'c9' });
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    answers = [() => [201, told, '{"id":"c9"}']];
    await elsewhere.calls.create(call, { idempotencyKey: 'order-4711' });
    expect(asked.at(-1)!.headers['idempotency-key']).toBe('order-4711');
  });

  it('is not asked again otherwise', async () => {
    const act = elsewhere.calls.act('c1', 'hang-up');
    expect(await errorOf(act)).toMatchObject({ code: 'unreachable', status: 0 });
    expect(asked).toHaveLength(1);
  });

  it('says when to come again, where that is long', async () => {
    answers = [() => [429, { 'retry-after': '60' }, '<html>']];
    expect(await errorOf(elsewhere.nodes.list())).toMatchObject({
      code: 'http-error',
      status: 429,
      retryAfterMs: 60_000,
    });
    expect(asked).toHaveLength(1);
  });

  it('ends with the signal', async () => {
    const stopping = new AbortController();
    answers = [
      () => {
        stopping.abort(new Error('enough'));
        return undefined;
      },
    ];
    const error = await errorOf(elsewhere.nodes.list({}, { signal: stopping.signal }));
    expect(error.message).toBe('enough');
    expect(asked).toHaveLength(1);
  });
});
