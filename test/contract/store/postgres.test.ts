/** PostgreSQL is another machine: it goes away and comes back, and not every database will do. */
import type { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallEvent } from '../../../src/call/call-events.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { FlatEncoder, type FlatEvents } from '../../../src/store/journal/flat-events.ts';
import { LockedConnection } from '../../../src/store/postgres/locked-connection.ts';
import { openPostgresStore } from '../../../src/store/postgres/open-postgres-store.ts';
import { PostgresJournal } from '../../../src/store/postgres/postgres-journal.ts';
import { sampleCall } from '../../support/call-events.ts';
import { onDatabase, postgresDatabase, type TestDatabase } from '../../support/postgres.ts';
import { postgresMissing } from '../../support/postgres-cluster.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { until } from '../../support/until.ts';

/** As when the network fails just after a commit. */
class LosesOneAnswer extends LockedConnection {
  #loses = true;

  override async transaction<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const result = await super.transaction(work);
    if (!this.#loses) return result;
    this.#loses = false;
    throw new Error('the answer was lost');
  }
}

describe.skipIf(postgresMissing)(
  titleOn('the store', { name: 'PostgreSQL', missing: postgresMissing }),
  () => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await postgresDatabase();
    });
    afterEach(() => database.drop());

    const open = (url: string) => openPostgresStore({ url, clock: systemClock, logger: silentLogger });
    const run = (statement: string) => onDatabase(database.url, (client) => client.query(statement));

    it('goes on after its connections were cut, and loses no record', async () => {
      const store = await open(database.url);
      const { events } = sampleCall('c1');
      for (const event of events.slice(0, 5)) store.journal.append(event);
      await store.journal.flush();
      await run(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
      for (const event of events.slice(5)) store.journal.append(event);
      await until('it is written again', () =>
        store.journal.flush().then(
          () => true,
          () => false,
        ),
      );
      expect((await store.cdrs.query({})).cdrs.map(({ callId, cause }) => [callId, cause])).toEqual([
        ['c1', 'normal'],
      ]);
      await store.close();
    });

    it('keeps what happens while it is away, and stores all of it when it is back', async () => {
      const store = await open(database.url);
      const name = new URL(database.url).pathname.slice(1);
      const admin = new URL(database.url);
      admin.pathname = '/postgres';
      const allow = (connections: boolean) =>
        onDatabase(admin.href, async (client) => {
          await client.query(`alter database ${name} allow_connections ${connections}`);
          if (connections) return;
          await client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
          );
        });
      await allow(false);
      const ids = Array.from({ length: 300 }, (_, index) => `c${String(index).padStart(3, '0')}`);
      for (const id of ids) for (const event of sampleCall(id).events) store.journal.append(event);
      await expect(store.journal.flush()).rejects.toThrow('the call journal cannot be written');
      expect(store.journal.stats.pendingEvents).toBe(ids.length * sampleCall('c').events.length);
      await expect(store.cdrs.query({})).rejects.toThrow(/not currently accepting connections|terminat/);
      await allow(true);
      await until('it is written', () =>
        store.journal.flush().then(
          () => true,
          () => false,
        ),
      );
      expect(store.journal.stats).toMatchObject({ pendingEvents: 0, strayEvents: 0 });
      const { cdrs } = await store.cdrs.query({ limit: 500 });
      expect(cdrs.map(({ callId }) => callId)).toEqual(ids.toReversed());
      await store.close();
    });

    it('stores a batch once whose commit was not answered', async () => {
      await (await open(database.url)).close();
      const connection = new LosesOneAnswer(database.url);
      const journal = new PostgresJournal(connection, 'n1');
      const encoder = new FlatEncoder(0);
      const flat = (events: readonly CallEvent[]) => {
        const list: FlatEvents = [];
        for (const event of events) encoder.encode(event, list);
        return list;
      };
      const [whole, cut] = [sampleCall('whole'), sampleCall('cut')];
      const batch = {
        number: 1,
        now: 1,
        epoch: 0,
        events: flat([...whole.events, ...cut.events.slice(0, 9)]),
      };
      await expect(journal.write(batch)).rejects.toThrow('the answer was lost');
      await journal.write(batch);
      expect((await run('select batch from call_journal')).rows).toEqual([{ batch: '1' }]);
      await connection.close();

      const store = await open(database.url);
      expect(store.recoveredCalls).toBe(1);
      const { cdrs } = await store.cdrs.query({});
      expect(cdrs.map(({ callId, cause }) => [callId, cause])).toEqual([
        ['whole', 'normal'],
        ['cut', 'restart'],
      ]);
      const steps = cut.events.slice(0, 9).filter(({ type }) => type === 'step');
      expect(cdrs[1]!.path).toHaveLength(steps.length);
      await store.close();
    });

    it('names the place and the reason when it cannot be used, and no password', async () => {
      const url = new URL(database.url);
      url.password = 'not-the-password';
      const refused = await open(url.href).catch((error: Error) => error.message);
      expect(refused).toContain(`postgres://pbx400@${url.host}${url.pathname} cannot be used`);
      expect(refused).toContain('password authentication failed');
      expect(refused).not.toContain('not-the-password');
      url.host = '127.0.0.1:1';
      const nobody = await open(url.href).catch((error: Error) => error.message);
      expect(nobody).toMatch(/cannot be used: .*ECONNREFUSED/);
    });

    it('refuses a database that cannot hold Chinese', async () => {
      const name = `${new URL(database.url).pathname.slice(1)}_ascii`;
      await run(`create database ${name} encoding 'SQL_ASCII' template template0`);
      try {
        await expect(open(`${database.url}_ascii`)).rejects.toThrow('createdb --encoding UTF8');
      } finally {
        await run(`drop database ${name} with (force)`);
      }
    });
  },
);
