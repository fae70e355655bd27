/** While the database cannot be written what happens waits in a file; the next start, or a command, stores it. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { batchLine, headerLine } from '../../../src/store/journal/batch-lines.ts';
import { FlatEncoder, type FlatEvents } from '../../../src/store/journal/flat-events.ts';
import { openDatabase, openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { expectRebuilt } from '../../support/rebuilt.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('what waits for a database', engine), () => {
    let place: StorePlace;
    let folder: string;
    let file: string;
    let rest: string;
    const opened: Store[] = [];
    beforeEach(async () => {
      place = await engine.make();
      folder = mkdtempSync(join(tmpdir(), 'pbx400-waiting-'));
      file = join(folder, 'journal.jsonl');
      rest = '';
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await place.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(files: readonly string[] = [file]): Promise<Store> {
      const store = await openStore(place.location, {
        nodeId: 'n1',
        clock: systemClock,
        logger: silentLogger,
        waiting: { files, maxBytes: 1_000_000 },
        lastResort: (lines) => {
          rest += lines;
        },
      });
      opened.push(store);
      return store;
    }

    // Every batch needs the table.
    const breakDatabase = () => place.sql('alter table journal_mark rename to broken');
    const mendDatabase = () => place.sql('alter table broken rename to journal_mark');
    const recordsOf = async (store: Store) => (await store.cdrs.query({})).cdrs;
    const streamed = async () => {
      const rows = await place.sql('select sum(events) as events from event_batch');
      return Number(rows[0]!['events']);
    };

    /** A call that is open when the database breaks and ends then, one in between, one that a stop cuts. */
    async function outage(store: Store): Promise<readonly CallScript[]> {
      const early = sampleCall('early');
      const whole = sampleCall('whole', { at: MONDAY_10 + 1 });
      const cut = new CallScript('cut', { at: MONDAY_10 + 2 }).arrive();
      for (const event of early.events.slice(0, 5)) store.journal.append(event);
      await store.journal.flush();
      await breakDatabase();
      let last = 0;
      for (const event of early.events.slice(5)) last = store.journal.append(event);
      await store.journal.durable(last);
      for (const event of [...whole.events, ...cut.events]) last = store.journal.append(event);
      await store.journal.durable(last);
      return [early, whole];
    }

    it('goes on, and is stored by the next start before that closes what was left open', async () => {
      const store = await open();
      const calls = await outage(store);
      expect(store.journal.stats).toMatchObject({ pendingEvents: 0, openCalls: 1, waiting: { away: true } });
      expect(store.journal.takesCalls).toBe(true);
      await expect(store.journal.flush()).rejects.toThrow('the call journal cannot be written');
      await store.close();
      const copy = join(folder, 'copy.jsonl');
      copyFileSync(file, copy);
      await mendDatabase();
      const next = await open();
      await next.journal.flush();
      expect([next.recoveredCalls, readdirSync(folder), rest]).toEqual([1, ['copy.jsonl'], '']);
      const records = await recordsOf(next);
      expect(records.map(({ callId, cause }) => [callId, cause])).toEqual([
        ['cut', 'restart'],
        ['whole', 'normal'],
        ['early', 'normal'],
      ]);
      expect(records.slice(1).toReversed()).toEqual(calls.map(({ events }) => projectCdr(events)));
      const events = await streamed();
      await next.close();
      // As if it had ended before the file was removed.
      copyFileSync(copy, file);
      const again = await open();
      await again.journal.flush();
      expect([again.recoveredCalls, readdirSync(folder)]).toEqual([0, ['copy.jsonl']]);
      expect(await recordsOf(again)).toEqual(records);
      expect(await streamed()).toBe(events);
    });

    /** What a process of 400 calls left that had a long outage: one of its calls is open. */
    function writeLongOutage(): readonly string[] {
      const encoder = new FlatEncoder(MONDAY_10);
      const calls = Array.from({ length: 400 }, (_, n) => sampleCall(`c${n}`, { at: MONDAY_10 + n }));
      const cut = new CallScript('cut', { at: MONDAY_10 }).arrive();
      const lines = [cut, ...calls].map(({ events }, index) => {
        const flat: FlatEvents = [];
        for (const event of events) encoder.encode(event, flat);
        return batchLine({
          number: index + 1,
          now: MONDAY_10,
          epoch: MONDAY_10,
          events: JSON.stringify(flat),
        });
      });
      writeFileSync(file, headerLine('n1', MONDAY_10) + lines.join(''));
      return calls.map(({ callId }) => callId);
    }

    /** Calls in the order in which the stream was told that they ended. */
    async function endings({ events }: Store): Promise<readonly string[]> {
      const told = await events.read('demo', 0, 100_000);
      return told.flatMap((event) => (event.type === 'ended' ? [`${event.callId} ${event.cause}`] : []));
    }

    it('is stored while calls are served when it is much, and what they tell comes after it', async () => {
      const old = writeLongOutage().map((callId) => `${callId} normal`);
      const first = await open();
      const { waiting } = first.journal.stats;
      expect([waiting.away, waiting.bytes]).toEqual([
        true,
        statSync(join(folder, 'journal.left-1.jsonl')).size,
      ]);
      let last = 0;
      for (const event of sampleCall('new').events) last = first.journal.append(event);
      for (const event of new CallScript('open').arrive().events) last = first.journal.append(event);
      await first.journal.durable(last);
      expect(first.journal.stats.pendingEvents).toBe(0);
      // It is stopped, as a rule before all is stored, and started again.
      await first.close();
      const second = await open();
      for (const event of sampleCall('newer').events) second.journal.append(event);
      await second.journal.flush();
      expect([second.journal.stats.waiting.away, readdirSync(folder)]).toEqual([false, []]);
      expect(first.recoveredCalls + second.recoveredCalls).toBe(2);
      const ends = [...old, 'cut restart', 'new normal', 'open restart', 'newer normal'];
      expect(await endings(second)).toEqual(ends);
      expect(Number((await place.sql('select count(*) as n from cdr'))[0]!['n'])).toBe(ends.length);
      await second.close();
      await expectRebuilt(place.location);
    });

    it('is stored in its order as soon as the database can be written', async () => {
      const store = await open();
      const calls = await outage(store);
      await mendDatabase();
      await store.journal.flush();
      expect(store.journal.stats.waiting.away).toBe(false);
      const records = await recordsOf(store);
      expect(records.toReversed()).toEqual(calls.map(({ events }) => projectCdr(events)));
    });

    it('says that a record can be read only when it can', async () => {
      const store = await open();
      const tell = (id: string) => {
        let last = 0;
        for (const event of sampleCall(id).events) last = store.journal.append(event);
        return last;
      };
      const idsOf = async () => (await recordsOf(store)).map(({ callId }) => callId).toSorted();
      const first = tell('first');
      expect(store.journal.isStored(first)).toBe(false);
      await store.journal.durable(first);
      expect([store.journal.isStored(first), await idsOf()]).toEqual([true, ['first']]);
      await breakDatabase();
      const second = tell('second');
      await store.journal.durable(second);
      expect([store.journal.isStored(second), await idsOf()]).toEqual([false, ['first']]);
      await mendDatabase();
      await store.journal.flush();
      expect([store.journal.isStored(second), await idsOf()]).toEqual([true, ['first', 'second']]);
    });

    it('is told at the end where no file takes it, and imported once, before the next start or after it', async () => {
      const store = await open([join(folder, 'no-such-folder/journal.jsonl')]);
      await outage(store);
      expect(store.journal.takesCalls).toBe(false);
      await store.close();
      await mendDatabase();
      const log = join(folder, 'pbx400.log');
      writeFileSync(log, `{"level":50,"msg":"the disk is full"}\n${rest}\nstopped\n`);
      const importLog = async () => {
        const options = { nodeId: 'n1', logger: silentLogger, imports: log };
        const database = await openDatabase(place.location, options);
        await database.close();
        return database.imported!;
      };
      const first = await importLog();
      expect(first).toMatchObject({ stored: first.batches, broken: 0 });
      expect(first.batches).toBeGreaterThan(0);
      const next = await open();
      expect((await recordsOf(next)).map(({ callId, cause }) => [callId, cause])).toEqual([
        ['cut', 'restart'],
        ['whole', 'normal'],
        ['early', 'normal'],
      ]);
      const events = await streamed();
      await next.close();
      expect(await importLog()).toMatchObject({ batches: first.batches, stored: 0 });
      expect(await streamed()).toBe(events);
      await place.sql("delete from journal_mark where node_id <> 'n1'");
      await place.sql('delete from cdr');
      await place.sql('delete from event_batch');
      // A start in between changes nothing for the calls that began afterwards.
      expect(await importLog()).toMatchObject({ stored: first.batches });
      const last = await open();
      expect((await recordsOf(last)).map(({ callId }) => callId)).toEqual(['cut', 'whole']);
    });

    it('is refused where the file is another node’s, or holds none', async () => {
      const log = join(folder, 'pbx400.log');
      writeFileSync(log, '{"level":50,"msg":"nothing of ours"}\n');
      const importAs = (nodeId: string) =>
        openDatabase(place.location, { nodeId, logger: silentLogger, imports: log });
      await expect(importAs('n1')).rejects.toThrow('holds no call events of pbx400');
      const store = await open([]);
      await breakDatabase();
      await store.journal.durable(store.journal.append(new CallScript('c1').arrive().events[0]!));
      await store.close();
      await mendDatabase();
      writeFileSync(log, rest);
      await expect(importAs('n2')).rejects.toThrow('is of node n1, not of n2');
    });
  });
}
