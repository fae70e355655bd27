/** While the database cannot be written what happens waits in a file; the next start, or a command, stores it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openDatabase, openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
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
      expect([next.recoveredCalls, existsSync(file), rest]).toEqual([1, false, '']);
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
      expect([again.recoveredCalls, existsSync(file)]).toEqual([0, false]);
      expect(await recordsOf(again)).toEqual(records);
      expect(await streamed()).toBe(events);
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
