import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type PbxClient,
  PbxError,
  type PublicEvent,
  pbxClient,
  type StreamOptions,
  type WebSocketClass,
} from '../../../src/client/index.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { CutRelay } from '../../support/cut-relay.ts';
import { httpOn, TOKEN } from '../../support/http.ts';

let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let relay: CutRelay;
let pbx: PbxClient;

beforeEach(async () => {
  store = new MemoryStore();
  app = httpOn(store, { clock: systemClock });
  await app.listen({ host: '127.0.0.1', port: 0 });
  relay = await CutRelay.to((app.server.address() as AddressInfo).port);
  pbx = pbxClient({ url: relay.url, key: TOKEN, tenant: 'a' });
});
afterEach(async () => {
  await relay.close();
  await app.close();
});

/** A call's events are in the store; says how many. */
function call(callId: string): number {
  const { events } = sampleCall(callId, { tenantId: 'a' });
  for (const event of events) store.journal.append(event);
  return events.length;
}
const upTo = (last: number, after = 0) =>
  Array.from({ length: last - after }, (_, index) => after + index + 1);

const FAST: StreamOptions = { backoff: { firstMs: 5, longestMs: 20 } };

/** Takes events until there are so many. */
async function take(
  count: number,
  options: StreamOptions,
  onEvent: (event: PublicEvent) => void = () => {},
): Promise<number[]> {
  const seqs: number[] = [];
  if (count === 0) return seqs;
  for await (const event of pbx.stream({ ...FAST, ...options })) {
    seqs.push(event.seq);
    onEvent(event);
    if (seqs.length === count) break;
  }
  return seqs;
}

