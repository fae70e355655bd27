/**
 * Vitest's global set-up: what the files of a run share, made when the first of them asks for it. One PostgreSQL; and of each engine
 * a database with all tables and no rows, whose copy is there in a tenth of the time in which the tables are made.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/store/open-store.ts';
import type { StoreLocation } from '../../src/store/store.ts';
import { PostgresCluster } from './postgres-cluster.ts';

/** What is shared, and what is told of it: a URL without a database, a file, how `create database` copies one at that URL. */
export type SharedDatabase = 'postgres' | 'sqlite-tables' | 'postgres-tables';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Socket that takes one name of {@link SharedDatabase} and answers where that is, or with `error: ` and why it is not. */
    readonly databaseSocket: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-shared-'));
  const shared = new SharedDatabases(folder);
  const path = join(folder, 'socket');
  const server = createServer((socket) => {
    socket.once('data', (name) => {
      shared.of(String(name) as SharedDatabase).then(
        (place) => socket.end(place),
        (error: Error) => socket.end(`error: ${error.message}`),
      );
    });
  });
  server.listen(path);
  await once(server, 'listening');
  project.provide('databaseSocket', path);
  return async () => {
    server.close();
    await shared.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

class SharedDatabases {
  readonly #folder: string;
  #cluster: Promise<PostgresCluster> | undefined;
  readonly #made = new Map<SharedDatabase, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  of(name: SharedDatabase): Promise<string> {
    let place = this.#made.get(name);
    if (!place) {
      place = this.#make(name);
      this.#made.set(name, place);
    }
    return place;
  }

  async stop(): Promise<void> {
    await this.#cluster?.then(
      (started) => started.stop(),
      () => {},
    );
  }

  async #make(name: SharedDatabase): Promise<string> {
    if (name === 'sqlite-tables') {
      const file = join(this.#folder, 'tables.db');
      await makeTables({ engine: 'sqlite', file });
      return file;
    }
    this.#cluster ??= PostgresCluster.start();
    const { url } = await this.#cluster;
    if (name === 'postgres') return url;
    const database = 'all_tables';
    const client = new Client(`${url}/postgres`);
    await client.connect();
    try {
      await client.query(`create database ${database}`);
      await makeTables({ engine: 'postgres', url: `${url}/${database}` });
      const { rows } = await client.query<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      // Since 15 pages are copied by way of the log unless one asks for files, which takes half as long.
      return `template ${database} ${rows[0]!.version >= 150_000 ? 'strategy file_copy' : ''}`;
    } finally {
      await client.end();
    }
  }
}

async function makeTables(location: StoreLocation): Promise<void> {
  await (await openDatabase(location)).close();
}
