/** Ways in which a database cannot be written for a while. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ConfigDocument } from './pbx.ts';
import { onDatabase } from './postgres.ts';
import { PostgresCluster, postgresMissing } from './postgres-cluster.ts';

/** A data folder and its database. */
export interface OutageGround {
  readonly dataDir: string;
  configure(config: ConfigDocument): void;
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
  /** Asks the database, beside the PBX. */
  sql(statement: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void> | void;
}

export interface Outage {
  readonly name: string;
  /** Why it cannot be had here. */
  readonly missing: string | undefined;
  make(): Promise<OutageGround> | OutageGround;
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'pbx400-outage-'));
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true });

function sqliteIn(dataDir: string): OutageGround['sql'] {
  return async (statement) => {
    const db = new Database(join(dataDir, 'pbx400.db'), { readonly: true });
    try {
      return db.prepare(statement).all() as Record<string, unknown>[];
    } finally {
      db.close();
    }
  };
}

/** Somebody holds its lock: a backup that hangs, a shell that was left open. */
export const LOCKED: Outage = {
  name: 'an SQLite that is locked',
  missing: undefined,
  make: () => {
    const dataDir = newFolder();
    let other: Database.Database | undefined;
    return {
      dataDir,
      configure: () => {},
      begin: () => {
        other = new Database(join(dataDir, 'pbx400.db'), { timeout: 5000 });
        other.exec('begin exclusive');
      },
      end: () => {
        other?.close();
        other = undefined;
      },
      sql: sqliteIn(dataDir),
      remove: () => {
        other?.close();
        remove(dataDir);
      },
    };
  },
};

/** Room for the write-ahead log (64 MB) and what calls leave, when nobody fills it. */
const DISK_MB = 256;

function mount(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder]).status === 0;
}

function mountMissing(): string | undefined {
  const folder = newFolder();
  const mounted = mount(folder);
  if (mounted) spawnSync('umount', [folder]);
  remove(folder);
  return mounted ? undefined : 'no disk may be mounted here';
}

/** Takes all room on the disk of a folder. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (const size of [1 << 20, 4096, 1]) fillWith(handle, Buffer.alloc(size));
  } finally {
    closeSync(handle);
  }
}

function fillWith(handle: number, bytes: Buffer): void {
  try {
    while (writeSync(handle, bytes) === bytes.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

export const DISK_FULL: Outage = {
  name: 'an SQLite whose disk is full',
  missing: mountMissing(),
  make: () => {
    const folder = newFolder();
    const [dataDir, second] = [join(folder, 'data'), join(folder, 'second')];
    for (const each of [dataDir, second]) mkdirSync(each, { mode: 0o700 });
    mount(dataDir);
    return {
      dataDir,
      configure: (config) => {
        config.journal = { second };
      },
      begin: () => fill(join(dataDir, 'filler')),
      end: () => rmSync(join(dataDir, 'filler'), { force: true }),
      sql: sqliteIn(dataDir),
      remove: () => {
        spawnSync('umount', ['-l', dataDir]);
        remove(folder);
      },
    };
  },
};

export const POSTGRES_AWAY: Outage = {
  name: 'a PostgreSQL that is stopped',
  missing: postgresMissing,
  make: async () => {
    const dataDir = newFolder();
    const cluster = await PostgresCluster.start();
    const url = `${cluster.url}/postgres`;
    return {
      dataDir,
      configure: (config) => {
        config.store = url;
      },
      begin: () => cluster.halt(),
      end: () => cluster.resume(),
      sql: (statement) => onDatabase(url, async (client) => (await client.query(statement)).rows),
      remove: async () => {
        await cluster.stop();
        remove(dataDir);
      },
    };
  },
};

export const OUTAGES: readonly Outage[] = [LOCKED, DISK_FULL, POSTGRES_AWAY];
