/** The months of PostgreSQL's large tables: made when they are needed, and by the upgrade that brings them. */
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { POSTGRES_TYPES } from '../../../src/store/column-types.ts';
import { migrate, migrationsFor } from '../../../src/store/migrations.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { postgresDialect } from '../../../src/store/postgres/postgres-dialect.ts';
import { StoredMonths } from '../../../src/store/postgres/stored-months.ts';
import type { Tables } from '../../../src/store/schema.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript } from '../../support/call-events.ts';
import { manyCalls } from '../../support/many-calls.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { POSTGRESQL, type StorePlace } from '../../support/store-engines.ts';

const DAY_MS = 86_400_000;

describe.skipIf(POSTGRESQL.missing)(titleOn('months', POSTGRESQL), () => {
  let place: StorePlace;
  const closes: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    place = await POSTGRESQL.make();
  });
  afterEach(async () => {
    for (const close of closes.splice(0)) await close();
    await place.remove();
  });

  async function open(): Promise<Store> {
    const store = await openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });
    closes.push(() => store.close());
    return store;
  }

  async function call(store: Store, callId: string, at: number): Promise<void> {
    const script = new CallScript(callId, { tenantId: 'a', at }).arrive().end();
    for (const event of script.events) store.journal.append(event);
    await store.journal.flush();
  }

  async function partsOf(table: string): Promise<readonly string[]> {
    const rows = await place.sql(
      `select relid::text as part from pg_partition_tree('${table}') where isleaf order by 1`,
    );
    return rows.map(({ part }) => String(part));
  }

  /** By the partition that holds it. */
  async function placesOf(table: string): Promise<Record<string, string>> {
    const rows = await place.sql(`select call_id, tableoid::regclass::text as part from ${table}`);
    return Object.fromEntries(rows.map(({ call_id, part }) => [call_id, part]));
  }

  it('are there for this month and the next one, and made for calls of others', async () => {
    const store = await open();
    const [{ now } = {}] = await place.sql(
      `select array[to_char(now() at time zone 'utc', 'YYYY_MM'), to_char(date_trunc('month', now() at time zone 'utc') + interval '1 month', 'YYYY_MM')] as now`,
    );
    for (const table of ['cdr', 'call_segment', 'call_target', 'call_ask', 'event_batch']) {
      const parts = await partsOf(table);
      expect(parts).toEqual(expect.arrayContaining((now as string[]).map((name) => `${table}_${name}`)));
    }
    await call(store, 'old', Date.UTC(2019, 4, 31, 23, 59, 59, 999));
    await call(store, 'june', Date.UTC(2019, 5, 1));
    await call(store, 'no-clock', 1);
    await call(store, 'wrong-clock', Date.UTC(2500, 0, 1));
    const places = {
      old: '2019_05',
      june: '2019_06',
      'no-clock': 'before_2000',
      'wrong-clock': 'after_2099',
    };
    for (const table of ['cdr', 'call_segment']) {
      const expected = Object.entries(places).map(([id, month]) => [id, `${table}_${month}`]);
      expect(await placesOf(table)).toEqual(Object.fromEntries(expected));
    }
    const { cdrs } = await store.cdrs.query({ tenantId: 'a' });
    expect(cdrs.map(({ callId }) => callId)).toEqual(['wrong-clock', 'june', 'old', 'no-clock']);
    expect(await store.events.read('a', 0, 100)).toHaveLength(await store.events.head('a'));
  });

  it('take in what was stored before they were made', async () => {
    const store = await open();
    await call(store, 'old', Date.UTC(2019, 4, 3));
    const where = () => place.sql('select tableoid::regclass::text as part from event_batch');
    expect(await where()).toEqual([{ part: 'event_batch_other' }]);
    const before = await store.events.read('a', 0, 100);
    const db = new Kysely<Tables>({
      dialect: postgresDialect((place.location as { url: string }).url, { max: 1 }),
    });
    closes.push(() => db.destroy());
    await db.transaction().execute((transaction) => {
      return new StoredMonths(db).makeFor(transaction, 'event_batch', [{ to_at: Date.UTC(2019, 4, 9) }]);
    });
    expect(await where()).toEqual([{ part: 'event_batch_2019_05' }]);
    expect(await store.events.read('a', 0, 100)).toEqual(before);
  });

  it('are made again when somebody has removed one meanwhile', async () => {
    const store = await open();
    const at = Date.UTC(2019, 4, 3);
    await call(store, 'gone', at);
    await place.sql('drop table cdr_2019_05, call_segment_2019_05, call_target_2019_05, call_ask_2019_05');
    await call(store, 'late', at + DAY_MS).catch(() => {});
    await expect.poll(() => placesOf('cdr'), { timeout: 10_000 }).toEqual({ late: 'cdr_2019_05' });
    expect(await placesOf('call_segment')).toEqual({ late: 'call_segment_2019_05' });
  });

  it('get the rows of an older version, all of them, with the same indexes as those of a new database', async () => {
    const { url } = place.location as { url: string };
    const db = new Kysely<Tables>({ dialect: postgresDialect(url, { max: 1 }) });
    closes.push(() => db.destroy());
    const provider = { getMigrations: async () => migrationsFor(POSTGRES_TYPES) };
    const { error } = await new Migrator({ db, provider }).migrateTo('2027-02-settings-of-nodes');
    expect(error).toBeUndefined();
    // A year and a half, from the first of January 2026.
    await place.sql(manyCalls('postgres', { from: 1, to: 2000, stepMs: (540 * DAY_MS) / 2000 }));
    await place.sql(`update cdr set started_at = 5 where call_id = (select min(call_id) from cdr)`);
    await place.sql(`insert into event_batch (tenant_id, first_seq, events, node_id, from_at, to_at, layout, body)
      select tenant_id, row_number() over (partition by tenant_id order by id), 1, 'n1', ended_at, ended_at, 'x', '{}' from cdr`);
    await place.sql(`insert into call_segment (started_at, call_id, no, tenant_id, kind, owner, start_ms, ms)
      select started_at, call_id, 0, tenant_id, 'talk', 'x', 0, 1 from cdr`);
    const all = (table: string, columns: string) =>
      place.sql(
        `select md5(string_agg(${columns}, ',' order by ${columns})) as sum, count(*) as rows from ${table}`,
      );
    const columns = {
      cdr: "concat_ws('|', tenant_id, call_id, started_at, search, record::text)",
      call_segment: "concat_ws('|', call_id, no, owner)",
      event_batch: "concat_ws('|', tenant_id, first_seq, to_at, body::text)",
    };
    const sums = () => Promise.all(Object.entries(columns).map((each) => all(...each)));
    const before = await sums();
    expect(before[0]).toMatchObject([{ rows: '2000' }]);

    const told: [string, number, number][] = [];
    await migrate(db, POSTGRES_TYPES, { onProgress: (...progress) => told.push(progress) });
    expect(await sums()).toEqual(before);
    expect(told.filter(([table]) => table === 'cdr').length).toBe(19);
    expect(told.filter(([, rows, total]) => rows === total).map(([table]) => table)).toEqual([
      'event_batch',
      'cdr',
      'call_segment',
    ]);
    const [{ part } = {}] = await place.sql(
      `select tableoid::regclass::text as part from cdr where started_at = 5`,
    );
    expect(part).toBe('cdr_before_2000');

    const fresh = await POSTGRESQL.make();
    closes.push(async () => fresh.remove());
    await (
      await openStore(fresh.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger })
    ).close();
    const indexes = `select tablename, indexname, indexdef from pg_indexes where tablename in
      ('cdr', 'call_segment', 'call_target', 'call_ask', 'event_batch') order by 1, 2`;
    const made = await place.sql(indexes);
    expect(made.length).toBeGreaterThan(12);
    expect(await fresh.sql(indexes)).toEqual(made);
    const twice = place.sql('insert into cdr select * from cdr where started_at > 9 limit 1');
    await expect(twice).rejects.toThrow('duplicate key');
  });
});
