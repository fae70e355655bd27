/** The database's thread: the only place where better-sqlite3 runs, so that no query ever stalls SIP. */
import { closeSync, openSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { asError } from '../../shared/errors.ts';
import type { ThreadNotice, ThreadReply } from '../database-thread.ts';
import { GrowingStreams } from './growing-streams.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type {
  GrownStreams,
  Parameter,
  SqliteProtocol,
  SqliteReply,
  SqliteRequest,
  WorkerOptions,
} from './protocol.ts';
import { SqliteJournal } from './sqlite-journal.ts';

/** What has a transaction of its own. */
const STANDS_ALONE: ReadonlySet<SqliteRequest['kind']> = new Set(['journal', 'recover', 'many']);
const PAGE_BYTES = 8192;
/** The write-ahead log goes into the file when it is so long. */
const WAL_BYTES = 64 * 1024 * 1024;

const port = parentPort!;
const options = workerData as WorkerOptions;
// Held as long as the thread lives; the system frees it whatever way the process ends.
const lock = takeLock(options.file);
const db = openDatabase(options);
const statements = new PreparedStatements(db);
const streams = new GrowingStreams(db);
let journal: SqliteJournal | undefined;
/** Work that came while a transaction of the engine's thread was open: it must not share its fate. */
let deferred: SqliteRequest[] = [];

port.on('message', (request: SqliteRequest) => {
  if (STANDS_ALONE.has(request.kind) && db.inTransaction) {
    deferred.push(request);
    return;
  }
  answer(request);
  if (deferred.length > 0 && !db.inTransaction) {
    const waiting = deferred;
    deferred = [];
    for (const each of waiting) answer(each);
  }
  const grown = db.open && !db.inTransaction ? streams.take() : [];
  if (grown.length > 0) port.postMessage({ told: { grown } satisfies GrownStreams } satisfies ThreadNotice);
});
port.postMessage({ id: 0, ok: true, value: {} } satisfies ThreadReply);
// What was compiled is written at the end of a thread only, which a `kill -9` leaves out.
flushCompileCache();

/**
 * One process at a time writes: a second one would close the first one's calls as cut by a crash. Readers are not
 * kept out, which is why the lock is on a file of its own.
 */
function takeLock(file: string): Database.Database {
  const name = `${file}.lock`;
  closeSync(openSync(name, 'a', 0o600));
  const taken = new Database(name, { timeout: 0 });
  try {
    taken.exec('begin exclusive');
  } catch (error) {
    taken.close();
    const isBusy = (error as { code?: string }).code === 'SQLITE_BUSY';
    throw isBusy ? new Error('another PBX is running with this data folder') : error;
  }
  return taken;
}

function openDatabase({ file }: WorkerOptions): Database.Database {
  // Callers' data is for the owner only; SQLite gives -wal and -shm the mode of the file itself.
  closeSync(openSync(file, 'a', 0o600));
  const opened = new Database(file, { timeout: 5000 });
  // Of a new file only: five records a page; one of 4 kB holds two, and a third of it is empty.
  opened.pragma(`page_size = ${PAGE_BYTES}`);
  opened.pragma('journal_mode = WAL');
  // A crash of the process loses nothing, a power cut at most the last commits; see README.md.
  opened.pragma('synchronous = NORMAL');
  opened.pragma('foreign_keys = ON');
  opened.pragma('temp_store = MEMORY');
  opened.pragma('cache_size = -32000');
  // Each time two flushes to disk are waited for; a batch changes the same pages of most indexes as the one before.
  opened.pragma(
    `wal_autocheckpoint = ${WAL_BYTES / (opened.pragma('page_size', { simple: true }) as number)}`,
  );
  return opened;
}

function answer(request: SqliteRequest): void {
  try {
    const value = handle(request);
    port.postMessage({ id: request.id, ok: true, value } satisfies ThreadReply);
  } catch (error) {
    const { message } = asError(error);
    const code = (error as { code?: string }).code ?? 'error';
    port.postMessage({ id: request.id, ok: false, code, message } satisfies ThreadReply);
  }
  if (request.kind === 'close') port.close();
}

function handle(request: SqliteRequest): SqliteReply {
  switch (request.kind) {
    case 'query':
      return query(request.sql, request.parameters);
    case 'many':
      return many(request);
    case 'journal':
      ownJournal().write({ ...request.batch, events: JSON.parse(request.batch.events) });
      return {};
    case 'resume':
      ownJournal().resume(db);
      return { lastBatch: ownJournal().lastBatch(request.mark) };
    case 'recover':
      return { calls: ownJournal().recover(db) };
    case 'begin':
      streams.begin();
      ownJournal().begin(db);
      return { lastBatch: ownJournal().lastBatch() };
    case 'close':
      db.close();
      lock.close();
      return {};
  }
}

/** Made when its tables are there. */
function ownJournal(): SqliteJournal {
  journal ??= new SqliteJournal(db, options.nodeId);
  return journal;
}

function query(sql: string, parameters: readonly Parameter[]): SqliteProtocol['query']['reply'] {
  const statement = statements.of(sql);
  if (statement.reader)
    return {
      rows: statement.all(parameters) as SqliteProtocol['query']['reply']['rows'],
      changes: 0,
      insertId: null,
    };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], changes, insertId: lastInsertRowid };
}

function many({ first, sql, rows }: SqliteProtocol['many']['request']): SqliteProtocol['many']['reply'] {
  const [before, statement] = [statements.of(first), statements.of(sql)];
  let changes = 0;
  db.transaction(() => {
    before.run();
    for (const row of rows) changes += statement.run(row).changes;
  })();
  return { changes };
}
