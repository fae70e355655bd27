/** No question that people ask reads the whole table: the plans of both databases, among 100,000 records. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CDR_SORTS, type CdrFilter, type CdrQuery } from '../../../src/cdr/cdr-query.ts';
import { GRAMS } from '../../../src/store/cdr-grams.ts';
import { pageOf, totalsIn } from '../../../src/store/cdr-repository.ts';
import { openDatabase } from '../../../src/store/open-store.ts';
import type { OpenDatabase } from '../../../src/store/store-on.ts';
import { FIRST_AT, makeRoom, manyCalls } from '../../support/many-calls.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, POSTGRESQL, type StorePlace } from '../../support/store-engines.ts';

const CALLS = 100_000;
/** So that the last 31 days are a tenth of all. */
const STEP_MS = (310 * 86_400_000) / CALLS;
const LAST_AT = FIRST_AT + CALLS * STEP_MS;
const MONTH = { tenantId: 't3', from: LAST_AT - 31 * 86_400_000, to: LAST_AT };

/** Each with the index that answers it on SQLite, whose plans are always the same. */
const FILTERS: readonly (readonly [CdrFilter, string])[] = [
  [{}, 'cdr_list'],
  [{ agent: '8007' }, 'cdr_by_agent'],
  [{ queue: 'queue3' }, 'cdr_by_queue'],
  [{ hotline: '4000000001' }, 'cdr_by_hotline'],
  [{ area: 'area17' }, 'cdr_by_area'],
  [{ trunk: 'carrier' }, 'cdr_by_trunk'],
  [{ outcome: 'abandoned' }, 'cdr_by_outcome'],
  [{ cause: 'busy' }, 'cdr_by_cause'],
  [{ cause: 'normal', agent: '8007' }, 'cdr_by_agent'],
  [{ caller: '13800138000' }, 'cdr_by_caller'],
  [{ direction: 'inbound' }, 'cdr_list'],
  [{ direction: 'internal' }, 'cdr_by_direction'],
  [{ minTalkMs: 290_000 }, 'cdr_list'],
  [{ minTalkMs: 10_800_000 }, 'cdr_by_long_talk'],
  [{ maxScore: 1 }, 'cdr_by_score'],
  [{ maxScore: 1, queue: 'queue3' }, 'cdr_by_queue'],
  [{ recorded: true }, 'cdr_list'],
  [{ disposition: 'complaint' }, 'cdr_by_disposition'],
  [{ noted: true }, 'cdr_by_noted'],
  [{ flagged: true }, 'cdr_by_flagged'],
  [{ search: 'callIdOf22Characters07' }, 'cdr_by_call_id'],
  [{ search: 'callIdOf' }, 'cdr_by_call_id'],
  [{ search: 'a84b4c76e66710@pc33.atlanta.com' }, 'cdr_by_sip_call_id'],
];

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('plans', engine), () => {
    let place: StorePlace;
    let database: OpenDatabase;
    beforeAll(async () => {
      place = await engine.make();
      database = await openDatabase(place.location);
      const range = { from: 1, to: CALLS, stepMs: STEP_MS };
      if (place.location.engine === 'postgres') await makeRoom(place.location.url, range);
      await place.sql(manyCalls(place.location.engine, range));
      if (place.location.engine === 'postgres') await place.sql('vacuum analyze cdr');
    }, 240_000);
    afterAll(async () => {
      await database.close();
      await place.remove();
    });

    async function planOf(query: Parameters<typeof explain>[0]): Promise<string> {
      const { rows } = await explain(query).execute(database.db);
      const plan = rows.map((row) => row['detail'] ?? row['QUERY PLAN']).join('\n');
      // A scan without an index, whichever database says it.
      expect(plan).not.toMatch(/Seq Scan on cdr_2026_(0\d|10)|SCAN (main\.)?cdr\b(?! USING)/);
      return plan;
    }

    const explain = (query: ReturnType<typeof pageOf> | ReturnType<typeof totalsIn>) =>
      place.location.engine === 'sqlite'
        ? sql<Record<string, string>>`explain query plan ${query}`
        : sql<Record<string, string>>`explain ${query}`;
    const page = async (query: CdrQuery) => {
      const from = await GRAMS[place.location.engine].source(database.db, query.search);
      return pageOf(query, from, undefined, 51);
    };

    it('finds the newest by whatever they are filtered, in the order of an index', async () => {
      for (const [filter, index] of FILTERS) {
        const plan = await planOf(await page({ ...filter, tenantId: 't3' }));
        if (place.location.engine === 'postgres') continue;
        expect(plan, JSON.stringify(filter)).toContain(index);
        // Within a millisecond calls may be sorted, all of them may not: of one caller, and of one id, there are few.
        const few = filter.caller !== undefined || filter.search !== undefined;
        if (!few) expect(plan.split('SCAN page')[0]).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/);
      }
    });

    it('sorts and sums up a month from what the list holds, without its records', async () => {
      for (const sort of CDR_SORTS) {
        const plan = await planOf(await page({ ...MONTH, sort }));
        if (place.location.engine === 'sqlite') expect(plan, sort).toMatch(/USING COVERING INDEX cdr_list/);
      }
      const plan = await planOf(totalsIn(MONTH, sql`cdr`));
      if (place.location.engine === 'postgres') expect(plan).not.toMatch(/cdr_2026_0\d/);
      expect(plan).toMatch(
        /USING COVERING INDEX cdr_list|Index Only Scan using cdr_2026_11_tenant_id_started_at/,
      );
    });

    it('finds a part of a number by its grams', async () => {
      const plan = await planOf(await page({ tenantId: 't3', search: '13912' }));
      expect(plan).toMatch(/cdr_gram VIRTUAL TABLE|Bitmap Index Scan on cdr_2026_10_string_to_array/);
    });

    if (engine === POSTGRESQL)
      it('reads no month but those that the newest are in', async () => {
        for (const filter of [{}, { agent: '8007' }, { caller: '13800138000' }]) {
          const plan = await planOf(await page({ ...filter, tenantId: 't3', from: MONTH.from }));
          expect(plan, JSON.stringify(filter)).not.toMatch(/cdr_2026_0\d/);
        }
        // Those of the months before are in the plan, in the order of time, and are not come to.
        const run = sql<
          Record<string, string>
        >`explain (analyze, costs off, timing off) ${await page({ tenantId: 't3' })}`;
        const lines = (await run.execute(database.db)).rows.map((row) => row['QUERY PLAN']!);
        const older = lines.filter((line) => / on cdr_2026_0\d/.test(line));
        expect(older.length).toBeGreaterThan(8);
        expect(older.filter((line) => !line.includes('(never executed)'))).toEqual([]);
      });
  });
}
