/** The months of PostgreSQL's large tables: made when they are needed, and by the upgrade that brings them. */
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { POSTGRES_TYPES } from '../../../src/store/column-types.ts';
import { migrate, migrationsFor } from '../../../src/store/migrations.ts';
import type { Month } from '../../../src/store/month.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { postgresDialect } from '../../../src/store/postgres/postgres-dialect.ts';
import type { Tables } from '../../../src/store/schema.ts';
import type { Store } from '../../../src/store/store.ts';
import type { RemovedMonth } from '../../../src/store/store-months.ts';
import { CallScript } from '../../support/call-events.ts';
import { manyCalls } from '../../support/many-calls.ts';
import { rebuilt } from '../../support/rebuilt.ts';
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

  function db(): Kysely<Tables> {
    const { url } = place.location as { url: string };
    const opened = new Kysely<Tables>({ dialect: postgresDialect(url, { max: 1 }) });
    closes.push(() => opened.destroy());
    return opened;
  }

  async function call(store: Store, callId: string, at: number, tenantId = 'a'): Promise<void> {
    const script = new CallScript(callId, { tenantId, at }).arrive().end();
    for (const event of script.events) store.journal.append(event);
    await store.journal.flush();
  }

  async function makeEventMonths({ upkeep }: Store, ...times: number[]): Promise<void> {
    const rows = times.map((to_at) => ({ to_at }));
    await db()
      .transaction()
      .execute((transaction) => upkeep!.months!.makeFor(transaction, 'event_batch', rows));
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
    for (const table of ['cdr', 'call_target', 'call_ask', 'event_batch']) {
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
    const expected = Object.entries(places).map(([id, month]) => [id, `cdr_${month}`]);
    expect(await placesOf('cdr')).toEqual(Object.fromEntries(expected));
    const { cdrs } = await store.cdrs.query({ tenantId: 'a' });
    expect(cdrs.map(({ callId }) => callId)).toEqual(['wrong-clock', 'june', 'old', 'no-clock']);
    const paged: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await store.cdrs.query({
        tenantId: 'a',
        limit: 1,
        ...(before !== undefined && { before }),
      });
      paged.push(...page.cdrs.map(({ callId }) => callId));
      before = page.next;
      if (before === undefined) break;
    }
    expect(paged).toEqual(cdrs.map(({ callId }) => callId));
    expect(await store.events.read('a', 0, 100)).toHaveLength(await store.events.head('a'));
  });

  it('take in what was stored before they were made', async () => {
    const store = await open();
    await call(store, 'old', Date.UTC(2019, 4, 3));
    const where = () => place.sql('select tableoid::regclass::text as part from event_batch');
    expect(await where()).toEqual([{ part: 'event_batch_other' }]);
    const before = await store.events.read('a', 0, 100);
    await makeEventMonths(store, Date.UTC(2019, 4, 9));
    expect(await where()).toEqual([{ part: 'event_batch_2019_05' }]);
    expect(await store.events.read('a', 0, 100)).toEqual(before);
  });

  it('are made again when somebody has removed one meanwhile', async () => {
    const store = await open();
    const at = Date.UTC(2019, 4, 3);
    await call(store, 'gone', at);
    await place.sql('drop table cdr_2019_05, call_target_2019_05, call_ask_2019_05');
    await call(store, 'late', at + DAY_MS).catch(() => {});
    await expect.poll(() => placesOf('cdr'), { timeout: 10_000 }).toEqual({ late: 'cdr_2019_05' });
    expect(await partsOf('call_ask')).toContain('call_ask_2019_05');
  });

  describe('that are over', () => {
    const [MAY, JUNE, JULY] = [4, 5, 6].map((month) => Date.UTC(2019, month, 3)) as [number, number, number];

    async function missed(store: Store, callId: string, at: number): Promise<void> {
      const script = new CallScript(callId, { tenantId: 'a', at }).arrive();
      script.emit('routed', { hotline: '4001234567' }).emit('asked', { queue: 'sales', priority: 0 });
      for (const event of script.after(9000).end({ cause: 'cancelled' }).events) store.journal.append(event);
      await store.journal.flush();
    }

    /** Whose calls are kept. */
    const keeps =
      (...tenants: string[]) =>
      (tenantId: string) =>
        !tenants.includes(tenantId);

    const countsOf = (removed: readonly RemovedMonth[]) =>
      removed.map(({ month, counts }) => [month.name, Object.fromEntries(counts)]);

    it('go at once, but those of which a company keeps a call, or a hold does', async () => {
      const store = await open();
      const { months, holds } = store.upkeep!;
      await missed(store, 'may-missed', MAY);
      await call(store, 'may', MAY + DAY_MS);
      await call(store, 'may-b', MAY, 'b');
      await call(store, 'june', JUNE);
      await call(store, 'june-c', JUNE, 'c');
      await missed(store, 'july', JULY);
      await call(store, 'now', Date.now());
      const hold = {
        id: 'h',
        tenantId: 'a',
        reason: 'x',
        number: undefined,
        callId: 'july',
        at: 1,
        by: 'li',
      };
      await holds.add({ ...hold, from: undefined, to: JULY + DAY_MS });
      const head = await store.events.head('a');
      const missedOfMay = () => place.sql("select call_id from missed_call where call_id = 'may-missed'");
      expect(await missedOfMay()).toHaveLength(1);

      const removed = await months!.removeCalls(keeps('c'), Date.now());
      expect(countsOf(removed)).toEqual([['2019_05', { a: 2, b: 1 }]]);
      const parts = await partsOf('cdr');
      expect(parts.filter((part) => part.startsWith('cdr_2019'))).toEqual(['cdr_2019_06', 'cdr_2019_07']);
      expect(await partsOf('call_target')).not.toContain('call_target_2019_05');
      expect(await missedOfMay()).toEqual([]);
      const { cdrs } = await store.cdrs.query({ from: 0, to: Date.UTC(2020, 0, 1) });
      expect(cdrs.map(({ callId }) => callId).sort()).toEqual(['july', 'june', 'june-c']);
      const [from, to] = [Date.UTC(2019, 4, 1), Date.UTC(2019, 5, 1)];
      expect(await store.events.read('a', head, 9)).toMatchObject([{ type: 'monthRemoved', from, to }]);
      expect(await store.events.read('c', 0, 100)).toHaveLength(await store.events.head('c'));
      expect(await months!.removeCalls(keeps('c'), Date.now())).toEqual([]);

      // By its caller's number, and of whichever calls.
      await holds.remove('a', 'h');
      for (const each of [{ callId: undefined, number: '0755-23456789' }, { callId: undefined }]) {
        await holds.add({ ...hold, ...each, from: JULY - DAY_MS, to: undefined });
        expect(await months!.removeCalls(keeps('c'), Date.now())).toEqual([]);
        await holds.remove('a', 'h');
      }
      await holds.add({ ...hold, callId: undefined, number: '13900139000', from: undefined, to: undefined });
      await holds.add({ ...hold, id: 'h2', callId: undefined, from: undefined, to: JULY });
      expect(countsOf(await months!.removeCalls(keeps('c'), Date.now()))).toEqual([['2019_07', { a: 1 }]]);
      await holds.remove('a', 'h2');
      expect(countsOf(await months!.removeCalls(keeps(), Date.now()))).toEqual([['2019_06', { a: 1, c: 1 }]]);

      // No rebuild brings them back.
      await store.close();
      const { differences } = await rebuilt(place.location, false);
      expect(differences).toEqual([]);
      const left = await place.sql('select call_id from cdr union select call_id from missed_call');
      expect(left).toEqual([{ call_id: 'now' }]);
    });

    it('of events go too, and are counted', async () => {
      const store = await open();
      const { months } = store.upkeep!;
      await makeEventMonths(store, MAY, JUNE);
      await call(store, 'may', MAY);
      await call(store, 'june', JUNE);
      const all = await store.events.read('a', 0, 100);
      const may = all.filter(({ at }) => at < JUNE - DAY_MS);
      const isOver = (_: string, { name }: Month) => name === '2019_05';
      expect(countsOf(await months!.removeEvents(isOver, Date.now()))).toEqual([
        ['2019_05', { a: may.length }],
      ]);
      expect(await store.events.read('a', 0, 100)).toEqual(all.slice(may.length));
      expect(await store.events.head('a')).toBe(all.length);
      expect(await partsOf('event_batch')).not.toContain('event_batch_2019_05');
    });

    it('wait for a reader, who keeps no call from being stored', async () => {
      const store = await open();
      await call(store, 'may', MAY);
      const reader = new Client((place.location as { url: string }).url);
      await reader.connect();
      closes.push(() => reader.end());
      await reader.query('begin; select count(*) from cdr; select count(*) from call_target');
      let isOver = false;
      const removing = store.upkeep!.months!.removeCalls(keeps(), Date.now()).finally(() => {
        isOver = true;
      });
      for (const id of ['one', 'two', 'three']) await call(store, id, Date.now());
      expect(isOver).toBe(false);
      await reader.query('commit');
      expect(countsOf(await removing)).toEqual([['2019_05', { a: 1 }]]);
      expect(Object.keys(await placesOf('cdr')).sort()).toEqual(['one', 'three', 'two']);
    });
  });

  it('get the rows of an older version, all of them, with the same indexes as those of a new database', async () => {
    await place.remove();
    place = await POSTGRESQL.makeEmpty();
    const old = db();
    const provider = { getMigrations: async () => migrationsFor(POSTGRES_TYPES) };
    const { error } = await new Migrator({ db: old, provider }).migrateTo('2027-03-sip-call-ids');
    expect(error).toBeUndefined();
    // A year and a half, from the first of January 2026.
    await place.sql(manyCalls('postgres', { from: 1, to: 2000, stepMs: (540 * DAY_MS) / 2000 }));
    await place.sql(`update cdr set started_at = 5 where call_id = (select min(call_id) from cdr)`);
    await place.sql(`insert into event_batch (tenant_id, first_seq, events, node_id, from_at, to_at, layout, body)
      select tenant_id, row_number() over (partition by tenant_id order by id), 1, 'n1', ended_at, ended_at, 'x', '{}' from cdr`);
    await place.sql(`insert into call_target (started_at, call_id, no, tenant_id, target, outcome, ring_ms)
      select started_at, call_id, 0, tenant_id, '8001', 'answered', 1 from cdr`);
    const all = (table: string, columns: string) =>
      place.sql(
        `select md5(string_agg(${columns}, ',' order by ${columns})) as sum, count(*) as rows from ${table}`,
      );
    const columns = {
      cdr: "concat_ws('|', tenant_id, call_id, started_at, search, record::text)",
      call_target: "concat_ws('|', call_id, no, target)",
      event_batch: "concat_ws('|', tenant_id, first_seq, to_at, body::text)",
    };
    const sums = () => Promise.all(Object.entries(columns).map((each) => all(...each)));
    const before = await sums();
    expect(before[0]).toMatchObject([{ rows: '2000' }]);

    const told: [string, number, number][] = [];
    await migrate(old, POSTGRES_TYPES, { onProgress: (...progress) => told.push(progress) });
    expect(await sums()).toEqual(before);
    expect(told.filter(([table]) => table === 'cdr').length).toBe(19);
    expect(told.filter(([, rows, total]) => rows === total).map(([table]) => table)).toEqual([
      'event_batch',
      'cdr',
      'call_target',
    ]);
    const [{ part } = {}] = await place.sql(
      `select tableoid::regclass::text as part from cdr where started_at = 5`,
    );
    expect(part).toBe('cdr_before_2000');

    const fresh = await POSTGRESQL.makeEmpty();
    closes.push(async () => fresh.remove());
    await (
      await openStore(fresh.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger })
    ).close();
    const indexes = `select tablename, indexname, indexdef from pg_indexes where tablename in
      ('cdr', 'call_target', 'call_ask', 'event_batch') order by 1, 2`;
    const made = await place.sql(indexes);
    expect(made.length).toBeGreaterThan(12);
    expect(await fresh.sql(indexes)).toEqual(made);
    const twice = place.sql('insert into cdr select * from cdr where started_at > 9 limit 1');
    await expect(twice).rejects.toThrow('duplicate key');
  });
});
