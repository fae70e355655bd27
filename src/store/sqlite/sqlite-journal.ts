import type { Database, Statement } from 'better-sqlite3';
import { originParts } from '../../call/arrival.ts';
import type { Cdr } from '../../cdr/cdr.ts';
import { type FlatEvents, type FlatLayout, layoutSince } from '../journal/flat-events.ts';
import type { EventBatch } from '../journal/journal-writer.ts';
import { type AbsorbedBatch, OpenCalls } from '../journal/open-calls.ts';

/** The journal is rewritten with the open calls only when it has grown by this and by twice what it kept. */
const COMPACT_BYTES = 8 * 1024 * 1024;

const CDR_COLUMNS = [
  'tenant_id',
  'call_id',
  'started_at',
  'answered_at',
  'ended_at',
  'direction',
  'origin_kind',
  'origin_name',
  'caller',
  'called',
  'area',
  'carrier',
  'cause',
  'fault',
  'agent',
  'answered_ms',
  'talk_ms',
  'survey_digit',
  'record',
] as const;

/**
 * Writes batches of events, one transaction each, in the database's thread: events of open calls go to the
 * journal, a call that ended becomes a record. All of a batch is written or nothing, and a batch that comes again
 * is written once.
 */
export class SqliteJournal {
  #calls = new OpenCalls(layoutSince(0));
  #epoch: number | undefined;
  #layoutJson = '';
  readonly #insertJournal: Statement;
  readonly #clearJournal: Statement;
  readonly #markAlive: Statement;
  readonly #insertCdr: Statement;
  readonly #write: (absorbed: AbsorbedBatch, now: number) => number;
  /** A batch that was taken in but could not be written. */
  #unwritten: { readonly number: number; readonly absorbed: AbsorbedBatch } | undefined;
  #journalBytes = 0;
  #compactAtBytes = COMPACT_BYTES;

  constructor(db: Database) {
    this.#insertJournal = db.prepare('insert into call_journal (layout, events) values (?, ?)');
    this.#clearJournal = db.prepare('delete from call_journal');
    this.#markAlive = db.prepare(
      'insert into journal_mark (id, alive_at) values (1, ?) on conflict (id) do update set alive_at = excluded.alive_at',
    );
    const marks = CDR_COLUMNS.map(() => '?').join(', ');
    const columns = CDR_COLUMNS.join(', ');
    // A call that has its record keeps it: a replay after a crash writes nothing twice.
    const conflict = 'on conflict (started_at, call_id) do nothing';
    this.#insertCdr = db.prepare(`insert into cdr (${columns}) values (${marks}) ${conflict}`);
    this.#write = db.transaction((absorbed: AbsorbedBatch, now: number) => this.#writeAll(absorbed, now));
  }

  /** Takes a batch in and writes it. Throws when it cannot be written; give it again later. */
  write({ number, now, epoch, events }: EventBatch): { openCalls: number } {
    if (this.#epoch !== epoch) this.#begin(epoch);
    if (this.#unwritten?.number !== number) {
      this.#unwritten = { number, absorbed: this.#calls.absorb(events) };
    }
    const bytes = this.#write(this.#unwritten.absorbed, now);
    // It shrinks only by compaction: grow by as much again, or more, before the next one.
    if (bytes < this.#journalBytes) this.#compactAtBytes = bytes + Math.max(COMPACT_BYTES, 2 * bytes);
    this.#journalBytes = bytes;
    this.#unwritten = undefined;
    return { openCalls: this.#calls.size };
  }

  /** The first batch of a process says how all of its batches count time. */
  #begin(epoch: number): void {
    const layout = layoutSince(epoch);
    this.#epoch = epoch;
    this.#layoutJson = JSON.stringify(layout);
    this.#calls = new OpenCalls(layout);
  }

  /** Closes the calls that a crash left open; returns how many. Call once, before the first batch. */
  recover(db: Database): number {
    const rows = db.prepare('select layout, events from call_journal order by id').all() as {
      layout: string;
      events: string;
    }[];
    const aliveAt = db.prepare('select alive_at from journal_mark').pluck().get() as number | undefined;
    // All rows are of one process, hence of one layout: every start empties the journal.
    const layout: FlatLayout = rows[0] ? JSON.parse(rows[0].layout) : layoutSince(0);
    const left = new OpenCalls(layout);
    for (const { events } of rows) left.absorb(JSON.parse(events));
    const cdrs = left.closeAll(aliveAt ?? 0);
    return db.transaction(() => {
      const before = db.prepare('select count(*) from cdr').pluck().get() as number;
      for (const cdr of cdrs) this.#addCdr(cdr);
      this.#clearJournal.run();
      return (db.prepare('select count(*) from cdr').pluck().get() as number) - before;
    })();
  }

  /** Returns the size of the journal afterwards. Changes nothing in memory, so that a rollback undoes it all. */
  #writeAll(absorbed: AbsorbedBatch, now: number): number {
    const bytes = this.#journalBytes;
    for (const cdr of absorbed.cdrs) this.#addCdr(cdr);
    if (this.#calls.size > 0) this.#markAlive.run(now);
    if (this.#calls.size === 0) {
      if (bytes > 0) this.#clearJournal.run();
      return 0;
    }
    if (bytes >= this.#compactAtBytes) {
      this.#clearJournal.run();
      return this.#addJournal(this.#calls.snapshot());
    }
    return absorbed.journal.length === 0 ? bytes : bytes + this.#addJournal(absorbed.journal);
  }

  #addJournal(events: FlatEvents): number {
    const text = JSON.stringify(events);
    this.#insertJournal.run(this.#layoutJson, text);
    return text.length;
  }

  #addCdr(cdr: Cdr): void {
    const [originKind, originName] = originParts(cdr.origin);
    this.#insertCdr.run(
      text(cdr.tenantId),
      text(cdr.callId),
      integer(cdr.startedAt),
      cdr.answeredAt === null ? null : integer(cdr.answeredAt),
      integer(cdr.endedAt),
      text(cdr.direction),
      text(originKind),
      text(originName),
      text(cdr.caller),
      text(cdr.called),
      optional(cdr.area),
      optional(cdr.carrier),
      text(cdr.cause),
      optional(cdr.fault),
      optional(cdr.agent),
      integer(cdr.answeredMs),
      integer(cdr.talkMs),
      optional(cdr.surveyDigit),
      JSON.stringify(cdr),
    );
  }
}

// One record that the columns refuse would stop the journal of all calls: whatever an event held, it fits.
const text = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));
const optional = (value: unknown): string | null =>
  value === null || value === undefined ? null : text(value);
const integer = (value: unknown): number => (Number.isFinite(value) ? Math.round(value as number) : 0);
