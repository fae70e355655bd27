/** What is said of calls that are over (通话小结与批注). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { CdrFilter } from '../../../src/cdr/cdr-query.ts';
import { dispositionOf, type Noted, noteOf } from '../../../src/cdr/noted.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { expectRebuilt } from '../../support/rebuilt.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';
import { STORES } from '../../support/stores.ts';

const DAY_MS = 86_400_000;
const place = (callId: string) => ({ callId, startedAt: MONDAY_10 });
const saying = (callId: string, words: Partial<Noted>): Noted => ({
  ...place(callId),
  ...{ did: 'say', by: 'li', disposition: undefined, resolved: undefined, note: undefined },
  ...words,
});
const comment = (callId: string, id: string, text: string, atMs?: number) => ({
  ...place(callId),
  ...{ id, tenantId: 'demo', at: MONDAY_10 + DAY_MS, by: 'li', atMs, text },
});

/** 8002 notes it after the talk of the sample call. */
function noted(callId: string, disposition: string, note: string): readonly AgentEvent[] {
  const work = { reason: undefined, callId, queue: 'sales' };
  const event = { type: 'agent', tenantId: 'demo', agent: '8002', ...work } as const;
  return [
    { ...event, at: MONDAY_10, did: 'sign-in', state: 'ready' },
    { ...event, at: MONDAY_10 + 19_000, did: 'ring', state: 'ringing' },
    { ...event, at: MONDAY_10 + 21_520, did: 'answer', state: 'talking' },
    { ...event, at: MONDAY_10 + 81_520, did: 'hang-up', state: 'wrap-up' },
    { ...event, at: MONDAY_10 + 85_000, did: 'noted', state: 'wrap-up', disposition, note },
    { ...event, at: MONDAY_10 + 90_000, did: 'wrapped-up', state: 'ready', disposition, note },
  ];
}

const idsOf = async ({ cdrs }: Pick<Store, 'cdrs'>, filter: CdrFilter) =>
  (await cdrs.query(filter)).cdrs.map(({ callId }) => callId).sort();
const recordOf = async ({ cdrs }: Pick<Store, 'cdrs'>, id: string) =>
  (await cdrs.query({})).cdrs.find(({ callId }) => callId === id)!;

