/** A read that lasts holds up neither calls nor what is written of them, and ends with a word on what to do. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { openDatabase } from '../../../src/store/open-store.ts';
import { SlowReadError, type Store } from '../../../src/store/store.ts';
import { type OpenDatabase, storeOn } from '../../../src/store/store-on.ts';
import { sampleCall } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

/** Among so many there is one, the 60th, at which a reader of SQLite looks at the clock (`reader-worker.ts`). */
const EARLY = 100;
/** These records, eleven times joined with themselves: it would last for hours. */
const ENDLESS = sql`select count(*) from ${sql.join(
  Array.from({ length: 11 }, (_, index) => sql`cdr as ${sql.ref(`c${index}`)}`),
)}`;

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('a long read', engine), () => {
    let place: StorePlace;
    let database: OpenDatabase;
    let store: Store;
    beforeEach(async () => {
      place = await engine.make();
      database = await openDatabase(place.location, { nodeId: 'n1', readMs: 1500 });
      store = storeOn(database, { clock: systemClock, logger: silentLogger });
      await play(EARLY, 'early');
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    async function play(calls: number, prefix: string): Promise<void> {
      for (let call = 0; call < calls; call++) {
        for (const event of sampleCall(`${prefix}${call}`).events) store.journal.append(event);
      }
      await store.journal.flush();
    }

    /** Reads until it is given up; counts batches that were begun meanwhile. A second one is only begun when the first has not waited for the reads. */
    async function flushesDuring(reads: number): Promise<number> {
      let flushes = 0;
      let reading = true;
      const failures = Array.from({ length: reads }, () =>
        ENDLESS.execute(database.longReads).catch((error: unknown) => error),
      );
      const all = Promise.all(failures).finally(() => {
        reading = false;
      });
      while (reading) await play(1, `during${flushes++}-`);
      for (const failure of await all) {
        expect(failure).toBeInstanceOf(SlowReadError);
        expect(failure).toMatchObject({
          code: 'deadline',
          message: expect.stringContaining('after 1.5 s: ask for'),
        });
      }
      return flushes;
    }

    it('is given up in time, and batches are written while it lasts', async () => {
      expect(await flushesDuring(1)).toBeGreaterThan(1);
      expect(
        (await store.cdrs.totals({ search: 'early' }, Scope.all)).calls,
        'other reads are answered',
      ).toBe(EARLY);
    });

    it('waits for no longer than it may last when others have taken all places', async () => {
      expect(await flushesDuring(7)).toBeGreaterThan(1);
      expect((await store.cdrs.totals({}, Scope.all)).calls).toBeGreaterThan(EARLY);
    });
  });
}
