import { existsSync } from 'node:fs';
import { Kysely } from 'kysely';
import { asError } from '../../shared/errors.ts';
import { silentLogger } from '../../shared/logger.ts';
import { SQLITE_TYPES } from '../column-types.ts';
import { ThreadError } from '../database-thread.ts';
import { takeUp } from '../journal/take-up.ts';
import { migrate } from '../migrations.ts';
import { type ReadOnlyRecords, recordsOn } from '../records-on.ts';
import type { Tables } from '../schema.ts';
import { DatabaseAwayError, READ_MS, type Store, StoreError } from '../store.ts';
import { type DatabaseOptions, type OpenDatabase, type StoreOptions, storeOn } from '../store-on.ts';
import { copyDatabaseFile } from './copy-database-file.ts';
import { SqliteClient } from './sqlite-client.ts';
import { SqliteReaders } from './sqlite-readers.ts';
import { readersDialect, workerDialect } from './worker-dialect.ts';

/** Path of the database file. Made when missing, mode 0600. */
interface InFile {
  readonly file: string;
}

/** As {@link openSqliteDatabase}, as a store. */
export async function openSqliteStore(options: StoreOptions & InFile): Promise<Store> {
  return storeOn(await openSqliteDatabase(options), options);
}

/**
 * Opens the database in its own thread, brings the tables up to date and closes the calls that a crash left open. Tables
 * of an older version are copied first, to `<file>.before-<first change>`: the way back (README.md).
 * Throws StoreError when the file cannot be used; then nothing is open.
 */
export async function openSqliteDatabase({
  file,
  nodeId = '',
  logger = silentLogger,
  waiting,
  imports,
  onImport,
  readMs = READ_MS,
}: DatabaseOptions & InFile): Promise<OpenDatabase> {
  const client = await SqliteClient.open({ file, nodeId }).catch((error: unknown) => {
    throw openError(file, error);
  });
  const db = new Kysely<Tables>({ dialect: workerDialect(client) });
  const readers = new SqliteReaders(file, readMs);
  const longReads = new Kysely<Tables>({ dialect: readersDialect(readers) });
  try {
    const beforeChange = (name: string) => copyDatabaseFile(file, `${file}.before-${name}`);
    await migrate(db, SQLITE_TYPES, { beforeChange });
    const { lastBatch } = await client.begin();
    const files = waiting?.files ?? [];
    const { calls, imported, left } = await takeUp(client, { files, imports, onImport, nodeId, logger });
    const recovered = { calls, lastBatch };
    const close = async () => {
      await readers.close();
      await client.close();
    };
    const { growth } = client;
    const parts = {
      db,
      longReads,
      shownPages: readers,
      bulk: client,
      journal: client,
      growth,
      recovered,
      imported,
      left,
      close,
    };
    return { engine: 'sqlite', nodeId, ...parts };
  } catch (error) {
    await client.close();
    throw openError(file, error);
  }
}

function openError(file: string, error: unknown): StoreError {
  const { message } = asError(error);
  const place = `the database ${file} cannot be used`;
  const text = message.startsWith(place) ? message : `${place}: ${message}`;
  if (isBusy(error)) return new DatabaseAwayError(text, { cause: error });
  const fix = 'restore the file from a copy, or move it away to begin with an empty one';
  return new StoreError(`${text}; ${fix}`, { cause: error });
}

/** Somebody else holds the file: a backup that hangs, a shell that was left open. */
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = error instanceof ThreadError ? error.reason : (error as { code?: string }).code;
  return code?.startsWith('SQLITE_BUSY') || isBusy(error.cause);
}

/** Opens an existing database for reading, beside a running PBX or not; undefined when there is none. */
export async function findSqliteRecords(file: string): Promise<ReadOnlyRecords | undefined> {
  if (!existsSync(file)) return undefined;
  const readers = new SqliteReaders(file, READ_MS);
  const db = new Kysely<Tables>({ dialect: readersDialect(readers) });
  try {
    const records = await recordsOn(db, SQLITE_TYPES, () => readers.close());
    if (!records) await readers.close();
    return records;
  } catch (error) {
    await readers.close();
    throw openError(file, error);
  }
}
