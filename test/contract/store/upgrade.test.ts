/** `0.1.0.db` was written by the code of 0.1.0 and ended by SIGKILL: 4 records, 3 open calls, 2 accounts, 2 registrations. */
import { copyFileSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { copyStore } from '../../../src/store/copy-store.ts';
import { openDatabase, openRecords, openStore } from '../../../src/store/open-store.ts';
import { PROJECTED_TABLES } from '../../../src/store/project-batch.ts';
import type { Store, StoreLocation } from '../../../src/store/store.ts';
import { MONDAY_10 } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/store/0.1.0.db');

let folder: string;
let old: StoreLocation & { engine: 'sqlite' };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-upgrade-'));
  old = { engine: 'sqlite', file: join(folder, 'pbx400.db') };
  copyFileSync(FIXTURE, old.file);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (location: StoreLocation) =>
  openStore(location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

/** All rows by table, and how the tables were made. */
function tablesOf(file: string): Record<string, unknown[]> {
  copyFileSync(file, join(folder, 'read.db'));
  const db = new Database(join(folder, 'read.db'));
  try {
    const made = db.prepare('select name, sql from sqlite_master order by name').all() as { name: string }[];
    const tables = db
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[];
    return {
      made,
      ...Object.fromEntries(tables.map((name) => [name, db.prepare(`select * from ${name}`).all()])),
    };
  } finally {
    db.close();
    rmSync(join(folder, 'read.db'));
  }
}

/** Everything that 0.1.0 had stored, as this version gives it. */
async function expectAll(store: Store): Promise<void> {
  const { cdrs } = await store.cdrs.query({});
  expect(
    cdrs.map(({ callId, tenantId, cause, fault, origin }) => [callId, tenantId, cause, fault, origin]),
  ).toEqual([
    ['open-phone', 'other', 'restart', 'system', { extension: '8002' }],
    ['open-talking', 'demo', 'restart', 'system', { trunk: 'carrier' }],
    ['open-ringing', 'demo', 'restart', 'system', { trunk: 'carrier' }],
    ['lost', 'demo', 'no-agent', 'company', { trunk: 'carrier' }],
    ['blocked', 'other', 'blacklisted', 'caller', { trunk: 'carrier' }],
    ['phone', 'demo', 'normal', null, { extension: '8001' }],
    ['sample', 'demo', 'normal', null, { trunk: 'carrier' }],
  ]);
  expect(cdrs.at(-1)).toMatchObject({
    startedAt: MONDAY_10,
    area: '广东深圳',
    agent: '8002',
    surveyDigit: '1',
    talkMs: 60_000,
    sent: { from: '075523456789', to: '4001234567', identity: null },
    recordings: [{ file: 'recordings/a.wav', bytes: 1_920_044, durationMs: 60_000 }],
    outcome: null,
    barred: null,
    asks: [],
    targets: [
      { target: '8001', ringMs: 15_000, outcome: 'no-answer', kind: null, startMs: null, talkMs: null },
      { target: '8002', ringMs: 2_500, outcome: 'answered', by: null, endedBy: null },
    ],
  });
  expect(cdrs.at(-1)!.segments[3]).toMatchObject({ kind: 'talk', owner: '8002', queue: null });
  expect(cdrs.at(-1)!.path).toHaveLength(3);
  expect(cdrs[4]!.path).toMatchObject([{ step: 'block', why: '黑名单 “骚扰”' }]);
  expect(await store.accounts.all()).toHaveLength(2);
  const bindings = await store.bindings.all();
  expect(bindings.map(({ key, path, userAgent, expiresAt }) => [key, path, userAgent, expiresAt])).toEqual([
    ['k1', ['<sip:edge.example.com;lr>'], 'Yealink T46U', MONDAY_10 + 3_600_000],
    ['k2', [], undefined, MONDAY_10 + 3_600_000],
  ]);
  expect(await store.entities.isUntouched()).toBe(true);
}

describe('a database of 0.1.0', () => {
  it('is carried over with all its rows, and closes the calls that were open', async () => {
    const store = await open(old);
    expect(store.recoveredCalls).toBe(3);
    await expectAll(store);
    await store.close();
    const again = await open(old);
    expect(again.recoveredCalls).toBe(0);
    await expectAll(again);
    await again.close();
  });

  it('gives each record to the stream of its company as one event', async () => {
    const store = await open(old);
    const { cdrs } = await store.cdrs.query({ tenantId: 'demo' });
    const events = await store.events.read('demo', 0, 100);
    expect(events).toHaveLength(5);
    for (const [index, event] of events.entries()) {
      const { callId } = event as { callId: string };
      const record = cdrs.find((cdr) => cdr.callId === callId)!;
      expect(event).toEqual({
        type: 'imported',
        tenantId: 'demo',
        seq: index + 1,
        at: record.endedAt,
        callId,
        record,
      });
    }
    expect(new Set(events.map((event) => (event as { callId: string }).callId)).size).toBe(5);
    await store.close();
  });

  it('is copied before it is changed: the old version finds its tables as it left them', async () => {
    await (await open(old)).close();
    const [copy] = readdirSync(folder).filter((name) => name.includes('.before-'));
    expect(copy).toBe('pbx400.db.before-2026-12-nodes');
    expect(statSync(join(folder, copy!)).mode & 0o777).toBe(0o600);
    const [before, shipped] = [join(folder, copy!), FIXTURE].map(tablesOf);
    expect(before).toEqual(shipped);
    expect(before!.cdr).toHaveLength(4);
    // One step back, as scripts/deploy/README.md has it; then the same way forward again.
    for (const end of ['', '-wal', '-shm']) rmSync(`${old.file}${end}`, { force: true });
    renameSync(join(folder, copy!), old.file);
    const store = await open(old);
    await expectAll(store);
    await store.close();
  });

  it('can be read before it is carried over', async () => {
    const records = await openRecords(old);
    const { records: texts } = await records.cdrs.queryText({}, Scope.all);
    expect(texts).toHaveLength(4);
    expect(await records.entities.isUntouched()).toBe(true);
    await records.close();
  });
});

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('copying a store', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());

    async function copy(from: StoreLocation, to: StoreLocation, force = false) {
      const source = await openDatabase(from);
      const target = await openDatabase(to).catch(async (error: unknown) => {
        await source.close();
        throw error;
      });
      try {
        return await copyStore(source, target, { force, onProgress: () => {} });
      } finally {
        await target.close();
        await source.close();
      }
    }

    it('takes a database of 0.1.0 there and back', async () => {
      const tables = await copy(old, place.location);
      const made = new Set<string>(PROJECTED_TABLES.map(({ name }) => name));
      const told = tables.filter(({ table }) => !made.has(table));
      expect(told.map(({ table, rows }) => [table, rows])).toEqual([
        ['account', 2],
        ['binding', 2],
        ['entity', 0],
        ['entity_history', 0],
        ['hotline_version', 0],
        ['switch_state', 0],
        ['phone_setting', 0],
        ['outside_use', 0],
        ['callback', 0],
        ['caller_memory', 0],
        ['agent_standing', 0],
        ['hold', 0],
        ['user_account', 0],
        ['user_session', 0],
        ['company_role', 0],
        ['api_key', 0],
        ['webhook', 0],
        ['webhook_delivery', 0],
        ['webhook_claim', 0],
        ['job', 0],
        ['kept_answer', 0],
        ['bulk_change', 0],
        ['recording_share', 0],
        ['call_draft', 0],
        ['agent_task', 0],
        ['wallboard_link', 0],
        ['saved_view', 0],
        ['first_view', 0],
        ['list_number', 0],
        ['list_emptied', 0],
        ['list_import', 0],
        ['list_number_before', 0],
        ['audit', 0],
        ['journal_mark', 1],
        ['shared_revision', 0],
        ['cdr', 7],
        ['event_layout', 2],
        ['event_batch', 6],
        ['event_head', 2],
        ['call_note', 0],
        ['missed_call_work', 0],
      ]);
      const there = await open(place.location);
      await expectAll(there);
      const put = [
        { id: '1', tenantId: 'demo', kind: 'queue', name: 'sales', revision: 1, body: '{"ringMs":1}' },
      ];
      for (const at of [1, 2]) await there.entities.change({ put, removed: [], at, by: 'li' });
      await there.switches.replace([{ tenant: 'demo', name: 'night', untilMs: undefined }]);
      await there.audit.append({ tenantId: 'demo', at: 1, action: 'backup', by: 'li', details: { rows: 7 } });
      await there.close();

      const back: StoreLocation = { engine: 'sqlite', file: join(folder, 'back.db') };
      const again = await copy(place.location, back);
      expect(again.filter(({ table }) => !made.has(table)).map(({ rows }) => rows)).toEqual([
        2, 2, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
        2, 7, 2, 8, 2, 0, 0,
      ]);
      expect(again.filter(({ table }) => made.has(table))).toEqual(
        tables.filter(({ table }) => made.has(table)),
      );
      const store = await open(back);
      expect(await store.entities.all()).toEqual(put);
      expect((await store.entities.history('1')).map(({ at }) => at)).toEqual([1, 2]);
      expect(await store.switches.all()).toHaveLength(1);
      expect(await store.audit.newest(2, Scope.all)).toMatchObject([
        { tenantId: 'demo', details: { rows: 7 } },
      ]);
      expect((await store.cdrs.query({})).cdrs).toHaveLength(7);
      await store.close();
    });

    it('leaves a target alone that is not empty, unless it is to be replaced', async () => {
      const before = await open(place.location);
      await before.accounts.save([{ tenantId: 'x', username: '1', realm: 'r', md5: 'm', sha256: 's' }]);
      await before.audit.append({ tenantId: 'x', at: 1, action: 'backup', by: 'li', details: {} });
      await before.close();
      await expect(copy(old, place.location)).rejects.toThrow(
        'the target is not empty: account has 1 rows; --force replaces all that it holds',
      );
      expect(await place.sql('select username from account')).toEqual([{ username: '1' }]);
      await copy(old, place.location, true);
      expect(await place.sql('select * from audit')).toEqual([]);
      expect(await place.sql('select username from account order by username')).toEqual([
        { username: '8001' },
        { username: '8002' },
      ]);
    });

    it('pages through more rows than one statement takes', async () => {
      const source = await open(old);
      const accounts = Array.from({ length: 1201 }, (_, index) => {
        return { tenantId: 'x', username: `${index}`, realm: 'r', md5: '\u0000', sha256: 's' };
      });
      await source.accounts.save(accounts);
      await source.close();
      const [first] = await copy(old, place.location);
      expect(first).toMatchObject({ table: 'account', rows: 1203 });
      expect(await place.sql('select count(distinct username) as n from account')).toEqual([
        { n: engine.name === 'SQLite' ? 1203 : '1203' },
      ]);
    });
  });
}