describe.each(['socket', 'poll'] as const)('the stream by %s', (transport) => {
  it('gives what comes after a number, then what happens', async () => {
    const before = call('c1');
    const seen = take(before * 2 - 3, { transport, after: 3 }, ({ seq }) => {
      if (seq === before) call('c2');
    });
    expect(await seen).toEqual(upTo(before * 2, 3));
  });

  it('begins now without a number, with the topics that it asks for', async () => {
    call('c1');
    let ready: number | undefined;
    const topics = ['queues/sales'];
    const begins = (seq: number) => {
      ready = seq;
      // After the number is known: what happens now is heard.
      queueMicrotask(() => call('c2'));
    };
    const types: string[] = [];
    await take(2, { transport, topics, onReady: ({ seq }) => begins(seq) }, (each) => types.push(each.type));
    expect(types).toEqual(['queue.joined', 'queue.left']);
    expect(ready).toBeGreaterThan(0);
  });

  it('misses nothing and repeats nothing, however often the connection is cut', async () => {
    const lost: unknown[] = [];
    let total = call('c0');
    const calls = 20;
    const each = total;
    const seen = await take(
      each * (calls + 1),
      { transport, after: 0, onLost: (error) => lost.push(error) },
      ({ type }) => {
        if (type !== 'call.ended' || total === each * (calls + 1)) return;
        total += call(`c${total}`);
        relay.cut();
      },
    );
    expect(seen).toEqual(upTo(each * (calls + 1)));
    expect(relay.taken).toBeGreaterThan(1);
    expect(lost.every((error) => error instanceof PbxError && error.code === 'unreachable')).toBe(true);
  });

  it('tells which events are not kept any more', async () => {
    const count = call('c1');
    await store.events.drop('a', Number.POSITIVE_INFINITY);
    const gaps: object[] = [];
    call('c2');
    const seen = await take(count, { transport, after: 2, onGap: (gap) => gaps.push(gap) });
    expect(gaps).toEqual([{ from: 3, to: count }]);
    expect(seen).toEqual(upTo(count * 2, count));
  });

  it('begins anew where the PBX knows no event of its number', async () => {
    const count = call('c1');
    const resets: object[] = [];
    const onReset = (reset: object) => {
      resets.push(reset);
      call('c2');
    };
    expect(await take(count, { transport, after: 4711, onReset })).toEqual(upTo(count * 2, count));
    expect(resets).toEqual([{ seq: count }]);
  });

  it('is refused for good where there is no right, and for what is no topic', async () => {
    const topics = ['nothing'];
    await expect(take(1, { transport, topics })).rejects.toMatchObject({ code: 'not-found' });
    pbx = pbxClient({ url: relay.url, key: 'pbx_wrong', tenant: 'a' });
    await expect(take(1, { transport })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('ends with the signal, and leaves no connection', async () => {
    call('c1');
    const stopping = new AbortController();
    const seen: number[] = [];
    for await (const { seq } of pbx.stream({ transport, after: 0, signal: stopping.signal })) {
      seen.push(seq);
      if (seq === 3) stopping.abort();
    }
    expect(seen).toEqual([1, 2, 3]);
    for await (const _ of pbx.stream({ transport, after: 0, signal: stopping.signal })) expect.unreachable();
    if (transport === 'socket') await expect.poll(() => app.server.listening && relay.open).toBeLessThan(2);
  });

  it('throws what a listener throws', async () => {
    const onReady = () => {
      throw new Error('of the listener');
    };
    await expect(take(1, { transport, after: 0, onReady })).rejects.toThrow('of the listener');
  });
});

describe('the stream by WebSocket', () => {
  it('takes a connection that says nothing for lost', async () => {
    const count = call('c1');
    pbx = pbxClient({ url: relay.url, key: TOKEN, tenant: 'a', timeoutMs: 200 });
    const lost: unknown[] = [];
    const onLost = (error: unknown) => {
      lost.push(error);
      relay.silence(false);
    };
    const options = { after: 0, silenceMs: 100, onLost };
    const seen = await take(count * 2, options, ({ seq }) => {
      if (seq !== count) return;
      relay.silence();
      call('c2');
    });
    expect(seen).toEqual(upTo(count * 2));
    expect(lost).toContainEqual(expect.objectContaining({ detail: 'nothing was heard' }));
  });

  it('is proved after a sleep: a connection that was heard lately stays, another one is made anew, and nothing is missed', async () => {
    const before = call('c1');
    const stream = pbx.stream({ after: 0, backoff: { firstMs: 60_000, longestMs: 60_000 } });
    const seqs: number[] = [];
    const lasts = (count: number) =>
      vi.waitFor(() => {
        if (seqs.length < count) throw new Error(`${seqs.length} events`);
      });
    const heard = (async () => {
      for await (const { seq } of stream) seqs.push(seq);
    })();
    await lasts(before);
    const taken = relay.taken;
    stream.prove();
    const second = call('c2');
    await lasts(before + second);
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now + 30_000);
    stream.prove();
    clock.mockRestore();
    // At once, though the wait between connections is a minute.
    const third = call('c3');
    await lasts(before + second + third);
    expect(relay.taken).toBeGreaterThan(taken);
    expect(seqs).toEqual(upTo(before + second + third));
    stream.close();
    await heard;
  });

  it('connects at once where it waits, when it is told to', async () => {
    const lost = Promise.withResolvers<void>();
    const ready: number[] = [];
    const stream = pbx.stream({
      after: 0,
      backoff: { firstMs: 60_000, longestMs: 60_000 },
      onLost: () => lost.resolve(),
      onReady: ({ seq }) => {
        ready.push(seq);
        if (ready.length === 1) relay.cut();
        else stream.close();
      },
    });
    const heard = (async () => {
      for await (const _ of stream);
    })();
    await lost.promise;
    await new Promise(setImmediate);
    stream.retry();
    await heard;
    expect(ready).toHaveLength(2);
  });

  it('begins with how things are', async () => {
    let ready: object | undefined;
    const onReady = (told: object) => {
      ready = told;
      call('c1');
    };
    await take(1, { onReady });
    expect(ready).toMatchObject({ type: 'ready', seq: 0, snapshot: { queues: [], agents: [] } });
  });

  it('holds back who tells more than is taken, and goes on when it is', async () => {
    const each = call('c0');
    const count = 400;
    for (let n = 1; n < count; n++) call(`c${n}`);
    const total = each * count;
    expect(total).toBeGreaterThan(5000);
    const sockets: WebSocket[] = [];
    class Known extends WebSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    }
    pbx = pbxClient({ url: relay.url, key: TOKEN, tenant: 'a', WebSocket: Known as WebSocketClass });
    const lost: unknown[] = [];
    const seen: number[] = [];
    const stream = pbx.stream({ ...FAST, after: 0, onLost: (error) => lost.push(error) });
    for await (const { seq } of stream) {
      // Meanwhile the PBX sends all that there is.
      if (seq === 1) await expect.poll(() => sockets[0]!.readyState).toBeGreaterThan(WebSocket.OPEN);
      seen.push(seq);
      if (seq === total) break;
    }
    expect(seen).toEqual(upTo(total));
    expect(lost[0]).toMatchObject({ detail: 'more waits than is kept' });
    expect(stream.seq).toBe(total);
  });

  it('asks its own server for tickets where it has no key', async () => {
    const count = call('c1');
    let asked = 0;
    const ticket = async (signal: AbortSignal) => {
      asked += 1;
      if (asked === 1) throw new TypeError('fetch failed');
      return (await pbx.request('POST /stream-tickets', { signal })).ticket;
    };
    const page = pbxClient({ url: relay.url, ticket });
    const seen: number[] = [];
    for await (const { seq } of page.stream({ ...FAST, after: 0 })) {
      seen.push(seq);
      if (seq === 2) relay.cut();
      if (seq === count) break;
    }
    expect(seen).toEqual(upTo(count));
    expect(asked).toBeGreaterThan(1);
  });
});
