/** Opens the store where it is: one of two engines. */
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { findPostgresRecords, openPostgresStore } from './postgres/open-postgres-store.ts';
import type { ReadOnlyRecords } from './records-on.ts';
import { findSqliteRecords, openSqliteStore } from './sqlite/open-sqlite-store.ts';
import { type Store, StoreError, type StoreLocation } from './store.ts';

export interface StoreOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Brings the tables up to date and closes the calls that a crash left open. Throws StoreError; then nothing is open. */
export function openStore(location: StoreLocation, options: StoreOptions): Promise<Store> {
  if (location.engine === 'postgres') return openPostgresStore({ ...options, url: location.url });
  return openSqliteStore({ ...options, file: location.file });
}

/** Opens what is there for reading, beside a running PBX or not; undefined: no PBX has used it yet. Throws StoreError. */
export function findRecords(location: StoreLocation): Promise<ReadOnlyRecords | undefined> {
  return location.engine === 'postgres'
    ? findPostgresRecords(location.url)
    : findSqliteRecords(location.file);
}

/** As {@link findRecords}, for those who need them: throws StoreError when there are none. */
export async function openRecords(location: StoreLocation): Promise<ReadOnlyRecords> {
  const records = await findRecords(location);
  if (records) return records;
  const place = location.engine === 'postgres' ? 'the database' : location.file;
  const fix = 'start the PBX once, or name its data folder with --data DIR';
  throw new StoreError(`there are no call records in ${place}; ${fix}`);
}
