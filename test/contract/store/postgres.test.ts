/** PostgreSQL is another machine: it goes away and comes back, and not every database will do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openPostgresStore } from '../../../src/store/postgres/open-postgres-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { onDatabase, postgresDatabase, type TestDatabase } from '../../support/postgres.ts';
import { postgresMissing } from '../../support/postgres-cluster.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { until } from '../../support/until.ts';

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
