import { CompiledQuery, Kysely, sql } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import { type Logger, silentLogger } from '../../shared/logger.ts';
import type { BulkStatements } from '../binding-repository.ts';
import { POSTGRES_TYPES } from '../column-types.ts';
import { takeUp } from '../journal/take-up.ts';
import { isUpToDate, migrate } from '../migrations.ts';
import { type ReadOnlyRecords, recordsOn } from '../records-on.ts';
import type { Tables } from '../schema.ts';
import { DatabaseAwayError, READ_MS, type Store, StoreError } from '../store.ts';
import { type DatabaseOptions, type OpenDatabase, type StoreOptions, storeOn } from '../store-on.ts';
import { ChangeListener } from './change-listener.ts';
import { isAway, placeOf, reasonOf } from './connections.ts';
import { type ChangeCopy, copyBeforeChange } from './copy-before-change.ts';
import { JournalClient } from './journal-client.ts';
import { postgresDialect, readersDialect } from './postgres-dialect.ts';
import { StoredMonths } from './stored-months.ts';
import { raiseTenantWall } from './tenant-wall.ts';

/** `postgres://user:password@host:port/database` */
interface AtUrl {
  readonly url: string;
}

/** Connections for all but the journal and long reads. */
const CONNECTIONS = 10;
/** Connections for long reads, so that no number of reports takes those of the others. */
const READERS = 3;
/** A query that takes longer is given up: nobody waits for it any more. */
const QUERY_MS = 30_000;

/** As {@link openPostgresDatabase}, as a store. */
export async function openPostgresStore(options: StoreOptions & AtUrl): Promise<Store> {
  return storeOn(await openPostgresDatabase(options), options);
}

/**
 * Connects, copies tables of an older version to a database beside it, brings them up to date, closes the calls that a crash of this node left open, and begins its lease. Without
 * a node id it has the database for itself. Throws StoreError when the database cannot be used; then nothing is open.
 */
export async function openPostgresDatabase({
  url,
  nodeId = '',
  logger = silentLogger,
  waiting,
  imports,
  onImport,
  readMs = READ_MS,
}: DatabaseOptions & AtUrl): Promise<OpenDatabase> {
  const copy = await copyBeforeChange(url, logger).catch((error: unknown) => {
    throw openError(url, error);
  });
  const journal = await JournalClient.open({ url, nodeId }).catch((error: StoreError) => {
    throw openError(url, error.cause);
  });
  const db = connect(url);
  const longReads = readersOn(url, readMs);
  const close = async () => {
    await journal.close();
    await longReads.destroy();
    await db.destroy();
  };
  try {
    await requireUnicode(db);
    // The usual start.
    if (!(await isUpToDate(db, POSTGRES_TYPES)))
      await bringUpToDate(url, { isAlone: journal.isAlone, copy, logger });
    const months = new StoredMonths(db, nodeId);
    await months.makeAhead();
    const reads = await raiseTenantWall(db, longReads);
    const { beat, lastBatch } = await journal.begin();
    const files = waiting?.files ?? [];
    const { calls, imported, left } = await takeUp(journal, { files, imports, onImport, nodeId, logger });
    const lease = beat && { nodeId, first: beat, beat: (settings: string) => journal.beat(settings) };
    const listen = (clock: Clock) => new ChangeListener(url, clock);
    const parts = {
      db,
      longReads,
      reads,
      months,
      bulk: bulkOn(db),
      journal,
      recovered: { calls, lastBatch },
      imported,
      left,
      lease,
      listen,
      close,
    };
    return { engine: 'postgres', nodeId, ...parts };
  } catch (error) {
    await close();
    throw openError(url, error);
  }
}

/** Records and entities, beside a running PBX or not; undefined when no PBX has used the database yet. */
export async function findPostgresRecords(url: string): Promise<ReadOnlyRecords | undefined> {
  const db = readersOn(url, READ_MS);
  try {
    const records = await recordsOn(db, POSTGRES_TYPES, () => db.destroy());
    if (!records) await db.destroy();
    return records;
  } catch (error) {
    await db.destroy();
    throw openError(url, error);
  }
}

function connect(url: string): Kysely<Tables> {
  const dialect = postgresDialect(url, { max: CONNECTIONS, statement_timeout: QUERY_MS });
  return new Kysely<Tables>({ dialect });
}

function readersOn(url: string, readMs: number): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: readersDialect(url, { max: READERS, limitMs: readMs }) });
}

async function requireUnicode(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  const [encoding] = rows.map(({ server_encoding }) => server_encoding);
  if (encoding === 'UTF8') return;
  throw new StoreError(`its encoding is ${encoding}: make it with createdb --encoding UTF8`);
}

/** Over connections of its own: a change of tables may take longer than a query. */
async function bringUpToDate(
  url: string,
  {
    isAlone,
    copy,
    logger,
  }: { readonly isAlone: boolean; readonly copy: ChangeCopy; readonly logger: Logger },
): Promise<void> {
  const db = new Kysely<Tables>({ dialect: postgresDialect(url, { max: 2 }) });
  try {
    const onProgress = (table: string, rows: number, total: number) =>
      logger.info({ table, rows, total }, 'rows are moved into months');
    await migrate(db, POSTGRES_TYPES, { isAlone, beforeChange: async () => copy.require(), onProgress });
  } finally {
    await db.destroy();
  }
}

function bulkOn(db: Kysely<Tables>): BulkStatements {
  return {
    many: (first, statement, rows) =>
      db.transaction().execute(async (transaction) => {
        await transaction.executeQuery(CompiledQuery.raw(first));
        for (const row of rows) await transaction.executeQuery(CompiledQuery.raw(statement, [...row]));
      }),
  };
}

function openError(url: string, error: unknown): StoreError {
  const Failure = isAway(error) ? DatabaseAwayError : StoreError;
  return new Failure(`the database ${placeOf(url)} cannot be used: ${reasonOf(error)}`, { cause: error });
}
