import { describe, expect, it } from 'vitest';
import type { CallId } from '../../../src/shared/ids.ts';
import { maskedNumber } from '../../../src/shared/masked-number.ts';
import type { StreamEvent } from '../../../src/store/events.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { EventFeed } from '../../../src/stream/feed.ts';
import { publicEvent } from '../../../src/stream/public-event.ts';
import { MONDAY_10, sampleCall } from '../../support/call-events.ts';

const ringing: StreamEvent = {
  type: 'ringing',
  tenantId: 'demo',
  seq: 7,
  at: MONDAY_10,
  callId: 'c1' as CallId,
  target: '8001',
  kind: 'agent',
  reason: 'queue',
  queue: 'sales',
  direction: 'inbound',
  caller: '13800138000',
  called: '4001234567',
  area: '广东深圳',
  hotline: '4001234567',
  keys: '1',
};

describe('the public form of a fact', () => {
  it('has all that a screen shows of who calls, for his agent, his queue and whoever hears of calls', () => {
    expect(publicEvent(ringing)).toEqual({
      fact: ringing,
      event: {
        seq: 7,
        id: 'demo.7',
        type: 'call.ringing',
        at: '2026-10-12T02:00:00.000Z',
        subject: 'calls/c1',
        data: {
          callId: 'c1',
          target: '8001',
          kind: 'agent',
          agent: '8001',
          reason: 'queue',
          queue: 'sales',
          direction: 'inbound',
          caller: '13800138000',
          called: '4001234567',
          area: '广东深圳',
          hotline: '4001234567',
          keys: '1',
        },
        v: 1,
      },
      resource: 'call',
      topics: ['calls', 'calls/c1', 'agents/8001', 'queues/sales'],
    });
  });

  it('has the words of a supervisor for each agent who is meant', () => {
    const words = { by: 'agent 8009', agents: ['8001', '8002'], queue: 'sales', text: 'call 13800138000' };
    const fact: StreamEvent = { type: 'agentMessage', tenantId: 'demo', seq: 8, at: MONDAY_10, ...words };
    const { event, resource, topics } = publicEvent(fact, maskedNumber);
    expect(event).toMatchObject({ type: 'agent.message', data: { ...words, text: 'call 138****8000' } });
    expect([resource, topics]).toEqual(['agent', ['agents', 'agents/8001', 'agents/8002']]);
  });

  it('says who asks for help to whoever hears of that agent, and not to others', () => {
    const words = {
      help: 'h1',
      agent: '8001',
      did: 'ask',
      callId: 'c1',
      queue: 'sales',
      text: '13800138000?',
    };
    const none = { by: undefined, mode: undefined, ending: undefined };
    const fact = { type: 'agentHelp', tenantId: 'demo', seq: 8, at: MONDAY_10, ...words, ...none };
    const told = publicEvent({ ...fact, waitedMs: 0 } as StreamEvent, maskedNumber);
    const nulls = { by: null, mode: null, ending: null, waitedMs: 0 };
    expect(told.event).toMatchObject({
      type: 'agent.help',
      subject: 'agents/8001',
      data: { ...words, ...nulls, text: '138****8000?' },
    });
    expect([told.resource, told.topics]).toEqual(['agent', ['agents', 'agents/8001']]);
  });

  it('masks the numbers of people, and leaves those of the company', () => {
    expect(publicEvent(ringing, maskedNumber).event.data).toMatchObject({
      caller: '138****8000',
      called: '4001234567',
      hotline: '4001234567',
      target: '8001',
    });
    const step = { type: 'step', tenantId: 'demo', seq: 8, at: 1, callId: 'c1' as CallId } as const;
    const told = publicEvent({ ...step, step: 'dial 13800138000', why: 'tries 13900139000' }, maskedNumber);
    expect(told.event.data).toEqual({ callId: 'c1', step: 'dial 138****8000', why: 'tries 139****9000' });
  });

  it('names nobody who was reported as a nuisance by his number', () => {
    const change = {
      kind: 'nuisance',
      name: '13800138000',
      id: 'e1',
      revision: 1,
      by: 'agent 8001',
    } as const;
    const fact: StreamEvent = {
      ...{ type: 'entity', tenantId: 'demo', seq: 9, at: 1, before: undefined, after: {} },
      ...change,
    };
    const { event, topics } = publicEvent(fact, maskedNumber);
    expect(event.data).toMatchObject({ kind: 'nuisance', name: '138****8000', did: 'create' });
    expect(JSON.stringify([event, topics])).not.toContain('13800138000');
    expect(publicEvent(fact).event.data).toMatchObject({ name: '13800138000' });
  });

  it('tells of no secret that an entity holds', () => {
    const change = { kind: 'trunk', name: 'telecom', id: 'e1', revision: 2, by: 'li' } as const;
    const [before, after] = [{ password: 'old' }, { password: 'new' }];
    const { event, topics } = publicEvent({
      ...{ type: 'entity', tenantId: 'demo', seq: 9, at: 1, before, after },
      ...change,
    });
    expect(JSON.stringify(event)).not.toMatch(/old|new/);
    expect(event.data).toMatchObject({ kind: 'trunk', name: 'telecom', did: 'update', revision: 2 });
    expect(topics).toEqual(['entities', 'entities/trunk/telecom', 'entities/trunk']);
  });
});

describe('EventFeed', () => {
  it('gives each fact of a call one event, under numbers without a gap', async () => {
    const store = new MemoryStore();
    const { events } = sampleCall('c1');
    for (const event of events) store.journal.append(event);
    const feed = new EventFeed(store.events);
    const { events: read, last, gap } = await feed.read('demo', 0, 1000);
    expect(read.map(({ event }) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect({ last, gap }).toEqual({ last: events.length, gap: undefined });
    expect(read.at(0)?.event.type).toBe('call.arrived');
    expect(read.at(-1)?.event.type).toBe('call.ended');
    expect(await feed.read('demo', last, 10)).toEqual({ events: [], last, gap: undefined });
  });

  it('says which numbers have no events any more', async () => {
    const store = new MemoryStore();
    for (const event of sampleCall('c1').events) store.journal.append(event);
    const head = await store.events.head('demo');
    await store.events.drop('demo', MONDAY_10 + 1);
    const feed = new EventFeed(store.events);
    const first = (await store.events.read('demo', 0, 1))[0]!.seq;
    expect((await feed.read('demo', 0, 1)).gap).toEqual({ from: 1, to: first - 1 });
    await store.events.drop('demo', Number.POSITIVE_INFINITY);
    expect(await feed.read('demo', 2, 1)).toEqual({ events: [], last: head, gap: { from: 3, to: head } });
  });

  it('says when there is more', async () => {
    const store = new MemoryStore();
    const grown: string[] = [];
    new EventFeed(store.events).growth.on('grown', ({ tenantId }) => grown.push(tenantId));
    store.journal.append(sampleCall('c1').events[0]!);
    expect(grown).toEqual(['demo']);
  });
});
