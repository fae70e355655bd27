/** A thread that only reads: long reads stand in nobody's way, and none lasts for ever. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { systemClock } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { FoundRow, ShownPart } from '../cdr-repository.ts';
import type { ThreadReply, ThreadRequest } from '../database-thread.ts';
import { ShownRecords } from '../shown-records.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type { ReaderOptions, ReaderProtocol } from './protocol.ts';

type ShownRequest = ReaderProtocol['shownPage']['request'];

/** The clock is looked at once in so many rows. */
const ROWS_A_LOOK = 256;

const port = parentPort!;
const { file } = workerData as ReaderOptions;
const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 5000 });
let endsAt = Number.POSITIVE_INFINITY;
let rowsRead = 0;
stopLateReads();
const statements = new PreparedStatements(db);
const shown = new ShownRecords();

port.on('message', (request: ThreadRequest<ReaderProtocol>) => {
  try {
    const value = answer(request);
    const memory = 'items' in value ? [value.items.buffer] : [];
    port.postMessage({ id: request.id, ok: true, value } satisfies ThreadReply, memory);
  } catch (error) {
    const { message } = asError(error);
    const code = (error as { code?: string }).code ?? 'error';
    port.postMessage({ id: request.id, ok: false, code, message } satisfies ThreadReply);
  }
  if (request.kind === 'close') port.close();
});
port.postMessage({ id: 0, ok: true, value: {} } satisfies ThreadReply);

/**
 * SQLite can be interrupted by another thread only, and not through better-sqlite3: so a view stands before each table, which
 * asks for rows that are read whether there is time left. The planner sees through it.
 */
function stopLateReads(): void {
  db.pragma('temp_store = MEMORY');
  db.function('in_time', { deterministic: false }, (_ofRow: unknown) => {
    if (++rowsRead % ROWS_A_LOOK === 0) look();
    return 1;
  });
  db.function('in_time_now', { deterministic: false }, (_ofRow: unknown) => {
    look();
    return 1;
  });
  const tables = db.pragma('main.table_list') as readonly { name: string; type: string }[];
  for (const { name, type } of tables) {
    if (type !== 'table' || name.startsWith('sqlite_')) continue;
    db.exec(`create temp view "${name}" as select * from main."${name}" where ${isInTime(name)}`);
  }
}

/** Of records only one in so many is asked of, by chance, which its number is as good as: asking takes five times as long as reading. */
function isInTime(table: string): string {
  const columns = db.pragma(`main.table_info("${table}")`) as readonly { name: string }[];
  if (table !== 'cdr') return `in_time("${columns[0]!.name}")`;
  return `(((id * 2654435761) >> 16) % ${ROWS_A_LOOK} <> 0 or in_time_now(id))`;
}

function look(): void {
  if (systemClock.monotonic() <= endsAt) return;
  throw Object.assign(new Error('it takes too long'), { code: 'deadline' });
}

function answer(request: ThreadRequest<ReaderProtocol>): ReaderProtocol[keyof ReaderProtocol]['reply'] {
  if (request.kind === 'close') {
    db.close();
    return {};
  }
  endsAt = systemClock.monotonic() + request.limitMs;
  const rows = statements.of(request.sql).all(request.parameters) as Record<string, unknown>[];
  return request.kind === 'query' ? { rows } : shownPart(rows as unknown as FoundRow[], request);
}

function shownPart(rows: readonly FoundRow[], { limit, isWhole }: ShownRequest): ShownPart {
  const page = rows.slice(0, limit);
  const items = shown.joined(
    page.map(({ record }) => record),
    isWhole,
  );
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items,
    last: last && { value: last.value, startedAt: last.started_at, callId: last.call_id },
  };
}