for (const { name, missing, open, remove } of STORES) {
  describe.skipIf(missing)(titleOn('what is said of a call', { name, missing }), () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      for (const id of ['c1', 'c2']) for (const event of sampleCall(id).events) store.journal.append(event);
      await store.journal.flush();
    });
    afterEach(async () => {
      await store.close();
      await remove();
    });

    it('counts before what its agents noted, and is found', async () => {
      for (const event of noted('c1', 'order', '想买金戒指')) store.journal.append(event);
      await store.journal.flush();
      expect(await idsOf(store, { disposition: 'order' })).toEqual(['c1']);
      expect(await idsOf(store, { noted: true })).toEqual(['c1']);
      expect(await idsOf(store, { noted: false })).toEqual(['c2']);
      expect(await idsOf(store, { search: '金戒' })).toEqual(['c1']);
      const said = await store.callNotes.say(place('c1'), MONDAY_10 + DAY_MS, (cdr) => {
        expect([dispositionOf(cdr), noteOf(cdr), cdr.noted]).toEqual(['order', '想买金戒指', null]);
        return saying('c1', { disposition: 'complaint', resolved: false });
      });
      expect(said).toEqual(await recordOf(store, 'c1'));
      expect([dispositionOf(said!), noteOf(said!), said!.noted?.revision]).toEqual([
        ...['complaint', '想买金戒指'],
        1,
      ]);
      expect(said!.targets[1]).toMatchObject({ disposition: 'order', note: '想买金戒指' });
      expect(await idsOf(store, { disposition: 'complaint' })).toEqual(['c1']);
      expect(await idsOf(store, { disposition: 'order' })).toEqual([]);
      await store.callNotes.say(place('c1'), MONDAY_10 + DAY_MS, () =>
        saying('c1', { disposition: '', note: '改买银戒指' }),
      );
      const after = await recordOf(store, 'c1');
      expect([dispositionOf(after), noteOf(after), after.noted?.resolved]).toEqual([
        null,
        '改买银戒指',
        null,
      ]);
      expect(await idsOf(store, { search: '银戒' })).toEqual(['c1']);
      expect(await store.callNotes.say(place('c9'), 0, () => saying('c9', {}))).toBeUndefined();
    });

    it('is marked and found, with its reason, until the mark is taken off', async () => {
      const marking = (did: 'flag' | 'unflag', note?: string) => () =>
        saying('c1', { did, ...(note !== undefined && { note }) });
      const before = await store.events.head('demo');
      const marked = await store.callNotes.say(place('c1'), MONDAY_10 + DAY_MS, marking('flag', '投诉升级'));
      expect(marked!.flag).toEqual({ at: MONDAY_10 + DAY_MS, by: 'li', reason: '投诉升级' });
      expect(marked).toEqual(await recordOf(store, 'c1'));
      // It is no note, and changes the ETag of none.
      expect(marked!.noted).toBeNull();
      expect(await idsOf(store, { noted: true })).toEqual([]);
      expect(await idsOf(store, { flagged: true })).toEqual(['c1']);
      expect(await idsOf(store, { flagged: false })).toEqual(['c2']);
      expect(await idsOf(store, { search: '投诉' })).toEqual(['c1']);
      await store.callNotes.say(place('c1'), MONDAY_10 + DAY_MS, () => saying('c1', { resolved: true }));
      expect((await recordOf(store, 'c1')).flag?.reason).toBe('投诉升级');
      await store.callNotes.say(place('c1'), MONDAY_10 + 2 * DAY_MS, marking('unflag'));
      expect((await recordOf(store, 'c1')).flag).toBeNull();
      expect(await idsOf(store, { flagged: true })).toEqual([]);
      expect(await idsOf(store, { search: '投诉' })).toEqual([]);
      const told = await store.events.read('demo', before, 10);
      expect(told.map((event) => 'did' in event && event.did)).toEqual(['flag', 'say', 'unflag']);
    });

    it('is marked while it runs: the record has it from its first moment', async () => {
      const [flagged, plain] = [sampleCall('c3').events, sampleCall('c4').events].map((events) => {
        const last = events.at(-1)!;
        return { events: events.slice(0, -1), last };
      });
      const { tenantId, callId, seq, at } = flagged!.last;
      const flag = {
        tenantId,
        callId,
        seq,
        at,
        type: 'flagged',
        did: 'flag',
        by: 'li',
        reason: '重要客户',
      } as const;
      for (const event of [...flagged!.events, flag, { ...flagged!.last, seq: seq + 1 }])
        store.journal.append(event);
      for (const event of [...plain!.events, plain!.last]) store.journal.append(event);
      await store.journal.flush();
      expect(await idsOf(store, { flagged: true })).toEqual(['c3']);
      expect((await recordOf(store, 'c3')).flag).toMatchObject({ by: 'li', reason: '重要客户' });
    });

    it('is told to the stream of its company, with comments, which have their own list', async () => {
      const before = await store.events.head('demo');
      const [one, two] = [comment('c1', 'n1', '没报价格', 42_000), comment('c1', 'n2', 'call him back')];
      expect(await store.callNotes.comment(one)).toBe(true);
      expect(await store.callNotes.comment(two)).toBe(true);
      expect(await store.callNotes.comment(comment('c9', 'n3', 'nobody'))).toBe(false);
      expect(await store.callNotes.comments(Scope.of('demo'), place('c1'))).toEqual([one, two]);
      expect(await store.callNotes.comments(Scope.all, place('c2'))).toEqual([]);
      expect(await store.callNotes.comments(Scope.of('other'), place('c1'))).toEqual([]);
      expect(await idsOf(store, { noted: true })).toEqual(['c1']);
      expect(await store.callNotes.uncomment(one, MONDAY_10 + DAY_MS, 'li')).toBe(true);
      expect(await store.callNotes.uncomment(one, MONDAY_10 + DAY_MS, 'li')).toBe(false);
      expect((await recordOf(store, 'c1')).noted).toMatchObject({ comments: 1, revision: 0 });
      const told = await store.events.read('demo', before, 10);
      expect(told.map((event) => [event.type, 'did' in event && event.did])).toEqual([
        ['noted', 'comment'],
        ['noted', 'comment'],
        ['noted', 'uncomment'],
      ]);
      expect(JSON.stringify(told)).not.toContain('没报价格');
    });
  });
}

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('what is said of a call, in tables', engine), () => {
    let where: StorePlace;
    let store: Store;
    beforeEach(async () => {
      where = await engine.make();
      store = await openStore(where.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });
    });
    afterEach(async () => {
      await store.close();
      await where.remove();
    });

    it('is the same after a rebuild, whenever the agent has finished his notes', async () => {
      const [inTalk, after] = [noted('c1', '', '').slice(0, 4), noted('c1', 'order', '想买金戒指').slice(4)];
      for (const event of [...inTalk, ...sampleCall('c1').events]) store.journal.append(event);
      await store.journal.flush();
      await store.callNotes.say(place('c1'), MONDAY_10 + 84_600, () =>
        saying('c1', { resolved: true, note: '已回访' }),
      );
      await store.callNotes.comment(comment('c1', 'n1', 'well done'));
      await store.callNotes.say(place('c1'), MONDAY_10 + 84_700, () =>
        saying('c1', { did: 'flag', note: '范例' }),
      );
      for (const event of after) store.journal.append(event);
      await store.journal.flush();
      const said = await recordOf(store, 'c1');
      expect([dispositionOf(said), noteOf(said), said.noted?.resolved]).toEqual(['order', '已回访', true]);
      expect(await idsOf(store, { disposition: 'order', search: '回访' })).toEqual(['c1']);
      await store.close();
      const [row] = await where.sql('select disposition, noted, flagged from cdr');
      expect([row!['disposition'], Number(row!['noted']), Number(row!['flagged'])]).toEqual(['order', 1, 1]);
      const tables = await expectRebuilt(where.location);
      expect(tables.find(({ table }) => table === 'cdr')).toMatchObject({ compared: 1 });
    });

    it('goes with the call, and its words with the person', async () => {
      for (const event of sampleCall('c1').events) store.journal.append(event);
      await store.journal.flush();
      await store.callNotes.comment(comment('c1', 'n1', '李先生要退货'));
      await store.callNotes.say(place('c1'), MONDAY_10 + 90 * DAY_MS, () =>
        saying('c1', { disposition: 'return', note: '李先生已退货' }),
      );
      await store.callNotes.say(place('c1'), MONDAY_10 + 90 * DAY_MS, () =>
        saying('c1', { did: 'flag', note: '李先生投诉' }),
      );
      await store.upkeep!.erase({
        ...{ tenantId: 'demo', number: '075523456789', token: 'erased-1', now: 77, dryRun: false },
        deleteFiles: async (files) => files.length,
      });
      const [erased] = await store.callNotes.comments(Scope.of('demo'), place('c1'));
      expect(erased).toMatchObject({ id: 'n1', text: '' });
      const record = await recordOf(store, 'c1');
      expect([dispositionOf(record), noteOf(record), record.flag?.reason]).toEqual(['return', null, '']);
      expect(JSON.stringify(await store.events.read('demo', 0, 200))).not.toContain('李先生');
      expect(await idsOf(store, { search: '退货' })).toEqual([]);
      await store.upkeep!.removeCalls('demo', [place('c1')], MONDAY_10 + 91 * DAY_MS);
      expect(await where.sql('select * from call_note')).toEqual([]);
    });
  });
}
