/** Opens the store where it is: one of two engines; PostgreSQL's client is loaded for it only. */
import { statSync } from 'node:fs';
import type { ReadOnlyRecords } from './records-on.ts';
import { findSqliteRecords, openSqliteDatabase } from './sqlite/open-sqlite-store.ts';
import { type Store, StoreError, type StoreLocation } from './store.ts';
import { type DatabaseOptions, type OpenDatabase, type StoreOptions, storeOn } from './store-on.ts';

/** Brings the tables up to date and closes the calls that a crash left open. Throws StoreError; then nothing is open. */
export async function openStore(location: StoreLocation, options: StoreOptions): Promise<Store> {
  return storeOn(await openDatabase(location, options), options);
}

/** As {@link openStore}, for what is done to the tables themselves. */
export async function openDatabase(
  location: StoreLocation,
  options: DatabaseOptions = {},
): Promise<OpenDatabase> {
  if (location.engine === 'sqlite') return await openSqliteDatabase({ file: location.file, ...options });
  return await (await postgres()).openPostgresDatabase({ url: location.url, ...options });
}

const postgres = () => import('./postgres/open-postgres-store.ts');

/** Opens what is there for reading, beside a running PBX or not; undefined: no PBX has used it yet. Throws StoreError. */
export async function findRecords(location: StoreLocation): Promise<ReadOnlyRecords | undefined> {
  if (location.engine === 'sqlite') return await findSqliteRecords(location.file);
  return await (await postgres()).findPostgresRecords(location.url);
}

/** Whether a PBX has used it yet. */
export async function hasRecords(location: StoreLocation): Promise<boolean> {
  // SQLite's file is made with its tables: no thread has to look into it.
  if (location.engine === 'sqlite')
    return (statSync(location.file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const records = await findRecords(location);
  await records?.close();
  return records !== undefined;
}

/** As {@link findRecords}, for those who need them: throws StoreError when there are none. */
export async function openRecords(location: StoreLocation): Promise<ReadOnlyRecords> {
  const records = await findRecords(location);
  if (records) return records;
  const place = location.engine === 'postgres' ? 'the database' : location.file;
  const fix = 'start the PBX once, or name its data folder with --data DIR';
  throw new StoreError(`there are no call records in ${place}; ${fix}`);
}
