import type { Database, Statement } from 'better-sqlite3';
import type { Cdr } from '../../cdr/cdr.ts';
import { CDR_COLUMNS, cdrValues } from '../cdr-row.ts';
import { type BatchPlan, BatchPlanner } from '../journal/batch-planner.ts';
import type { EventBatch } from '../journal/journal-writer.ts';
import { type JournalRow, recordsOfLeft } from '../journal/records-of-left.ts';

/** Writes batches of events, one transaction each, in the database's thread. */
export class SqliteJournal {
  readonly #nodeId: string;
  readonly #planner = new BatchPlanner();
  readonly #insertJournal: Statement;
  readonly #clearJournal: Statement;
  readonly #markAlive: Statement;
  readonly #insertCdr: Statement;
  readonly #write: (plan: BatchPlan, now: number) => void;

  constructor(db: Database, nodeId: string) {
    this.#nodeId = nodeId;
    const row = 'insert into call_journal (node_id, batch, layout, events) values (?, ?, ?, ?)';
    this.#insertJournal = db.prepare(row);
    this.#clearJournal = db.prepare('delete from call_journal');
    this.#markAlive = db.prepare(
      `insert into journal_mark (node_id, alive_at) values (?, ?)
        on conflict (node_id) do update set alive_at = excluded.alive_at`,
    );
    const marks = CDR_COLUMNS.map(() => '?').join(', ');
    const columns = CDR_COLUMNS.join(', ');
    // A call that has its record keeps it: a replay after a crash writes nothing twice.
    const conflict = 'on conflict (started_at, call_id) do nothing';
    this.#insertCdr = db.prepare(`insert into cdr (${columns}) values (${marks}) ${conflict}`);
    this.#write = db.transaction((plan: BatchPlan, now: number) => this.#writeAll(plan, now));
  }

  /** Takes a batch in and writes it. Throws when it cannot be written; give it again later. */
  write(batch: EventBatch): { openCalls: number } {
    const plan = this.#planner.plan(batch);
    this.#write(plan, batch.now);
    this.#planner.written();
    return { openCalls: plan.openCalls };
  }

  /** Closes the calls that a crash left open; returns how many. Call once, before the first batch. */
  recover(db: Database): number {
    const rows = db.prepare('select layout, events from call_journal order by id').all() as JournalRow[];
    const aliveAt = db.prepare('select max(alive_at) from journal_mark').pluck().get() as number | null;
    const cdrs = recordsOfLeft(rows, aliveAt ?? 0);
    return db.transaction(() => {
      let added = 0;
      for (const cdr of cdrs) added += this.#addCdr(cdr);
      this.#clearJournal.run();
      return added;
    })();
  }

  #writeAll({ number, cdrs, clearsJournal, row, openCalls }: BatchPlan, now: number): void {
    for (const cdr of cdrs) this.#addCdr(cdr);
    if (openCalls > 0) this.#markAlive.run(this.#nodeId, now);
    if (clearsJournal) this.#clearJournal.run();
    if (row) this.#insertJournal.run(this.#nodeId, number, row.layout, row.events);
  }

  #addCdr(cdr: Cdr): number {
    return this.#insertCdr.run(cdrValues(cdr, this.#nodeId)).changes;
  }
}
