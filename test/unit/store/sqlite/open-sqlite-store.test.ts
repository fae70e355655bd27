import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/shared/clock.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { FlatEncoder, type FlatEvents } from '../../../../src/store/journal/flat-events.ts';
import { openRecords } from '../../../../src/store/open-store.ts';
import type { Tables } from '../../../../src/store/schema.ts';
import { openSqliteStore } from '../../../../src/store/sqlite/open-sqlite-store.ts';
import { SqliteClient } from '../../../../src/store/sqlite/sqlite-client.ts';
import { workerDialect } from '../../../../src/store/sqlite/worker-dialect.ts';
import { StoreError } from '../../../../src/store/store.ts';
import { MONDAY_10, sampleCall } from '../../../support/call-events.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-sqlite-'));
  file = join(dir, 'pbx.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => openSqliteStore({ file, clock: systemClock, logger: silentLogger });

describe('openSqliteStore', () => {
  it('refuses a file that is no database and a folder that is none', async () => {
    writeFileSync(file, 'this is not a database, it is a letter '.repeat(100));
    await expect(open()).rejects.toThrow(StoreError);
    const nowhere = { file: join(dir, 'no/such/folder.db'), clock: systemClock, logger: silentLogger };
    await expect(openSqliteStore(nowhere)).rejects.toThrow(/cannot be used/);
  });

  it('makes files that only the owner can read', async () => {
    const store = await open();
    for (const suffix of ['', '-wal', '-shm', '.lock'])
      expect(statSync(file + suffix).mode & 0o777, suffix).toBe(0o600);
    await store.close();
  });

  it('writes what is pending before it closes', async () => {
    const store = await open();
    for (const event of sampleCall('c1').events) store.journal.append(event);
    await store.close();
    const records = await openRecords({ engine: 'sqlite', file });
    expect((await records.cdrs.query({})).cdrs).toHaveLength(1);
    await records.close();
    await expect(store.cdrs.query({})).rejects.toThrow('closed');
  });
});

describe('a data folder of 0.1.0', () => {
  const FIXTURE = join(import.meta.dirname, '../../../fixtures/store/0.1.0.db');

  /** The tables that 0.1.0 made, empty. */
  function oldTables(): Database.Database {
    copyFileSync(FIXTURE, file);
    const db = new Database(file);
    for (const table of ['cdr', 'call_journal', 'journal_mark', 'account', 'binding'])
      db.exec(`delete from ${table}`);
    return db;
  }

  it('keeps its records, which say now who began the call and whose fault its end was', async () => {
    const db = oldTables();
    const insert =
      db.prepare(`insert into cdr (tenant_id, call_id, started_at, ended_at, direction, trunk, caller,
      called, cause, answered_ms, talk_ms, record) values ('demo', @callId, 1, 2, 'inbound', @trunk, @caller,
      '4001234567', @cause, 0, 0, json_object('callId', @callId, 'trunk', @trunk, 'caller', @caller,
      'called', '4001234567', 'cause', @cause))`);
    insert.run({ callId: 'c2', trunk: 'carrier', caller: '13800138000', cause: 'no-agent' });
    insert.run({ callId: 'c1', trunk: 'phone', caller: '8001', cause: 'normal' });
    db.close();
    const store = await open();
    for (const event of sampleCall('c3').events) store.journal.append(event);
    await store.journal.flush();
    const { cdrs } = await store.cdrs.query({});
    expect(cdrs.map(({ origin, fault }) => [origin, fault])).toEqual([
      [{ trunk: 'carrier' }, null],
      [{ trunk: 'carrier' }, 'company'],
      [{ extension: '8001' }, null],
    ]);
    expect(cdrs[1]).not.toHaveProperty('trunk');
    expect(cdrs[2]).toMatchObject({
      sent: { from: '8001', to: '4001234567', identity: null },
      diversions: [],
      hotline: null,
    });
    await store.close();
  });

  it('closes the calls that it left open', async () => {
    const db = oldTables();
    const fields = ['callId', 'tenantId', 'direction', 'caller', 'called', 'trunk', 'source', 'sipCallId'];
    const layout = { epoch: MONDAY_10, types: [['arrived', fields]] };
    const events = [
      0,
      1,
      0,
      'c1',
      'demo',
      'inbound',
      '8001',
      '4001234567',
      'phone',
      'udp:10.0.0.1:5060',
      's1',
    ];
    db.prepare('insert into call_journal (layout, events) values (?, ?)').run(
      JSON.stringify(layout),
      JSON.stringify(events),
    );
    db.close();
    const store = await open();
    expect(store.recoveredCalls).toBe(1);
    const [cdr] = (await store.cdrs.query({})).cdrs;
    expect(cdr).toMatchObject({ origin: { extension: '8001' }, cause: 'restart', fault: 'system' });
    expect(cdr!.segments).toMatchObject([{ kind: 'setup', owner: '8001' }]);
    await store.close();
  });
});

describe('the database thread', () => {
  it('keeps the journal out of a transaction that is rolled back', async () => {
    await (await open()).close();
    const client = await SqliteClient.open({ file, nodeId: 'n1' });
    const db = new Kysely<Tables>({ dialect: workerDialect(client) });
    const events: FlatEvents = [];
    const encoder = new FlatEncoder(0);
    for (const event of sampleCall('c1').events) encoder.encode(event, events);
    let written: Promise<unknown> | undefined;
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('journal_mark').values({ node_id: 'n7', alive_at: 1, batch: 0 }).execute();
      written = client.write({ number: 1, now: 0, epoch: 0, events: JSON.stringify(events) });
      await transaction.selectFrom('cdr').select('id').execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await written;
    expect(await db.selectFrom('cdr').select('call_id').execute()).toEqual([{ call_id: 'c1' }]);
    expect(
      await db.selectFrom('journal_mark').select('node_id').where('node_id', '=', 'n7').execute(),
    ).toEqual([]);
    await client.close();
  });

  it('answers a wrong statement with an error and goes on', async () => {
    await (await open()).close();
    const client = await SqliteClient.open({ file, nodeId: 'n1' });
    await expect(client.query('selekt 1', [])).rejects.toThrow(/syntax error.*SQLITE_ERROR/);
    await expect(client.query('select 1 as one', [])).resolves.toMatchObject({ rows: [{ one: 1 }] });
    await client.close();
    await client.close();
  });
});
