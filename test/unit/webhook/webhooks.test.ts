import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboundAnswer, OutboundRequest } from '../../../src/outbound/outbound.ts';
import { OutboundError } from '../../../src/outbound/outbound.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { EventFeed } from '../../../src/stream/feed.ts';
import { Couriers } from '../../../src/webhook/couriers.ts';
import { Post } from '../../../src/webhook/post.ts';
import { Slots } from '../../../src/webhook/slots.ts';
import type { Webhook, WebhookSettings } from '../../../src/webhook/webhook-store.ts';
import { Webhooks } from '../../../src/webhook/webhooks.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const A = Scope.of('a');

let clock: ManualClock;
let store: MemoryStore;
let receiver: Receiver;
let told: string[];
let ids: ReturnType<typeof seededIds>;
let removed: Set<string>;
const nodes: Couriers[] = [];

/** Where webhooks lead: takes what is sent, or not. */
class Receiver {
  /** Status that it answers with; undefined: nobody is there. */
  answers: number | undefined = 200;
  readonly got: {
    readonly request: OutboundRequest;
    readonly event: { id: string; seq: number; type: string };
  }[] = [];
  /** There while it holds its answers back. */
  held: Promise<unknown> | undefined;

  async ask(request: OutboundRequest): Promise<OutboundAnswer> {
    await this.held;
    if (this.answers === undefined) throw new OutboundError('outside-failed', 'nobody is there');
    this.got.push({ request, event: JSON.parse(request.body as string) });
    return { status: this.answers, headers: {}, body: Buffer.alloc(0), isWhole: true };
  }

  get seqs(): number[] {
    return this.got.map(({ event }) => event.seq);
  }
}

/** A node that delivers what is in the store. */
function node(nodeId = 'one'): { webhooks: Webhooks; couriers: Couriers } {
  const feed = new EventFeed(store.events);
  const post = new Post(receiver, clock);
  const hasCompany = (tenantId: string) => !removed.has(tenantId);
  const parts = { feed, store: store.webhooks, post, hasCompany, clock, ids };
  const couriers = new Couriers({ ...parts, nodeId, log: silentLogger });
  const checkUrl = (url: string) => {
    if (!url.startsWith('https:')) throw new OutboundError('address-refused', 'no');
  };
  const tell = async ({ by, details }: { by: string; details: object }) =>
    void told.push(`${by} ${JSON.stringify(details)}`);
  const webhooks = new Webhooks({ ...parts, couriers, checkUrl, tell });
  couriers.start();
  nodes.push(couriers);
  return { webhooks, couriers };
}

/** Something happens in a company. */
const happens = (job: string, tenantId = 'a') =>
  store.events.tell({
    ...{ type: 'job', tenantId, at: clock.now(), job, kind: 'import', did: 'progress', by: 'li' },
    ...{ done: 1, total: undefined, outcome: undefined },
  });

const settings = (more: Partial<WebhookSettings> = {}): Omit<WebhookSettings, 'state'> => ({
  ...{
    url: 'https://crm.example/',
    title: 'CRM',
    topics: [],
    types: [],
    seesNumbers: false,
    resources: ['job'],
  },
  ...more,
});

/** As a receiver checks it by Standard Webhooks 1.0. */
function isSignedBy(secret: string, { headers = {}, body }: OutboundRequest): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return headers['webhook-signature']!.split(' ').includes(wanted);
}

beforeEach(() => {
  clock = new ManualClock(Date.parse('2026-10-15T10:00:00+08:00'));
  store = new MemoryStore();
  receiver = new Receiver();
  told = [];
  ids = seededIds();
  removed = new Set();
});
afterEach(async () => {
  for (const each of nodes.splice(0)) await each.close();
  expect(clock.pending).toBe(0);
});

