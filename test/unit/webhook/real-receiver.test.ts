/** Webhooks over sockets, at receivers that are HTTP servers; the time is moved by hand. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckedOutbound } from '../../../src/outbound/checked-outbound.ts';
import type { Outbound } from '../../../src/outbound/outbound.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { EventFeed } from '../../../src/stream/feed.ts';
import { Couriers } from '../../../src/webhook/couriers.ts';
import { Post } from '../../../src/webhook/post.ts';
import type { Delivery } from '../../../src/webhook/webhook-store.ts';
import { Webhooks } from '../../../src/webhook/webhooks.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const A = Scope.of('a');
/** Of this machine, and nobody else's: a port of it stays free while the receiver is away. */
const HERE = '127.77.0.1';
/** Where companies must not get. */
const INSIDE = '127.0.0.1';

interface Got {
  /** `webhook-id` */
  readonly id: string;
  readonly seconds: number;
  readonly signatures: readonly string[];
  /** The bytes that came. */
  readonly body: Buffer;
}

/** A receiver: an HTTP server that can be taken away, and come back at the same port. */
class Receiver {
  readonly got: Got[] = [];
  connections = 0;
  /** What it does with a request that it has read. */
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();
  #server: Server | undefined;
  readonly #host: string;

  constructor(host: string) {
    this.#host = host;
  }

