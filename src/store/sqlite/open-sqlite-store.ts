import { existsSync } from 'node:fs';
import { Kysely } from 'kysely';
import type { CdrReader } from '../../cdr/cdr-query.ts';
import type { Clock } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { AccountRepository } from '../account-repository.ts';
import { BindingRepository } from '../binding-repository.ts';
import { CdrRepository } from '../cdr-repository.ts';
import { EntityRepository } from '../entity-repository.ts';
import { JournalWriter } from '../journal/journal-writer.ts';
import { migrate } from '../migrations.ts';
import { RecordingRepository } from '../recording-repository.ts';
import type { Tables } from '../schema.ts';
import { type EntityStore, type Store, StoreError } from '../store.ts';
import { SwitchRepository } from '../switch-repository.ts';
import { SqliteClient } from './sqlite-client.ts';
import { workerDialect } from './worker-dialect.ts';

export interface SqliteStoreOptions {
  /** Path of the database file; `:memory:` for a test. Made when missing, mode 0600. */
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens the database in its own thread, brings the tables up to date and closes the calls that a crash left open.
 * Throws StoreError when the file cannot be used; then nothing is open.
 */
export async function openSqliteStore({ file, clock, logger }: SqliteStoreOptions): Promise<Store> {
  const client = await SqliteClient.open({ file, readOnly: false });
  const db = new Kysely<Tables>({ dialect: workerDialect(client) });
  try {
    await migrate(db);
    const { calls } = await client.recover();
    if (calls > 0) logger.warn({ calls }, 'closed calls that were cut by the last end of the process');
    const journal = new JournalWriter({ clock, sink: client, logger });
    let closing: Promise<void> | undefined;
    const close = async () => {
      try {
        await journal.flush();
      } catch (error) {
        logger.error({ error, ...journal.stats }, 'call journal could not be written before the end');
      }
      journal.close();
      await client.close();
    };
    return {
      journal,
      cdrs: new CdrRepository(db),
      recordings: new RecordingRepository(db),
      accounts: new AccountRepository(db),
      bindings: new BindingRepository(db, client),
      entities: new EntityRepository(db),
      switches: new SwitchRepository(db),
      recoveredCalls: calls,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await client.close();
    const fix = 'restore the file from a copy, or move it away to begin with an empty one';
    throw new StoreError(`the database ${file} cannot be used: ${asError(error).message}; ${fix}`, {
      cause: error,
    });
  }
}

/** Call records of a database that a running PBX may have open, or none; nothing is written. */
export interface ReadOnlyRecords {
  readonly cdrs: CdrReader;
  readonly entities: Pick<EntityStore, 'all' | 'isUntouched'>;
  close(): Promise<void>;
}

/** Opens an existing database for reading. Throws StoreError when there is none. */
export async function openRecords(file: string): Promise<ReadOnlyRecords> {
  if (!existsSync(file)) {
    const fix = 'start the PBX once, or name its data folder with --data DIR';
    throw new StoreError(`there are no call records in ${file}; ${fix}`);
  }
  const client = await SqliteClient.open({ file, readOnly: true });
  const db = new Kysely<Tables>({ dialect: workerDialect(client) });
  // An older version, which had no entities, may have been the last to write.
  const tables = await db.introspection.getTables();
  const entities = tables.some(({ name }) => name === 'entity') ? new EntityRepository(db) : NO_ENTITIES;
  return { cdrs: new CdrRepository(db), entities, close: () => client.close() };
}

const NO_ENTITIES: ReadOnlyRecords['entities'] = { all: async () => [], isUntouched: async () => true };
