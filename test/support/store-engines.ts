/** What may hold the store; its suites run on each. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoreLocation } from '../../src/store/store.ts';
import { onDatabase, postgresDatabase, sharedDatabase, type TestDatabase } from './postgres.ts';
import { postgresMissing } from './postgres-cluster.ts';

/** A store's place without a row, to be removed after the test. */
export interface StorePlace {
  readonly location: StoreLocation;
  /** Runs a statement beside the store, as an operator might; the rows it gives. */
  sql(statement: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void> | void;
}

export interface StoreEngine {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing: string | undefined;
  /** As a start leaves it, with all tables. */
  make(): Promise<StorePlace>;
  /** Where nobody has made a table yet. */
  makeEmpty(): Promise<StorePlace>;
}

const FILE = 'pbx400.db';
const newFolder = () => mkdtempSync(join(tmpdir(), 'pbx400-store-'));

const SQLITE: StoreEngine = {
  name: 'SQLite',
  missing: undefined,
  make: async () => {
    const folder = newFolder();
    copyFileSync(await sharedDatabase('sqlite-tables'), join(folder, FILE));
    return sqlitePlace(folder);
  },
  makeEmpty: async () => sqlitePlace(newFolder()),
};

function sqlitePlace(folder: string): StorePlace {
  const file = join(folder, FILE);
  const sql = async (statement: string) => {
    const db = new Database(file);
    try {
      const prepared = db.prepare(statement);
      if (prepared.reader) return prepared.all() as Record<string, unknown>[];
      prepared.run();
      return [];
    } finally {
      db.close();
    }
  };
  return {
    location: { engine: 'sqlite', file },
    sql,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const POSTGRESQL: StoreEngine = {
  name: 'PostgreSQL',
  missing: postgresMissing,
  make: async () => postgresPlace(await postgresDatabase('all')),
  makeEmpty: async () => postgresPlace(await postgresDatabase()),
};

function postgresPlace({ url, drop }: TestDatabase): StorePlace {
  const sql = (statement: string) => onDatabase(url, async (client) => (await client.query(statement)).rows);
  return { location: { engine: 'postgres', url }, sql, remove: drop };
}

/** Databases: what is written outlives the process. */
export const DATABASES: readonly StoreEngine[] = [SQLITE, POSTGRESQL];
