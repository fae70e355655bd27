import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Auth } from '../../../src/auth/auth.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { AS_OPERATOR, authOf, httpOn, person, signIn } from '../../support/http.ts';

/** What the server says, in order. */
class Client {
  readonly heard: Record<string, unknown>[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;

  constructor(url: string, headers: object) {
    this.socket = new WebSocket(url, { headers: { ...headers } });
    this.socket.on('message', (text) => this.heard.push(JSON.parse(String(text))));
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
  }

  async hello(said: object = {}): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN)
      await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    this.socket.send(JSON.stringify({ type: 'hello', ...said }));
  }

  of(type: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message['type'] === type);
  }

  get seqs(): number[] {
    return this.of('event').map(({ event }) => (event as { seq: number }).seq);
  }

  async sees(type: string, count = 1): Promise<void> {
    await expect.poll(() => this.of(type).length, { timeout: 4000 }).toBeGreaterThanOrEqual(count);
  }
}

let store: MemoryStore;
let auth: Auth;
let app: ReturnType<typeof buildHttp>;
let url: string;
let clients: Client[];

beforeEach(async () => {
  store = new MemoryStore();
  auth = authOf(store);
  clients = [];
  app = httpOn(store, { auth, clock: systemClock, origins: ['https://crm.example.com'] });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/stream`;
});
afterEach(async () => {
  for (const { socket } of clients) socket.terminate();
  await app.close();
});

function connect(headers: object, at = url): Client {
  const client = new Client(at, headers);
  clients.push(client);
  return client;
}

function call(callId: string, tenantId = 'a'): number {
  const { events } = sampleCall(callId, { tenantId });
  for (const event of events) store.journal.append(event);
  return events.length;
}
const upTo = (last: number, after = 0) =>
  Array.from({ length: last - after }, (_, index) => after + index + 1);
const OPERATOR = { ...AS_OPERATOR, 'pbx-tenant': 'a' };

describe('GET /events', () => {
  it('gives what comes after a number, of topics, and says what to ask for next', async () => {
    const count = call('c1');
    const get = async (query: string) =>
      (await app.inject({ url: `/api/v1/events${query}`, headers: OPERATOR })).json();
    const all = await get('?limit=500');
    expect(all.items.map(({ seq }: { seq: number }) => seq)).toEqual(upTo(count));
    expect(all).toMatchObject({ after: count, head: count, gap: null });
    const queues = await get('?topics=queues/sales');
    expect(queues.after).toBe(count);
    expect(queues.items.map(({ type }: { type: string }) => type)).toEqual(['queue.joined', 'queue.left']);
    expect((await get('?topics=nothing')).code).toBe('not-found');
    expect((await app.inject({ url: '/api/v1/events', headers: AS_OPERATOR })).json().code).toBe(
      'bad-request',
    );
  });

  it('waits for the first one', async () => {
    const waiting = app.inject({ url: '/api/v1/events?waitMs=20000', headers: OPERATOR });
    await expect.poll(() => store.events.growth.count()).toBeGreaterThan(0);
    call('c1');
    expect((await waiting).json().items.length).toBeGreaterThan(0);
  });
});

describe('the stream', () => {
  it('begins with how things are, then tells what happens, each once', async () => {
    const before = call('c1');
    const client = connect(OPERATOR);
    await client.hello();
    await client.sees('ready');
    expect(client.of('ready')).toMatchObject([{ seq: before, snapshot: { agents: [], queues: [] } }]);
    const count = call('c2');
    await client.sees('event', count);
    expect(client.seqs).toEqual(upTo(before + count, before));
  });

  it('goes on after the number that a client has, with topics of its own', async () => {
    const count = call('c1');
    const [all, ofAgent] = [connect(OPERATOR), connect(OPERATOR)];
    await all.hello({ after: 3 });
    await ofAgent.hello({ after: 0, topics: ['agents/8002'] });
    await all.sees('event', count - 3);
    await ofAgent.sees('event');
    expect(all.seqs).toEqual(upTo(count, 3));
    expect(ofAgent.of('event').map(({ event }) => (event as { type: string }).type)).toContain(
      'call.connected',
    );
    expect(ofAgent.seqs.length).toBeLessThan(6);
    await ofAgent.hello({ after: 1_000_000 });
    await ofAgent.sees('resync');
    expect(ofAgent.of('resync')).toMatchObject([{ why: 'ahead', seq: count }]);
  });

  it('lets nobody hear what is not his', async () => {
    await person(store, 'li');
    await person(store, 'reader', { roles: ['report-reader'] });
    const li = connect(await signIn(app, 'li'));
    await li.hello();
    await li.sees('ready');
    call('of-b', 'b');
    const count = call('of-a', 'a');
    await li.sees('event', count);
    expect(JSON.stringify(li.heard)).not.toContain('of-b');
    await li.hello({ tenant: 'b' });
    expect(await li.closed).toBe(4403);
    const reader = connect(await signIn(app, 'reader'));
    await reader.hello({ topics: ['agents'] });
    expect(await reader.closed).toBe(4403);
    await expect(connect({}).hello()).rejects.toThrow('401');
  });

  it('masks numbers for who may not see them', async () => {
    await person(store, 'reader', { roles: ['report-reader'] });
    const reader = connect(await signIn(app, 'reader'));
    await reader.hello({ after: 0 });
    await reader.sees('ready');
    call('c1');
    await reader.sees('event', 3);
    const [arrived] = reader.of('event') as { event: { data: { caller: string } } }[];
    expect(arrived!.event.data.caller).toContain('****');
  });

  it('ends at the sign-out, and not before', async () => {
    await person(store, 'li');
    const headers = await signIn(app, 'li');
    const li = connect({ ...headers });
    await li.hello();
    await li.sees('ready');
    await app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { ...headers } });
    expect(await li.closed).toBe(4401);
  });

  it('takes pages of known origins, and tickets once', async () => {
    await expect(connect({ ...OPERATOR, origin: 'https://evil.example.com' }).hello()).rejects.toThrow('403');
    const known = connect({ ...OPERATOR, origin: 'https://crm.example.com' });
    await known.hello();
    await known.sees('ready');
    const made = await app.inject({ method: 'POST', url: '/api/v1/stream-tickets', headers: OPERATOR });
    const withTicket = `${url}?ticket=${made.json().ticket}`;
    const page = connect({}, withTicket);
    await page.hello();
    await page.sees('ready');
    await expect(connect({}, withTicket).hello()).rejects.toThrow('401');
  });
});