  /** Port that it is at. */
  async open(port = 0): Promise<number> {
    const server = createServer((request, response) => void this.#take(request, response));
    server.on('connection', () => this.connections++);
    server.listen(port, this.#host);
    await once(server, 'listening');
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Connections are refused from now on. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  get ids(): string[] {
    return this.got.map(({ id }) => id);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const [id, seconds] = [header('id'), Number(header('timestamp'))];
    this.got.push({ id, seconds, signatures: header('signature').split(' '), body: Buffer.concat(chunks) });
    this.answer(response);
  }
}

let clock: ManualClock;
let store: MemoryStore;
let outbound: CheckedOutbound;
let couriers: Couriers;
let webhooks: Webhooks;
let receiver: Receiver;
let inside: Receiver;
/** What names lead to, asked once each. */
let leadsTo: (readonly string[])[];
/** Requests under way. */
let asking: Set<Promise<void>>;

beforeEach(() => {
  clock = new ManualClock(Date.parse('2026-10-15T10:00:00+08:00'));
  store = new MemoryStore();
  receiver = new Receiver(HERE);
  inside = new Receiver(INSIDE);
  leadsTo = [];
  asking = new Set();
  outbound = new CheckedOutbound({ allow: [HERE], clock, resolve: async () => leadsTo.shift() ?? [] });
  const watched: Outbound = {
    ask: (request) => {
      const asked = outbound.ask(request);
      const over = asked.then(
        () => {},
        () => {},
      );
      asking.add(over);
      void over.then(() => asking.delete(over));
      return asked;
    },
  };
  const feed = new EventFeed(store.events);
  const post = new Post(watched, clock);
  const ids = seededIds();
  const parts = { feed, store: store.webhooks, post, hasCompany: () => true, clock, ids };
  couriers = new Couriers({ ...parts, nodeId: 'one', log: silentLogger });
  const checkUrl = (url: string) => void outbound.check(url);
  webhooks = new Webhooks({ ...parts, couriers, checkUrl, tell: async () => {} });
  couriers.start();
});
afterEach(async () => {
  await couriers.close();
  outbound.close();
  await receiver.close();
  await inside.close();
  expect(clock.pending).toBe(0);
});

/** Until nothing is under way: sockets take their own time, in which the clock stands. */
async function quiet(): Promise<void> {
  for (await clock.settle(); asking.size > 0; await clock.settle()) await Promise.all(asking);
}

/** Time passes, timer by timer; what is sent by one is over before the next. */
async function passes(ms: number): Promise<void> {
  const until = clock.now() + ms;
  await quiet();
  for (let next = clock.nextInMs; next !== undefined && clock.now() + next <= until; next = clock.nextInMs) {
    await clock.advance(next);
    await quiet();
  }
  await clock.advance(until - clock.now());
}

/** Something happens in the company. */
const happens = (job: string) =>
  store.events.tell({
    ...{ type: 'job', tenantId: 'a', at: clock.now(), job, kind: 'import', did: 'progress', by: 'li' },
    ...{ done: 1, total: undefined, outcome: undefined },
  });

const add = (url: string) =>
  webhooks.add('a', 'li@a', {
    ...{ url, title: 'CRM', topics: [], types: [], seesNumbers: false, resources: ['job'] },
  });

async function newestDelivery(id: string): Promise<Delivery | undefined> {
  const page = await webhooks.deliveries(A, await webhooks.get(A, id), { limit: 1, before: undefined });
  return page[0];
}

/**
 * As a receiver checks it by the text of Standard Webhooks 1.0, with Web Crypto, over the bytes that came: the time is within five minutes
 * and one of the signatures is the secret's.
 */
async function isGenuine(secret: string, { id, seconds, signatures, body }: Got, now: number) {
  const raw = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', raw, hmac, false, ['verify']);
  const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]);
  const given = signatures.map((each) => /^v1,(.+)$/.exec(each)?.[1]).filter((each) => each !== undefined);
  const fits = given.map((each) => crypto.subtle.verify('HMAC', key, Buffer.from(each, 'base64'), signed));
  return Math.abs(now / 1000 - seconds) < 300 && (await Promise.all(fits)).includes(true);
}

describe('a receiver that is away for an hour', () => {
  it('is told all in order, none missing, and tells what comes twice by its id', async () => {
    const port = await receiver.open();
    const { id, secret } = await add(`http://${HERE}:${port}/hooks`);
    for (const job of ['1', '2', '3']) await happens(job);
    await quiet();
    // It takes the fourth, and dies before it has said so.
    receiver.answer = (response) => void response.destroy();
    await happens('4');
    await quiet();
    await receiver.close();
    const before = receiver.got.length;
    for (let minute = 0; minute < 60; minute++) {
      for (const job of ['1', '2', '3', '4', '5']) await happens(job);
      await passes(MINUTE);
    }
    expect(receiver.got).toHaveLength(before);
    const waiting = { seq: 4, state: 'waiting', attempts: 4, status: undefined };
    expect(await newestDelivery(id)).toMatchObject({
      ...waiting,
      error: expect.stringContaining('ECONNREFUSED'),
    });

    receiver.answer = (response) => void response.writeHead(200).end('thanks');
    await receiver.open(port);
    await passes(2 * HOUR);
    const wanted = Array.from({ length: 304 }, (_, at) => `a.${at + 1}`);
    // The fourth came twice; nothing else did, and nothing overtook it.
    expect(receiver.ids).toEqual([...wanted.slice(0, 4), ...wanted.slice(3)]);
    expect([...new Set(receiver.ids)]).toEqual(wanted);
    const [first, again] = receiver.got.slice(3, 5);
    expect(again!.body).toEqual(first!.body);
    expect(again!.seconds).toBeGreaterThan(first!.seconds + HOUR / 1000);
    const events = receiver.got.map(({ body }) => JSON.parse(body.toString()) as { seq: number; id: string });
    expect(events.map((event) => event.id)).toEqual(receiver.ids);
    expect(await newestDelivery(id)).toMatchObject({ seq: 304, state: 'delivered', status: 200 });
    expect(await webhooks.get(A, id)).toMatchObject({ state: 'on', cursor: 304, attempts: 0 });
    for (const each of receiver.got) expect(await isGenuine(secret, each, each.seconds * 1000)).toBe(true);
    const last = receiver.got.at(-1)!;
    expect(await isGenuine(secret, last, last.seconds * 1000 + HOUR)).toBe(false);
    expect(await isGenuine(secret, { ...last, id: 'a.1' }, last.seconds * 1000)).toBe(false);
    const forged = { ...last, body: Buffer.from(`${last.body.toString()} `) };
    expect(await isGenuine(secret, forged, last.seconds * 1000)).toBe(false);
  });
});

describe('a delivery is sent again', () => {
  it('under its id, signed anew, beside the events that come', async () => {
    const port = await receiver.open();
    const webhook = await add(`http://${HERE}:${port}/`);
    for (const job of ['1', '2']) await happens(job);
    await passes(HOUR);
    const sent = await webhooks.replay(A, webhook, 1, 'li@a');
    expect(sent).toMatchObject({ seq: 1, state: 'delivered', attempts: 2, status: 204, error: undefined });
    await happens('3');
    await quiet();
    expect(receiver.ids).toEqual(['a.1', 'a.2', 'a.1', 'a.3']);
    const [first, , again] = receiver.got;
    expect(again!.body).toEqual(first!.body);
    expect(again!.seconds - first!.seconds).toBe(HOUR / 1000);
    expect(await isGenuine(webhook.secret, again!, clock.now())).toBe(true);
    expect(await webhooks.get(A, webhook.id)).toMatchObject({ cursor: 3 });
  });

  it('while the courier waits to send it, which then goes on as it would have', async () => {
    const port = await receiver.open();
    const webhook = await add(`http://${HERE}:${port}/`);
    receiver.answer = (response) => void response.writeHead(503).end();
    await happens('1');
    await happens('2');
    await passes(MINUTE);
    expect(await webhooks.replay(A, webhook, 1, 'li@a')).toMatchObject({ state: 'waiting', status: 503 });
    expect(await newestDelivery(webhook.id)).toMatchObject({ seq: 1, state: 'waiting', attempts: 2 });
    receiver.answer = (response) => void response.writeHead(204).end();
    expect(await webhooks.replay(A, webhook, 1, 'li@a')).toMatchObject({ state: 'delivered', status: 204 });
    await passes(6 * MINUTE);
    expect(receiver.ids).toEqual(['a.1', 'a.1', 'a.1', 'a.1', 'a.1', 'a.2']);
    expect(await newestDelivery(webhook.id)).toMatchObject({ seq: 2, state: 'delivered' });
  });

  it('to one who is away: it says so, and what had arrived stays delivered', async () => {
    const port = await receiver.open();
    const webhook = await add(`http://${HERE}:${port}/`);
    await happens('1');
    await quiet();
    await receiver.close();
    const sent = await webhooks.replay(A, webhook, 1, 'li@a');
    expect(sent).toMatchObject({ state: 'delivered', status: undefined, attempts: 2 });
    expect(sent.error).toMatch(/^outside-failed: /);
    await expect(webhooks.replay(A, webhook, 2, 'li@a')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a name that leads elsewhere once it was checked (DNS rebinding)', () => {
  /** Both at the same port, so that only the address tells them apart. */
  async function openBoth(): Promise<number> {
    const port = await inside.open();
    // A connection for each event: each has the name looked up.
    receiver.answer = (response) => void response.writeHead(204, { connection: 'close' }).end();
    return await receiver.open(port);
  }

  it('gets to the address that was checked, or nowhere', async () => {
    const port = await openBoth();
    leadsTo = [[HERE], [INSIDE], [INSIDE, HERE], []];
    const { id } = await add(`http://rebinds.example:${port}/`);
    expect(leadsTo).toHaveLength(4);
    await happens('1');
    await quiet();
    expect([leadsTo.length, receiver.ids]).toEqual([3, ['a.1']]);
    await happens('2');
    await quiet();
    expect(await newestDelivery(id)).toMatchObject({
      ...{ seq: 2, state: 'waiting', status: undefined },
      error: expect.stringMatching(/^address-refused: /),
    });
    // It leads to both: what is not open is left out.
    await passes(6000);
    expect([leadsTo.length, receiver.ids]).toEqual([1, ['a.1', 'a.2']]);
    await happens('3');
    await quiet();
    expect(await newestDelivery(id)).toMatchObject({ seq: 3, state: 'waiting', status: undefined });
    expect([inside.connections, receiver.connections]).toEqual([0, 2]);
  });

  it('with TLS, to what would be public, neither', async () => {
    const port = await openBoth();
    leadsTo = [[INSIDE], ['::1'], ['::ffff:127.0.0.1']];
    const webhook = await add(`https://rebinds.example:${port}/`);
    for (let time = 0; time < 3; time++)
      expect((await webhooks.test(webhook, 'li@a')).error).toMatch(/^address-refused: /);
    expect([inside.connections, receiver.connections]).toEqual([0, 0]);
  });
});
