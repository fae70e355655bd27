/** A database of a bench's own, in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Client } from 'pg';
import type { StoreLocation } from '../../../src/store/store.ts';
import { onDatabase } from '../../support/postgres.ts';
import { PostgresCluster } from '../../support/postgres-cluster.ts';
import { familyCpuSeconds } from '../signalling/process-load.ts';

export interface BenchDatabase {
  readonly location: StoreLocation;
  /** For events that wait. */
  readonly folder: string;
  /** Runs statements that fill `cdr`, whose indexes are made when it is full: that takes a tenth of the time. */
  fill(statements: readonly string[]): Promise<void>;
  /** Bytes of each table, with its indexes. */
  bytes(): Promise<Readonly<Record<string, number>>>;
  /** Processor time of the server's processes, in microseconds; of SQLite none: it runs in ours. */
  serverUs(): number;
  remove(): Promise<void>;
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'pbx400-bench-'));

export async function makeDatabase(engine: StoreLocation['engine']): Promise<BenchDatabase> {
  return engine === 'sqlite' ? sqliteDatabase() : await postgresDatabase();
}

function sqliteDatabase(): BenchDatabase {
  const folder = newFolder();
  const file = join(folder, 'bench.db');
  const on = <Result>(work: (db: Database.Database) => Result): Result => {
    const db = new Database(file);
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  return {
    location: { engine: 'sqlite', file },
    folder,
    fill: async (statements) => on((db) => fillSqlite(db, statements)),
    bytes: async () =>
      on((db) => {
        db.pragma('wal_checkpoint(truncate)');
        // Tables of the index over grams belong to the records.
        const sizes =
          db.prepare(`select case when name like 'cdr_gram%' then 'cdr' else coalesce(tbl_name, 'other') end as name,
            sum(bytes) as bytes
          from (select name as object, sum(pgsize) as bytes from dbstat group by name)
          left join sqlite_schema on name = object group by 1`);
        return Object.fromEntries((sizes.all() as SizeRow[]).map(({ name, bytes }) => [name, bytes]));
      }),
    serverUs: () => 0,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface SizeRow {
  readonly name: string;
  readonly bytes: number;
}

function fillSqlite(db: Database.Database, statements: readonly string[]): void {
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -512000');
  db.pragma('wal_autocheckpoint = 32000');
  const read = db.prepare(
    "select type, name, sql from sqlite_schema where tbl_name = 'cdr' and type <> 'table' and sql is not null",
  );
  const parts = read.all() as { type: string; name: string; sql: string }[];
  const statistics = db.prepare('select tbl, idx, stat from sqlite_stat1').all();
  for (const { type, name } of parts) db.exec(`drop ${type} ${name}`);
  for (const statement of statements) db.exec(statement);
  for (const { sql } of parts) db.exec(sql);
  db.exec(
    'insert into cdr_gram (rowid, search) select id, search from cdr order by id; delete from sqlite_stat1',
  );
  const keep = db.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (@tbl, @idx, @stat)');
  for (const each of statistics) keep.run(each);
  db.pragma('wal_checkpoint(truncate)');
}

async function fillPostgres(client: Client, statements: readonly string[]): Promise<void> {
  await client.query("set maintenance_work_mem = '512MB'");
  const { rows } = await client.query<{ name: string; sql: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as sql from pg_index
      where indrelid = 'cdr'::regclass and not indisprimary and not indisunique`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  for (const statement of statements) await client.query(statement);
  // Of a table in partitions those of all of them.
  for (const { sql } of rows) await client.query(sql.replace(' ON ONLY ', ' ON '));
  await client.query('vacuum analyze');
}

async function postgresDatabase(): Promise<BenchDatabase> {
  const cluster = await PostgresCluster.start();
  const folder = newFolder();
  const url = `${cluster.url}/postgres`;
  return {
    location: { engine: 'postgres', url },
    folder,
    fill: (statements) => onDatabase(url, (client) => fillPostgres(client, statements)),
    bytes: () =>
      onDatabase(url, async (client) => {
        const { rows } = await client.query<SizeRow>(
          `select coalesce(pg_partition_root(oid), oid)::regclass::text as name, sum(pg_total_relation_size(oid))::float8 as bytes
            from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace group by 1`,
        );
        return Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes)]));
      }),
    serverUs: () => familyCpuSeconds(cluster.pid) * 1e6,
    remove: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
