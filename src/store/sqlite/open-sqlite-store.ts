import { existsSync } from 'node:fs';
import { Kysely } from 'kysely';
import { asError } from '../../shared/errors.ts';
import { silentLogger } from '../../shared/logger.ts';
import { SQLITE_TYPES } from '../column-types.ts';
import { importBatches, storeLeft } from '../journal/store-left.ts';
import { migrate } from '../migrations.ts';
import { type ReadOnlyRecords, recordsOn } from '../records-on.ts';
import type { Tables } from '../schema.ts';
import { type Store, StoreError } from '../store.ts';
import { type DatabaseOptions, type OpenDatabase, type StoreOptions, storeOn } from '../store-on.ts';
import { copyDatabaseFile } from './copy-database-file.ts';
import { SqliteClient } from './sqlite-client.ts';
import { workerDialect } from './worker-dialect.ts';

/** Path of the database file; `:memory:` for a test. Made when missing, mode 0600. */
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
}: DatabaseOptions & InFile): Promise<OpenDatabase> {
  const client = await SqliteClient.open({ file, readOnly: false, nodeId });
  const db = new Kysely<Tables>({ dialect: workerDialect(client) });
  try {
    const beforeChange = (name: string) => copyDatabaseFile(file, `${file}.before-${name}`);
    await migrate(db, SQLITE_TYPES, { beforeChange });
    await storeLeft(client, waiting?.files ?? [], logger);
    const imported =
      imports === undefined ? undefined : await importBatches(client, { file: imports, nodeId });
    const recovered = await client.recover();
    const close = () => client.close();
    return { engine: 'sqlite', nodeId, db, bulk: client, journal: client, recovered, imported, close };
  } catch (error) {
    await client.close();
    const fix = 'restore the file from a copy, or move it away to begin with an empty one';
    throw new StoreError(`the database ${file} cannot be used: ${asError(error).message}; ${fix}`, {
      cause: error,
    });
  }
}

/** Opens an existing database for reading, beside a running PBX or not; undefined when there is none. */
export async function findSqliteRecords(file: string): Promise<ReadOnlyRecords | undefined> {
  if (!existsSync(file)) return undefined;
  const client = await SqliteClient.open({ file, readOnly: true, nodeId: '' });
  const db = new Kysely<Tables>({ dialect: workerDialect(client) });
  const records = await recordsOn(db, SQLITE_TYPES, () => client.close());
  if (!records) await client.close();
  return records;
}