describe('events are sent', () => {
  it('in their order, from its making on, signed, told apart by their ids', async () => {
    const { webhooks } = node();
    await happens('before');
    const { id, secret } = await webhooks.add('a', 'li@a', settings());
    await clock.settle();
    for (const job of ['1', '2', '3']) await happens(job);
    await happens('others', 'b');
    await clock.settle();
    expect(receiver.seqs).toEqual([2, 3, 4]);
    expect(receiver.got.map(({ request }) => request.headers!['webhook-id'])).toEqual(['a.2', 'a.3', 'a.4']);
    for (const { request } of receiver.got) {
      expect(request).toMatchObject({ method: 'POST', limitMs: 10_000 });
      expect(isSignedBy(secret, request)).toBe(true);
      expect(Number(request.headers!['webhook-timestamp'])).toBe(clock.now() / 1000);
    }
    const page = await webhooks.deliveries(A, await webhooks.get(A, id), { limit: 9, before: undefined });
    expect(page.map(({ seq, state, status }) => [seq, state, status])).toEqual([
      [4, 'delivered', 200],
      [3, 'delivered', 200],
      [2, 'delivered', 200],
    ]);
  });

  it('all of them, in order, to one who was away for an hour', async () => {
    const { webhooks } = node();
    await webhooks.add('a', 'li@a', settings());
    receiver.answers = undefined;
    for (let minute = 0; minute < 60; minute++) {
      for (const job of ['1', '2', '3', '4', '5']) await happens(job);
      await clock.advance(MINUTE);
    }
    receiver.answers = 200;
    await clock.advance(2.5 * HOUR);
    expect(receiver.seqs).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
  });

  it('after a restart from where it was, and the event at the head when its time has come', async () => {
    const first = node();
    const { id } = await first.webhooks.add('a', 'li@a', settings());
    await happens('1');
    await clock.settle();
    receiver.answers = 500;
    await happens('2');
    await happens('3');
    await clock.advance(6000);
    expect(receiver.seqs).toEqual([1, 2, 2]);
    await first.couriers.close();
    expect(clock.pending).toBe(0);
    receiver.answers = 204;
    const { webhooks } = node();
    await clock.advance(4 * MINUTE);
    expect(receiver.seqs).toEqual([1, 2, 2]);
    await clock.advance(2 * MINUTE);
    expect(receiver.seqs).toEqual([1, 2, 2, 2, 3]);
    expect(await webhooks.get(A, id)).toMatchObject({ cursor: 3, attempts: 0, nextAt: 0 });
  });

  it('that it asks for only, and with numbers masked', async () => {
    const { webhooks } = node();
    await webhooks.add('a', 'li@a', settings({ topics: ['jobs/2', 'jobs/3'] }));
    await webhooks.add('a', 'li@a', settings({ types: ['call.ended'] }));
    await clock.settle();
    for (const job of ['1', '2', '3', '4']) await happens(job);
    await clock.settle();
    expect(receiver.seqs).toEqual([2, 3]);
    const all = await webhooks.list(A, { limit: 9, after: undefined });
    expect(all.map(({ cursor }) => cursor)).toEqual([4, 4]);
  });

  it('of what may be read only, once more as the first time', async () => {
    const { webhooks } = node();
    const webhook = await webhooks.add('a', 'li@a', settings());
    await happens('1');
    await clock.settle();
    expect(receiver.seqs).toEqual([1]);
    const other = await webhooks.change(webhook, 'li@a', { resources: ['call', 'queue'] });
    await happens('2');
    await clock.settle();
    expect(receiver.seqs).toEqual([1]);
    expect(await webhooks.get(A, webhook.id)).toMatchObject({ cursor: 2 });
    await expect(webhooks.replay(A, other, 1, 'li@a')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('nowhere once the company is removed, which ends it: not to one that takes its name either', async () => {
    const { webhooks, couriers } = node();
    const webhook = await webhooks.add('a', 'li@a', settings());
    const other = await webhooks.add('b', 'han@b', settings());
    await happens('1');
    await clock.settle();
    removed.add('a');
    couriers.companyRemoved('a');
    // It is there again before anything else happens.
    removed.clear();
    await happens('2');
    await happens('3', 'b');
    await clock.advance(HOUR);
    expect(receiver.got.map(({ event }) => event.id)).toEqual(['a.1', 'b.1']);
    const ended = await webhooks.get(A, webhook.id);
    expect(ended).toMatchObject({ state: 'gone', cursor: 1, revision: 2 });
    expect(await webhooks.get(Scope.of('b'), other.id)).toMatchObject({ state: 'on', revision: 1 });
    // Who has the name now may want it.
    await webhooks.change(ended, 'new@a', { state: 'on' });
    await happens('4');
    await clock.settle();
    expect(receiver.seqs).toEqual([1, 1, 3]);
  });

  it('nowhere of a company that is not there, and nothing by hand', async () => {
    const { webhooks } = node();
    const webhook = await webhooks.add('a', 'li@a', settings());
    await happens('1');
    await clock.settle();
    removed.add('a');
    await happens('2');
    await clock.advance(HOUR);
    expect(receiver.seqs).toEqual([1]);
    const refused = { code: 'not-found' };
    await expect(webhooks.add('a', 'li@a', settings())).rejects.toMatchObject(refused);
    await expect(webhooks.test(webhook, 'li@a')).rejects.toMatchObject(refused);
    await expect(webhooks.replay(A, webhook, 1, 'li@a')).rejects.toMatchObject(refused);
    await expect(webhooks.change(webhook, 'li@a', { title: 'x' })).rejects.toMatchObject(refused);
    // It is not known here yet: another node has made it.
    removed.clear();
    await clock.advance(MINUTE);
    expect(receiver.seqs).toEqual([1, 2]);
  });

  it('nowhere once the company was removed while nobody ran', async () => {
    const first = node();
    const old = await first.webhooks.add('a', 'li@a', settings());
    await clock.advance(HOUR);
    const fresh = await first.webhooks.add('b', 'han@b', settings());
    await first.couriers.close();
    for (const tenant of ['a', 'b']) removed.add(tenant);
    const { webhooks } = node();
    await clock.advance(10_000);
    removed.clear();
    await happens('1');
    await happens('1', 'b');
    await clock.advance(MINUTE);
    expect(await webhooks.get(A, old.id)).toMatchObject({ state: 'gone' });
    // The company of one that is so young may have been made by a node that has not told us yet.
    expect(await webhooks.get(Scope.of('b'), fresh.id)).toMatchObject({ state: 'on' });
    expect(receiver.got.map(({ event }) => event.id)).toEqual(['b.1']);
  });

  it('nowhere once a removed company is told by a node that does not deliver', async () => {
    const { webhooks } = node('one');
    const other = node('other');
    const webhook = await webhooks.add('a', 'li@a', settings());
    await clock.settle();
    other.couriers.companyRemoved('a');
    await clock.advance(10_000);
    await happens('1');
    await clock.advance(HOUR);
    expect(receiver.seqs).toEqual([]);
    expect(await webhooks.get(A, webhook.id)).toMatchObject({ state: 'gone', revision: 2 });
  });

  it('one at a time, and by one company beside another', async () => {
    const { webhooks } = node();
    await webhooks.add('a', 'li@a', settings());
    await clock.settle();
    const answer = Promise.withResolvers<void>();
    receiver.held = answer.promise;
    let asked = 0;
    const ask = receiver.ask.bind(receiver);
    receiver.ask = (request) => {
      asked++;
      return ask(request);
    };
    for (const job of ['1', '2', '3']) await happens(job);
    await clock.settle();
    expect(asked).toBe(1);
    answer.resolve();
    receiver.held = undefined;
    await clock.settle();
    expect(receiver.seqs).toEqual([1, 2, 3]);
  });
});

describe('what is not taken', () => {
  it('is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then given up for the next one', async () => {
    const { webhooks } = node();
    const { id } = await webhooks.add('a', 'li@a', settings());
    receiver.answers = 302;
    const began = clock.now();
    const at: number[] = [];
    const ask = receiver.ask.bind(receiver);
    receiver.ask = (request) => {
      at.push(clock.now() - began);
      return ask(request);
    };
    await happens('1');
    await clock.advance(20 * HOUR);
    const wanted = [5000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
    expect(at).toHaveLength(7);
    for (const [which, delayMs] of wanted.entries()) {
      const waited = at[which + 1]! - at[which]!;
      expect(waited).toBeGreaterThanOrEqual(delayMs);
      expect(waited).toBeLessThanOrEqual(delayMs * 1.1);
    }
    const webhook = await webhooks.get(A, id);
    const [given] = await webhooks.deliveries(A, webhook, { limit: 1, before: undefined });
    expect(given).toMatchObject({ seq: 1, state: 'failed', attempts: 7, status: 302, error: 'status 302' });
    receiver.answers = 200;
    await happens('2');
    await clock.settle();
    expect(receiver.seqs.at(-1)).toBe(2);
    // by hand, beside the others
    expect(await webhooks.replay(A, webhook, 1, 'li@a')).toMatchObject({
      seq: 1,
      state: 'delivered',
      status: 200,
    });
    expect(receiver.seqs.at(-1)).toBe(1);
    await expect(webhooks.replay(A, webhook, 9, 'li@a')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('ends it where the receiver says 410, until it is turned on again', async () => {
    const { webhooks } = node();
    const { id } = await webhooks.add('a', 'li@a', settings());
    receiver.answers = 410;
    for (const job of ['1', '2']) await happens(job);
    await clock.advance(DAY);
    expect(receiver.seqs).toEqual([1]);
    const gone = await webhooks.get(A, id);
    expect(gone.state).toBe('gone');
    receiver.answers = 200;
    await webhooks.change(gone, 'li@a', { state: 'on' });
    await happens('3');
    await clock.settle();
    expect(receiver.seqs).toEqual([1, 3]);
  });

  it('is tried at once where the webhook is changed; one that is off or removed sends nothing', async () => {
    const { webhooks } = node();
    receiver.answers = undefined;
    const made = await webhooks.add('a', 'li@a', settings());
    await happens('1');
    await clock.advance(1 * HOUR);
    receiver.answers = 200;
    const moved = await webhooks.change(made, 'li@a', { url: 'https://other.example/' });
    await clock.settle();
    expect(receiver.got.map(({ request }) => request.url)).toEqual(['https://other.example/']);
    await expect(webhooks.change(made, 'li@a', { title: 'x' })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
    const off = await webhooks.change(moved, 'li@a', { state: 'off' });
    await happens('2');
    await clock.settle();
    await webhooks.remove(A, off, 'li@a');
    await happens('3');
    await clock.advance(HOUR);
    expect(receiver.seqs).toEqual([1]);
    await expect(webhooks.get(A, made.id)).rejects.toMatchObject({ code: 'not-found' });
    expect(told.map((each) => /"did":"(\w+)"/.exec(each)?.[1])).toEqual([
      'create',
      'update',
      'update',
      'delete',
    ]);
  });
});

it('both secrets sign for a day after one was changed', async () => {
  const { webhooks } = node();
  const old = await webhooks.add('a', 'li@a', settings());
  const fresh = await webhooks.rotate(old, 'li@a');
  await clock.settle();
  const signers = async () => {
    await happens('1');
    await clock.settle();
    const { request } = receiver.got.at(-1)!;
    return [old, fresh].map(({ secret }) => isSignedBy(secret, request));
  };
  expect(await signers()).toEqual([true, true]);
  await clock.advance(DAY);
  expect(await signers()).toEqual([false, true]);
  expect(told.join()).not.toContain('whsec_');
});

it('a test says at once what came of it, and moves nothing', async () => {
  const { webhooks } = node();
  const webhook = await webhooks.add('a', 'li@a', settings());
  receiver.answers = undefined;
  expect(await webhooks.test(webhook, 'li@a')).toMatchObject({
    status: undefined,
    error: 'outside-failed: nobody is there',
  });
  receiver.answers = 200;
  expect(await webhooks.test(webhook, 'li@a')).toMatchObject({ status: 200, error: undefined });
  expect(receiver.got[0]!.event.type).toBe('webhook.test');
  expect(await webhooks.get(A, webhook.id)).toMatchObject({ cursor: 0, attempts: 0 });
});

it('one node of several delivers, and another takes over from one that is dead', async () => {
  const one = node('one');
  const other = node('other');
  await one.webhooks.add('a', 'li@a', settings());
  await happens('1');
  await clock.advance(10_000);
  expect(receiver.seqs).toEqual([1]);
  await one.couriers.close();
  await happens('2');
  await clock.advance(20_000);
  expect(receiver.seqs).toEqual([1]);
  await clock.advance(20_000);
  expect(receiver.seqs).toEqual([1, 2]);
  await other.webhooks.add('a', 'li@a', settings({ title: 'second' }));
  await happens('3');
  await clock.settle();
  expect(receiver.seqs).toEqual([1, 2, 3, 3]);
});

it('a company has 50 at most, at addresses that are asked', async () => {
  const { webhooks } = node();
  await expect(webhooks.add('a', 'li@a', settings({ url: 'http://10.0.0.1/' }))).rejects.toMatchObject({
    code: 'address-refused',
  });
  const made: Webhook[] = [];
  for (let count = 0; count < 50; count++) made.push(await webhooks.add('a', 'li@a', settings()));
  await expect(webhooks.add('a', 'li@a', settings())).rejects.toMatchObject({ code: 'too-many-webhooks' });
  expect(new Set(made.map(({ secret }) => secret)).size).toBe(50);
});

it('2,000 of them: each hears of its own company, and slow ones hold up nobody else', async () => {
  const { webhooks } = node();
  const companies = Array.from({ length: 200 }, (_, at) => `c${at}`);
  for (const tenant of companies)
    for (let count = 0; count < 10; count++) await webhooks.add(tenant, 'li', settings());
  await clock.settle();
  const slow = Promise.withResolvers<void>();
  const ask = receiver.ask.bind(receiver);
  receiver.ask = async (request) => {
    if ((request.headers!['webhook-id'] as string).startsWith('c0.')) await slow.promise;
    return await ask(request);
  };
  for (const tenant of companies.slice(0, 100)) await happens('1', tenant);
  await clock.settle();
  expect(receiver.got).toHaveLength(990);
  slow.resolve();
  await clock.settle();
  expect(receiver.got).toHaveLength(1000);
});

it('slots are given in turn, to no company more than its share', async () => {
  const slots = new Slots(3, 2);
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) =>
    slots.in(name[0]!, () => {
      running.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const all = ['a1', 'a2', 'a3', 'b1', 'b2'].map(work);
  await Promise.resolve();
  expect(running).toEqual(['a1', 'a2', 'b1']);
  ends.get('b1')!();
  await all[3];
  expect(running).toEqual(['a1', 'a2', 'b1', 'b2']);
  ends.get('a1')!();
  await all[0];
  expect(running.at(-1)).toBe('a3');
  for (const end of ends.values()) end();
  await Promise.all(all);
});
