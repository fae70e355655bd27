/** Saves the tables of an installation in a file, and puts them back: the same form from and for either engine. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AuditRepository } from './audit-repository.ts';
import { copyStore, type TableProgress } from './copy-store.ts';
import { appendFacts, headsOf, skipNumbers } from './event-repository.ts';
import type { JobFact } from './events.ts';
import { requireNoneWaiting, setWaitingAside, waitingBeside } from './journal/waiting-files.ts';
import { openDatabase } from './open-store.ts';
import { readAtOneMoment } from './postgres/read-at-one-moment.ts';
import { BackupFile } from './sqlite/backup-file.ts';
import { copyDatabaseFile } from './sqlite/copy-database-file.ts';
import { openSqliteDatabase } from './sqlite/open-sqlite-store.ts';
import { type AuditEntry, StoreError, type StoreLocation } from './store.ts';

/** How often a running PBX is asked to store what waits: the database may be silent again. */
const MOMENTS = 5;

/** How far it has come: of a table in rows, of a whole database in bytes. */
export type BackupProgress = (what: string, done: number, total: number) => void;

export interface BackupOptions {
  /** Must not be there yet. */
  readonly file: string;
  /** Files in which call events wait for the database. */
  readonly waiting: readonly string[];
  /** Has a PBX that runs store what waits; false: none runs. Rejects when the database cannot be written. */
  readonly storeWaiting: () => Promise<boolean>;
  /** Of pbx400. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly onProgress: BackupProgress;
  /** Adds files of the data folder. */
  readonly addFiles: (backup: BackupFile) => Promise<void>;
}

/**
 * Saves all tables as they are at one moment, while a PBX writes to them or not, and what `addFiles` adds. Throws
 * StoreError, also when call events wait for the database, which would be in no backup; then there is no file.
 */
export async function backUp(location: StoreLocation, options: BackupOptions): Promise<void> {
  const { file, waiting, version, now, onProgress, addFiles } = options;
  await storeForAMoment(options);
  requireNoneWaiting(waiting);
  if (existsSync(file)) throw new StoreError(`${file} is there already; name another file`);
  const part = `${file}.part`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(part, { force: true });
  try {
    if (location.engine === 'postgres') await copyPostgres(location.url, part, onProgress);
    else await copySqlite(location.file, part, onProgress);
    const backup = BackupFile.make(part, { madeAt: now, version, engine: location.engine });
    try {
      await addFiles(backup);
      backup.finish();
    } finally {
      backup.close();
    }
    renameSync(part, file);
  } finally {
    for (const left of ['', '.lock', '-journal', '-wal', '-shm']) rmSync(`${part}${left}`, { force: true });
  }
}

/** A database that is silent for half a second is nothing unusual: what came meanwhile waits only until it is asked for. */
async function storeForAMoment({
  waiting,
  storeWaiting,
}: Pick<BackupOptions, 'waiting' | 'storeWaiting'>): Promise<void> {
  for (let asked = 0; asked < MOMENTS && waitingBeside(waiting).length > 0; asked++) {
    if (!(await storeWaiting())) return;
  }
}

async function copySqlite(from: string, to: string, onProgress: BackupProgress): Promise<void> {
  if (!existsSync(from)) {
    throw new StoreError(
      `there is no database ${from}; start the PBX once, or name its data folder with --data DIR`,
    );
  }
  await copyDatabaseFile(from, to, ({ done, total }) => onProgress('database', done, total));
}

async function copyPostgres(url: string, to: string, onProgress: BackupProgress): Promise<void> {
  const target = await openSqliteDatabase({ file: to });
  try {
    await readAtOneMoment(url, (db) =>
      copyStore({ db }, target, { force: false, withCallsInProgress: true, onProgress: byTable(onProgress) }),
    );
  } finally {
    await target.close();
  }
}

export interface RestoreOptions {
  readonly backup: BackupFile;
  /** In the audit trail. */
  readonly nodeId: string;
  /** Folder for a temporary copy of the tables, of the owner only. */
  readonly folder: string;
  /** What the database holds is replaced; call events that wait for it are set aside. */
  readonly force: boolean;
  /** Files in which call events wait for the database. */
  readonly waiting: readonly string[];
  readonly entry: Omit<AuditEntry, 'details'>;
  /** What the stream of `system` is told. */
  readonly ended: (outcome: object) => JobFact;
  readonly onProgress: BackupProgress;
}

export interface Restored {
  readonly tables: readonly TableProgress[];
  /** Files with call events of the database that was replaced. */
  readonly aside: readonly string[];
}

/**
 * Puts the tables of a backup, brought up to date, in place of those of a database that no PBX uses: all or nothing. Calls
 * that were under way in the backup are closed with cause `restart`. Throws StoreError when the database is not empty or
 * call events wait for it (both without `force`), or a PBX runs with it.
 */
export async function restoreTables(
  location: StoreLocation,
  { backup, nodeId, folder, force, waiting, entry, ended, onProgress }: RestoreOptions,
): Promise<Restored> {
  if (!force) requireNoneWaiting(waiting, '; --force sets them aside');
  // Nobody's node: it has the database for itself.
  const target = await openDatabase(location);
  const temporary = mkdtempSync(join(folder, 'restore-'));
  try {
    const file = join(temporary, 'pbx400.db');
    backup.extractTables(file);
    const source = await openSqliteDatabase({ file });
    const replaced = await headsOf(target.db);
    let aside: readonly string[] = [];
    try {
      const tables = await copyStore(source, target, {
        force,
        onProgress: byTable(onProgress),
        finish: async (transaction, copied) => {
          await skipNumbers(transaction, replaced, { nodeId, at: entry.at });
          const details = { from: new Date(backup.origin.madeAt).toISOString(), rows: rowsOf(copied) };
          await new AuditRepository(transaction, nodeId).append({ ...entry, details });
          await appendFacts(transaction, nodeId, [ended(details)]);
          // Before the commit: after it a crash would leave them to be stored into what was restored.
          aside = setWaitingAside(waiting, entry.at);
        },
      });
      return { tables, aside };
    } finally {
      await source.close();
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    await target.close();
  }
}

/** Rows of all tables together. */
export const rowsOf = (tables: readonly TableProgress[]): number =>
  tables.reduce((sum, { rows }) => sum + rows, 0);

const byTable =
  (onProgress: BackupProgress) =>
  ({ table, rows, total }: TableProgress): void =>
    onProgress(table, rows, total);
