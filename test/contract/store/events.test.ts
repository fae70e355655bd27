/** Event streams: gapless numbers in the order of commits, whatever else is written. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { CallEvent } from '../../../src/call/call-events.ts';
import type { Callback } from '../../../src/callback/callback.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { StreamEvent, ToldFact } from '../../../src/store/events.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store, StoredEntity } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';
import { STORES } from '../../support/stores.ts';

const paused: AgentEvent = {
  type: 'agent',
  tenantId: 'demo',
  at: MONDAY_10 + 7,
  agent: '8001',
  did: 'busy',
  state: 'busy',
  reason: 'lunch 午休',
  callId: undefined,
  queue: undefined,
};

const queue = (more: Partial<StoredEntity> = {}): StoredEntity => ({
  id: '1',
  tenantId: 'demo',
  kind: 'queue',
  name: 'sales',
  revision: 1,
  body: '{"ringMs":1}',
  ...more,
});

/** What the stream has of a call's event: its number in the call is none of the stream's. */
const factOf = ({ seq, ...fact }: CallEvent | StreamEvent) => fact;
const numbers = (events: readonly StreamEvent[]) => events.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

for (const engine of STORES) {
  describe.skipIf(engine.missing)(titleOn('event streams', engine), () => {
    let store: Store;
    beforeEach(async () => {
      store = await engine.open();
    });
    afterEach(async () => {
      await store.close();
      await engine.remove();
    });

    it('hold what is told of long work', async () => {
      const work = { tenantId: 'system', kind: 'verify', job: 'j1', by: 'li' } as const;
      const begun = { type: 'job', at: 1, did: 'begin', done: undefined, total: undefined } as const;
      const outcome = { missing: 0, note: '无' };
      await store.events.tell({ ...work, ...begun, outcome: undefined });
      await store.events.tell({ ...work, ...begun, did: 'end', done: 7, at: 2, outcome });
      expect(await store.events.read('system', 0, 9)).toEqual([
        { ...work, ...begun, outcome: undefined, seq: 1 },
        { ...work, ...begun, did: 'end', done: 7, at: 2, outcome, seq: 2 },
      ]);
    });

    it('hold what supervisors tell agents', async () => {
      const words = { by: 'agent 8009', agents: ['8001', '8002'], queue: undefined, text: '十二点吃饭' };
      const fact = { type: 'agentMessage', tenantId: 'demo', at: 1, ...words } as const;
      await store.events.tell(fact);
      expect(await store.events.read('demo', 0, 9)).toEqual([{ ...fact, seq: 1 }]);
    });

    it('hold what is told of an agent who asks for help', async () => {
      const asked = { help: 'h1', agent: '8001', did: 'ask', callId: 'c1', queue: 'sales', text: '要退款' };
      const none = { by: undefined, mode: undefined, ending: undefined, waitedMs: 0 };
      const fact = { type: 'agentHelp', tenantId: 'demo', at: 1, ...asked, ...none } as const;
      await store.events.tell(fact as ToldFact);
      expect(await store.events.read('demo', 0, 9)).toEqual([{ ...fact, seq: 1 }]);
    });

    it('say that they have grown, of calls and of whatever else is written', async () => {
      const grown: string[] = [];
      store.events.growth.on('grown', ({ tenantId }) => grown.push(tenantId));
      const hears = (tenantId: string) => expect.poll(() => grown, { timeout: 8000 }).toContain(tenantId);
      for (const event of sampleCall('c1').events) store.journal.append(event);
      await store.journal.flush();
      await hears('demo');
      const change = { put: [queue({ tenantId: 'other' })], removed: [], at: 1, by: 'li' };
      await store.entities.change(change);
      await hears('other');
    });

    it('hold the facts of calls as they were told, from the first to the last', async () => {
      const script = sampleCall('c1');
      for (const event of script.events) {
        store.journal.append(event);
        await store.journal.flush();
      }
      const events = await store.events.read('demo', 0, 1000);
      expect(events.map(factOf)).toEqual(script.events.map(factOf));
      expect(numbers(events)).toEqual(upTo(script.events.length));
      expect(await store.events.head('demo')).toBe(script.events.length);
    });

    it('keep calls, agents and companies apart, in the order of happening', async () => {
      const [ours, theirs] = [sampleCall('c1'), sampleCall('c2', { tenantId: 'other' })];
      for (let index = 0; index < ours.events.length; index++) {
        store.journal.append(ours.events[index]!);
        if (index === 4) store.journal.append(paused);
        store.journal.append(theirs.events[index]!);
      }
      await store.journal.flush();
      const events = await store.events.read('demo', 0, 1000);
      expect(events[5]).toEqual({ ...paused, seq: 6 });
      expect(events.toSpliced(5, 1).map(factOf)).toEqual(ours.events.map(factOf));
      const others = await store.events.read('other', 0, 1000);
      expect(others.map(factOf)).toEqual(theirs.events.map(factOf));
      expect(await store.events.read('nobody', 0, 10)).toEqual([]);
      expect(await store.events.head('nobody')).toBe(0);
    });

    it('hold no event that belongs to no call', async () => {
      for (const event of new CallScript('c1').emit('answered', {}).end().events) store.journal.append(event);
      await store.journal.flush();
      expect(await store.events.head('demo')).toBe(0);
    });

    it('are read from any number on, in pieces of any size', async () => {
      for (const id of ['a', 'b', 'c']) {
        for (const event of sampleCall(id).events) {
          store.journal.append(event);
          if (event.type === 'rung') await store.journal.flush();
        }
      }
      await store.journal.flush();
      const all = await store.events.read('demo', 0, 1000);
      expect(numbers(all)).toEqual(upTo(await store.events.head('demo')));
      for (const [after, limit] of [
        [0, 1],
        [3, 4],
        [11, 30],
        [all.length - 1, 5],
        [all.length, 5],
      ] as const) {
        expect(await store.events.read('demo', after, limit)).toEqual(all.slice(after, after + limit));
      }
    });

    it('lose their oldest events by age, never a number', async () => {
      for (const [index, id] of ['a', 'b', 'c'].entries()) {
        const script = sampleCall(id, { at: MONDAY_10 + index * 3_600_000 });
        for (const event of script.events) store.journal.append(event);
        await store.journal.flush();
      }
      const { length } = sampleCall('a').events;
      const all = await store.events.read('demo', 0, 1000);
      expect(await store.events.drop('demo', MONDAY_10)).toBe(0);
      expect(await store.events.drop('other', MONDAY_10 * 2)).toBe(0);
      expect(await store.events.drop('demo', MONDAY_10 + 3_600_000)).toBe(length);
      expect(await store.events.read('demo', 0, 1000)).toEqual(all.slice(length));
      expect(await store.events.drop('demo', MONDAY_10 * 2)).toBe(2 * length);
      expect(await store.events.read('demo', 0, 10)).toEqual([]);
      expect(await store.events.head('demo')).toBe(3 * length);
      store.journal.append(new CallScript('d').arrive().events[0]!);
      await store.journal.flush();
      expect(numbers(await store.events.read('demo', 0, 10))).toEqual([3 * length + 1]);
    });

    it('say what an entity was and became, and by whom', async () => {
      await store.entities.change({ put: [queue()], removed: [], at: 10, by: 'seed' });
      const renamed = queue({ name: 'vip', revision: 2, body: '{"ringMs":2}' });
      await store.entities.change({ put: [renamed], removed: [], at: 20, by: 'li' });
      await store.entities.change({ put: [], removed: [renamed], at: 30, by: 'wang' });
      const events = await store.events.read('demo', 0, 10);
      const what = { tenantId: 'demo', type: 'entity', kind: 'queue', id: '1' };
      expect(events).toEqual([
        { ...what, seq: 1, at: 10, name: 'sales', revision: 1, after: { ringMs: 1 }, by: 'seed' },
        {
          ...what,
          seq: 2,
          at: 20,
          name: 'vip',
          revision: 2,
          before: { ringMs: 1 },
          after: { ringMs: 2 },
          by: 'li',
        },
        { ...what, seq: 3, at: 30, name: 'vip', revision: 3, before: { ringMs: 2 }, by: 'wang' },
      ]);
    });

    it('say which switches were turned', async () => {
      const night = { tenant: 'demo', name: 'night', untilMs: 99 };
      await store.switches.turn(night, true, 5);
      await store.switches.turn(night, false, 6);
      const what = { type: 'switch', tenantId: 'demo', name: 'night' };
      expect(await store.events.read('demo', 0, 10)).toEqual([
        { ...what, seq: 1, at: 5, isOn: true, untilMs: 99 },
        { ...what, seq: 2, at: 6, isOn: false },
      ]);
    });

    it('say what was set at phones, which is kept until it is as the extension has it', async () => {
      const what = { tenant: 'demo', extension: '8001', setting: 'always' };
      await store.phoneSettings.set({ ...what, value: '8002' }, 5);
      await store.phoneSettings.set({ ...what, value: '8003' }, 6);
      await store.phoneSettings.set({ ...what, tenant: 'other', value: '' }, 7);
      expect(new Set(await store.phoneSettings.all())).toEqual(
        new Set([
          { ...what, value: '8003' },
          { ...what, tenant: 'other', value: '' },
        ]),
      );
      await store.phoneSettings.set({ ...what, value: undefined }, 8);
      expect(await store.phoneSettings.all()).toEqual([{ ...what, tenant: 'other', value: '' }]);
      const fact = { type: 'phoneSetting', tenantId: 'demo', extension: '8001', setting: 'always' };
      expect(await store.events.read('demo', 0, 10)).toEqual([
        { ...fact, seq: 1, at: 5, value: '8002' },
        { ...fact, seq: 2, at: 6, value: '8003' },
        { ...fact, seq: 3, at: 8 },
      ]);
    });

    it('say what became of promises to call back, which are kept while something is to be done', async () => {
      const promise: Callback = {
        ...{ id: 'b1', tenant: 'demo', queue: 'sales', number: '13800138000', callId: 'c1', promisedAt: 5 },
        ...{ since: 3, priority: 1, state: 'waiting', tries: 0, nextAt: 5, result: '', lastCallId: '' },
      };
      const later: Callback = { ...promise, id: 'b2', promisedAt: 9 };
      await store.callbacks.put(promise, 5);
      await store.callbacks.put(later, 9);
      await store.callbacks.put({ ...promise, id: 'b3', tenant: 'other' }, 9);
      const tried: Callback = { ...promise, state: 'calling', tries: 1, lastCallId: 'c2' };
      expect(await store.callbacks.put(tried, 10)).toBe(true);
      expect(new Set(await store.callbacks.open())).toEqual(
        new Set([tried, later, { ...promise, id: 'b3', tenant: 'other' }]),
      );
      const done: Callback = { ...tried, state: 'done', result: 'talked' };
      await store.callbacks.put(done, 11);
      expect((await store.callbacks.open()).map(({ id }) => id).sort()).toEqual(['b2', 'b3']);
      expect(await store.callbacks.latest('demo', 10)).toEqual([later, done]);
      expect(await store.callbacks.latest('demo', 1)).toEqual([later]);
      expect(await store.callbacks.latest('demo', 9, { before: later })).toEqual([done]);
      expect(await store.callbacks.latest('demo', 9, { isOpen: true })).toEqual([later]);
      // It is over: nothing is kept of it, and nothing told, any more.
      expect(await store.callbacks.put({ ...done, state: 'waiting' }, 12)).toBe(false);
      expect(await store.callbacks.takeOver(['demo', 'other'])).toEqual([]);
      expect(await store.callbacks.drop('demo', 5)).toBe(0);
      const { id, queue, number, callId, nextAt } = promise;
      const fact = { type: 'callback', tenantId: 'demo', id, queue, number, callId, nextAt };
      expect(
        (await store.events.read('demo', 0, 10)).filter((event) => 'id' in event && event.id === 'b1'),
      ).toEqual([
        { ...fact, seq: 1, at: 5, state: 'waiting', tries: 0, result: '', lastCallId: '' },
        { ...fact, seq: 3, at: 10, state: 'calling', tries: 1, result: '', lastCallId: 'c2' },
        { ...fact, seq: 4, at: 11, state: 'done', tries: 1, result: 'talked', lastCallId: 'c2' },
      ]);
      expect(await store.callbacks.drop('demo', 6)).toBe(1);
      expect(await store.callbacks.latest('demo', 10)).toEqual([later]);
      expect(await store.callbacks.drop('demo', 100), 'what is open stays').toBe(0);
    });

    it('say what became of the files of recordings', async () => {
      const { events } = sampleCall('c1');
      for (const event of events) store.journal.append(event);
      await store.journal.flush();
      const what = { type: 'file', tenantId: 'demo', callId: 'c1', startedAt: MONDAY_10 };
      const from = 'recordings/a.wav';
      const file = 'recordings/a.opus';
      const replacement = { callId: 'c1', startedAt: MONDAY_10, from, file, bytes: 7, sha256: 'ab' };
      await store.recordings.replace(replacement, MONDAY_10 + 90_000);
      await store.recordings.replace(replacement, MONDAY_10 + 91_000);
      const files = new Set([file]);
      const deletedAt = MONDAY_10 + 99_000;
      await store.recordings.markDeleted({ files, from: MONDAY_10, to: MONDAY_10 + 1, deletedAt });
      expect(await store.events.read('demo', events.length, 10)).toEqual([
        { ...what, seq: events.length + 1, at: MONDAY_10 + 90_000, from, file, bytes: 7, sha256: 'ab' },
        { ...what, seq: events.length + 2, at: deletedAt, from: file, file, deletedAt },
      ]);
    });

    it('take a number back with a change that fails', async () => {
      await store.entities.change({ put: [queue()], removed: [], at: 10, by: 'x' });
      const clash = [queue({ id: '2', name: 'new' }), queue({ id: '3' })];
      await expect(store.entities.change({ put: clash, removed: [], at: 20, by: 'x' })).rejects.toThrow();
      expect(await store.events.head('demo')).toBe(1);
      await store.entities.change({ put: [queue({ revision: 2 })], removed: [], at: 30, by: 'x' });
      expect((await store.events.read('demo', 0, 10)).map(({ seq, at }) => [seq, at])).toEqual([
        [1, 10],
        [2, 30],
      ]);
    });
  });
}

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('event streams on disk', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());
    const open = () => openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

    it('count on after a restart, and so do the batches', async () => {
      for (const id of ['a', 'b']) {
        const store = await open();
        for (const event of sampleCall(id).events) store.journal.append(event);
        await store.close();
      }
      const store = await open();
      const events = await store.events.read('demo', 0, 1000);
      expect(numbers(events)).toEqual(upTo(2 * sampleCall('a').events.length));
      await store.close();
      const rows = await place.sql('select batch from event_batch order by first_seq');
      const [first, second] = rows.map(({ batch }) => Number(batch));
      expect(second).toBeGreaterThan(first!);
    });

    it('end the calls that a crash cut', async () => {
      const store = await open();
      const cut = sampleCall('cut').events.slice(0, 6);
      for (const event of cut) store.journal.append(event);
      await store.journal.flush();
      // The process dies here as far as the journal is concerned: nothing says that the call ended.
      await store.close();
      const again = await open();
      expect(again.recoveredCalls).toBe(1);
      const events = await again.events.read('demo', 0, 1000);
      expect(events.map(({ type }) => type)).toEqual([...cut.map(({ type }) => type), 'ended']);
      expect(events.at(-1)).toMatchObject({ callId: 'cut', cause: 'restart', fault: 'system' });
      await again.close();
    });
  });
}
