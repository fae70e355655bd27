/** Before an upgrade changes the tables of a PostgreSQL, the database is copied: the version before can be started on the copy. */
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { POSTGRES_TYPES } from '../../../src/store/column-types.ts';
import { migrationsFor } from '../../../src/store/migrations.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { postgresDialect } from '../../../src/store/postgres/postgres-dialect.ts';
import type { Tables } from '../../../src/store/schema.ts';
import { DatabaseAwayError } from '../../../src/store/store.ts';
import { manyCalls } from '../../support/many-calls.ts';
import { onDatabase, postgresDatabase, type TestDatabase } from '../../support/postgres.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { POSTGRESQL } from '../../support/store-engines.ts';

const BEFORE = '2027-03-sip-call-ids';
const CHANGE = '2027-04-caller-memory';
const CALLS = 50;

describe.skipIf(POSTGRESQL.missing)(titleOn('one step back', POSTGRESQL), () => {
  let database: TestDatabase;
  let name: string;
  let told: string[];
  beforeEach(async () => {
    database = await postgresDatabase();
    name = new URL(database.url).pathname.slice(1);
    told = [];
  });
  afterEach(async () => {
    await database.drop();
    for (const copy of await copies()) await admin(`drop database "${copy}" with (force)`);
    await admin(`drop role if exists owner_of_${name}`);
  });

  const beside = (other: string, url = database.url) =>
    Object.assign(new URL(url), { pathname: `/${other}` }).href;
  const rowsOf = (url: string, statement: string) =>
    onDatabase(url, async (client) => (await client.query(statement)).rows as Record<string, string>[]);
  const admin = (statement: string) => rowsOf(beside('postgres'), statement);
  const copies = async () =>
    (await admin(`select datname from pg_database where datname like '${name}\\_before%'`)).map(
      (row) => row['datname']!,
    );

  /** As the version before left it. */
  async function makeOld(url = database.url): Promise<void> {
    const db = new Kysely<Tables>({ dialect: postgresDialect(url, { max: 1 }) });
    const provider = { getMigrations: async () => migrationsFor(POSTGRES_TYPES) };
    const { error } = await new Migrator({ db, provider }).migrateTo(BEFORE);
    expect(error).toBeUndefined();
    await db.destroy();
    await rowsOf(url, manyCalls('postgres', { from: 1, to: CALLS, stepMs: 86_400_000 }));
  }

  async function open(url = database.url) {
    const note = (_fields: unknown, message: string) => told.push(message);
    const logger = { ...silentLogger, warn: note } as unknown as typeof silentLogger;
    return await openStore({ engine: 'postgres', url }, { nodeId: 'n1', clock: systemClock, logger });
  }

  const shapeOf = async (url: string) => {
    const applied = await rowsOf(url, 'select max(name) as last from kysely_migration');
    const [kind] = await rowsOf(url, `select relkind from pg_class where relname = 'cdr'`);
    const [calls] = await rowsOf(
      url,
      `select md5(string_agg(cdr::text, ',' order by id)) as sum, count(*) as calls from cdr`,
    );
    return [applied[0]!['last'], kind!['relkind'], calls!['sum'], calls!['calls']];
  };

  it('is a copy of all tables as they were, made once, and the same way forward again', async () => {
    await makeOld();
    const old = await shapeOf(database.url);
    expect(old).toMatchObject([BEFORE, 'r', expect.any(String), String(CALLS)]);
    await (await open()).close();
    const copy = `${name}_before_${CHANGE}`;
    expect(await copies()).toEqual([copy]);
    expect(await shapeOf(beside(copy))).toEqual(old);
    await (await open()).close();
    expect(told).toEqual(['the database was copied before its tables are changed: the way back']);
    // As scripts/deploy/README.md has it.
    await admin(`alter database ${name} rename to "${name}_before_step_back"`);
    await admin(`alter database "${copy}" rename to ${name}`);
    expect(await shapeOf(database.url)).toEqual(old);
    const store = await open();
    expect((await store.cdrs.query({ limit: 500 })).cdrs).toHaveLength(CALLS);
    await store.close();
    expect((await copies()).sort()).toEqual([copy, `${name}_before_step_back`]);
  }, 60_000);

  it('waits for those who are connected: they would be in the way of the copy', async () => {
    await makeOld();
    await onDatabase(database.url, async () => {
      const opened = open();
      await expect(opened).rejects.toThrow('others are connected to it');
      await expect(opened).rejects.toBeInstanceOf(DatabaseAwayError);
    });
    expect([await copies(), (await shapeOf(database.url))[0]]).toEqual([[], BEFORE]);
  }, 20_000);

  it('is missing, and said so, where the user may make no database', async () => {
    const owner = `owner_of_${name}`;
    await admin(`create role ${owner} login password 'secret' nocreatedb`);
    await admin(`alter database ${name} owner to ${owner}`);
    const url = Object.assign(new URL(database.url), { username: owner, password: 'secret' }).href;
    await makeOld(url);
    const store = await open(url);
    expect((await store.cdrs.query({ limit: 500 })).cdrs).toHaveLength(CALLS);
    await store.close();
    expect([await copies(), told[0]]).toEqual([[], 'there is no copy of the database']);
    await database.drop();
  });
});
