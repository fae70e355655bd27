import { beforeEach, describe, expect, it } from 'vitest';
import { TypedEvents } from '../../../src/shared/events.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { wholeNumber } from '../../../src/shared/masked-number.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { QueueGauge } from '../../../src/stream/event-types.ts';
import { EventFeed } from '../../../src/stream/feed.ts';
import type { StreamMessage, StreamSocket } from '../../../src/stream/messages.ts';
import type { EventResource } from '../../../src/stream/public-event.ts';
import { Streams } from '../../../src/stream/streams.ts';
import type { Grant } from '../../../src/stream/topics.ts';
import { sampleCall } from '../../support/call-events.ts';

const ALL: readonly EventResource[] = ['call', 'queue', 'agent', 'entity', 'job'];
const GRANT: Grant = {
  ...{ tenantId: 'demo', resources: new Set(ALL), narrow: new Map() },
  show: wholeNumber,
};

/** A client whose connection takes in as much as the test says. */
class Peer implements StreamSocket {
  buffered = 0;
  readonly heard: StreamMessage[] = [];
  readonly texts: string[] = [];
  /** Of each write, how many messages. */
  readonly writes: number[] = [];
  #held: number | undefined;
  closedWith: number | undefined;

  send({ text }: { readonly text: string }): void {
    this.texts.push(text);
    this.heard.push(JSON.parse(text));
    if (this.#held === undefined) this.writes.push(1);
    else this.#held += 1;
  }
  hold(): void {
    if (this.#held !== undefined) throw new Error('it is held already');
    this.#held = 0;
  }
  release(): void {
    if (this.#held === undefined) throw new Error('it is not held');
    if (this.#held > 0) this.writes.push(this.#held);
    this.#held = undefined;
  }
  close(code: number): void {
    this.closedWith ??= code;
  }
  of<Type extends StreamMessage['type']>(type: Type) {
    return this.heard.filter(
      (message): message is Extract<StreamMessage, { readonly type: Type }> => message.type === type,
    );
  }
  get seqs() {
    return this.of('event').map(({ event }) => event.seq);
  }
}

let store: MemoryStore;
let clock: ManualClock;
let streams: Streams;
let gauges: QueueGauge[];
let changed: TypedEvents<{ changed: { readonly tenantId: string } }>;

beforeEach(() => {
  store = new MemoryStore();
  clock = new ManualClock();
  gauges = [];
  changed = new TypedEvents();
  const feed = new EventFeed(store.events);
  const live = { events: changed, of: () => gauges };
  streams = new Streams({ feed, gauges: live, clock, log: silentLogger });
});

const open = (peer: Peer, asked: { after?: number; topics?: readonly string[] } = {}, grant = GRANT) =>
  streams.open(peer, grant, { after: asked.after, topics: asked.topics }, async () => ({}));
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};
function call(callId: string): number {
  const { events } = sampleCall(callId);
  for (const event of events) store.journal.append(event);
  return events.length;
}
const upTo = (last: number, after = 0) =>
  Array.from({ length: last - after }, (_, index) => after + index + 1);
const queue = (waiting: number): QueueGauge => ({
  ...{ queue: 'sales', waiting, waitsSince: null, isPeak: false },
  agents: {},
});

describe('Streams', () => {
  it('hand each event to all whom it is for, written once', async () => {
    const [one, other, ofQueue] = [new Peer(), new Peer(), new Peer()];
    open(one);
    open(other, { topics: ['calls', 'queues', 'agents'] });
    open(ofQueue, { topics: ['queues/sales'] });
    await settle();
    const count = call('c1');
    await settle();
    expect(one.seqs).toEqual(upTo(count));
    expect(other.seqs).toEqual(upTo(count));
    expect(ofQueue.of('event').map(({ event }) => event.type)).toEqual(['queue.joined', 'queue.left']);
    expect(one.texts[1]).toBe(other.texts[1]);
    await clock.advance(20_000);
    expect(ofQueue.of('ping')).toEqual([{ type: 'ping', seq: count }]);
  });

  it('give who hears of several events at once all of them in one write', async () => {
    const [all, ofQueue, behind] = [new Peer(), new Peer(), new Peer()];
    open(all);
    open(ofQueue, { topics: ['queues/sales'] });
    await settle();
    const count = call('c1');
    await settle();
    open(behind, { after: 0 });
    await settle();
    for (const peer of [all, behind]) expect(peer.seqs).toEqual(upTo(count));
    // The greeting; what was there when it was read first; the rest.
    expect(all.writes).toEqual([1, 1, count - 1]);
    expect(behind.writes).toEqual([1, count]);
    expect(ofQueue.writes).toEqual([1, 2]);
  });

  it('share out what goes to many over turns, in each of them one write for each', async () => {
    const peers = Array.from({ length: 60 }, () => new Peer());
    for (const peer of peers) open(peer);
    await settle();
    const count = call('c1');
    await settle();
    for (const peer of peers) {
      expect(peer.seqs).toEqual(upTo(count));
      // The greeting, the first event, and of the others four a turn: 200 messages and more.
      const rest = count - 1;
      expect(peer.writes).toEqual([1, 1, ...Array(Math.floor(rest / 4)).fill(4), rest % 4]);
    }
    await clock.advance(20_000);
    expect(peers.flatMap((peer) => peer.of('ping').map(({ seq }) => seq))).toEqual(peers.map(() => count));
  });

  it('leave nothing out and repeat nothing for who goes on while events come', async () => {
    let count = 0;
    const heard: number[] = [];
    for (let round = 0; round < 30; round++) {
      const peer = new Peer();
      const client = open(peer, { after: heard.at(-1) ?? 0 });
      for (let index = 0; index < round % 4; index++) count += call(`c${round}-${index}`);
      await new Promise((resolve) => setImmediate(resolve));
      count += call(`d${round}`);
      if (round % 3 === 0) await settle();
      client!.close();
      heard.push(...peer.seqs);
    }
    const last = new Peer();
    open(last, { after: heard.at(-1) ?? 0 });
    await settle();
    expect([...heard, ...last.seqs]).toEqual(upTo(count));
  });

  it('tell a slow client to begin anew, and give it the rest at its own pace', async () => {
    const peer = new Peer();
    open(peer);
    await settle();
    const before = call('c1');
    await settle();
    peer.buffered = 2 * 1024 * 1024;
    const count = before + call('c2');
    await settle();
    expect(peer.seqs).toEqual(upTo(before));
    expect(peer.of('resync')).toEqual([{ type: 'resync', seq: before, why: 'slow' }]);
    peer.buffered = 0;
    open(peer, { after: before });
    await settle();
    expect(peer.seqs).toEqual(upTo(count));
  });

  it('give the next page when the one before was taken in', async () => {
    let count = 0;
    while (count < 500) count += call(`c${count}`);
    const peer = new Peer();
    peer.buffered = 100_000;
    open(peer, { after: 0 });
    await settle();
    expect(peer.seqs).toEqual(upTo(200));
    peer.buffered = 0;
    for (let page = 0; page < 5; page++) {
      await clock.advance(20);
      await settle();
    }
    expect(peer.seqs).toEqual(upTo(count));
  });

  it('tell gauges four times a second at most, and none that a slow client would have to wait for', async () => {
    const [quick, slow] = [new Peer(), new Peer()];
    for (const peer of [quick, slow]) open(peer, { topics: ['metrics'] });
    await settle();
    slow.buffered = 100_000;
    for (let waiting = 1; waiting <= 100; waiting++) {
      gauges = [queue(waiting)];
      changed.emit('changed', { tenantId: 'demo' });
      await clock.advance(10);
    }
    expect(quick.of('gauge').length).toBe(4);
    expect(quick.of('gauge').at(-1)?.queues).toEqual([queue(100)]);
    expect(slow.of('gauge')).toEqual([]);
  });

  it('refuse topics that are none, or nobody’s right', () => {
    const narrow = { ...GRANT, resources: new Set<EventResource>(['agent']) };
    for (const [topic, code] of [
      ['calls', 'forbidden'],
      ['queues/sales', 'forbidden'],
      ['weather', 'not-found'],
      ['calls/', 'not-found'],
    ]) {
      const peer = new Peer();
      expect(open(peer, { topics: [topic!] }, narrow)).toBeUndefined();
      expect(peer.of('error')).toMatchObject([{ code }]);
      expect(peer.closedWith).toBe(4403);
    }
  });

  it('keep who reaches some agents to what is about these', async () => {
    const own = new Set(['8002']);
    const narrow = new Map<EventResource, ReadonlySet<string>>([
      ['call', own],
      ['agent', own],
    ]);
    const grant = { ...GRANT, resources: new Set<EventResource>(), narrow };
    const peer = new Peer();
    open(peer, { topics: ['calls', 'agents/8002'] }, grant);
    await settle();
    call('c1');
    await settle();
    expect(peer.seqs.length).toBeGreaterThan(0);
    expect(peer.texts.slice(1).every((text) => text.includes('8002'))).toBe(true);
    const other = new Peer();
    expect(open(other, { topics: ['agents/8001'] }, grant)).toBeUndefined();
  });

  it('leave nothing running when they are closed', async () => {
    open(new Peer());
    await settle();
    const waiting = streams.poll(GRANT, {}, 10, 25_000, new AbortController().signal);
    await settle();
    streams.close();
    expect((await waiting).events).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
