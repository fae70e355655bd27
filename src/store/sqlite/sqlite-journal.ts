import type { Database, Statement } from 'better-sqlite3';
import type { Cdr } from '../../cdr/cdr.ts';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import { CDR_COLUMNS, cdrValues } from '../cdr-row.ts';
import { type BatchPlan, BatchPlanner } from '../journal/batch-planner.ts';
import { closeLeft, type JournalRow, signOutsOf } from '../journal/close-left.ts';
import { type EventRow, ROW_LAYOUT, rowsOf } from '../journal/event-rows.ts';
import type { EventBatch } from '../journal/journal-writer.ts';
import { cutAt, project } from '../project-batch.ts';
import { SqliteProjections } from './sqlite-projections.ts';
import { SqliteWrapUps } from './sqlite-wrap-ups.ts';

/** Writes batches of events, one transaction each, in the database's thread. */
export class SqliteJournal {
  readonly #nodeId: string;
  readonly #planner = new BatchPlanner();
  readonly #insertJournal: Statement;
  readonly #clearJournal: Statement;
  readonly #mark: Statement;
  readonly #lastBatch: Statement;
  readonly #takeNumbers: Statement;
  readonly #insertEvents: Statement;
  readonly #insertCdr: Statement;
  readonly #projections: SqliteProjections;
  readonly #wrapUps: SqliteWrapUps;
  readonly #write: (plan: BatchPlan, batch: EventBatch) => void;

  constructor(db: Database, nodeId: string) {
    this.#nodeId = nodeId;
    const row = 'insert into call_journal (node_id, batch, layout, events) values (?, ?, ?, ?)';
    this.#insertJournal = db.prepare(row);
    this.#clearJournal = db.prepare('delete from call_journal');
    // A batch that is here already changes nothing: it came before a crash, or before its answer was lost.
    this.#mark = db.prepare(
      `insert into journal_mark (node_id, alive_at, batch) values (?, ?, ?) on conflict (node_id) do update
        set alive_at = excluded.alive_at, batch = excluded.batch where journal_mark.batch < excluded.batch`,
    );
    this.#takeNumbers = db
      .prepare(
        `insert into event_head (tenant_id, seq) values (?, ?)
          on conflict (tenant_id) do update set seq = event_head.seq + excluded.seq returning seq`,
      )
      .pluck();
    this.#insertEvents = db.prepare(
      `insert into event_batch (tenant_id, first_seq, events, node_id, batch, from_at, to_at, layout, body)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#lastBatch = db.prepare('select batch from journal_mark where node_id = ?').pluck();
    const marks = CDR_COLUMNS.map(() => '?').join(', ');
    const columns = CDR_COLUMNS.join(', ');
    // A call that has its record keeps it: a replay after a crash writes nothing twice.
    const conflict = 'on conflict (started_at, call_id) do nothing';
    this.#insertCdr = db.prepare(`insert into cdr (${columns}) values (${marks}) ${conflict}`);
    this.#projections = new SqliteProjections(db);
    this.#wrapUps = new SqliteWrapUps(db);
    // Its lock first: what it reads of the heads must not change before it writes them.
    this.#write = db.transaction((plan: BatchPlan, batch: EventBatch) =>
      this.#writeAll(plan, batch),
    ).immediate;
  }

  /** How its events are read is in the database from now on. */
  begin(db: Database): void {
    const layout = db.prepare('insert or ignore into event_layout (id, types) values (?, ?)');
    layout.run(ROW_LAYOUT.id, ROW_LAYOUT.types);
  }

  /** Takes a batch in and writes it. Throws when it cannot be written; give it again later. */
  write(batch: EventBatch): void {
    const plan = this.#planner.plan(batch);
    this.#write(plan, batch);
    this.#planner.written();
  }

  /** Number of the last batch of this process that is in the database, also of one before a restart. */
  lastBatch(mark = this.#nodeId): number {
    return (this.#lastBatch.get(mark) as number | undefined) ?? 0;
  }

  /** Takes up the calls that a crash left open; see JournalDatabase. */
  resume(db: Database): void {
    const rows = 'select layout, events, batch from call_journal where node_id = ? order by id';
    const left = db.prepare(rows).all(this.#nodeId) as JournalRow[];
    this.#planner.resume(left, this.#projections.lastingTimes(this.#nodeId));
  }

  /** Closes the calls that a crash left open; returns how many. Call before the first batch of who is there now. */
  recover(db: Database): number {
    const rows = db.prepare('select node_id, layout, events, batch from call_journal order by id').all();
    const aliveAt = db.prepare('select alive_at from journal_mark where node_id = ?').pluck();
    const marked = db.prepare('select node_id from journal_mark').pluck();
    // A backup of PostgreSQL may hold those of several nodes, each with numbers of its own.
    const nodes = Map.groupBy(rows as (JournalRow & { node_id: string })[], ({ node_id }) => node_id);
    const close = db.transaction(() => {
      let added = 0;
      for (const nodeId of new Set([...nodes.keys(), ...(marked.all() as string[])])) {
        const seenAt = (aliveAt.get(nodeId) as number | undefined) ?? 0;
        const { cdrs, facts } = closeLeft(nodes.get(nodeId) ?? [], seenAt);
        const times = cutAt(this.#projections.lastingTimes(nodeId), seenAt);
        for (const row of rowsOf([...facts, ...signOutsOf(times)])) this.#addEvents(row, null, nodeId);
        added += this.#addCdrs(cdrs, times, nodeId);
      }
      this.#clearJournal.run();
      return added;
    });
    const closed = close();
    this.#planner.resume([], []);
    return closed;
  }

  #writeAll({ number, cdrs, times, events, clearsJournal, row }: BatchPlan, batch: EventBatch): void {
    const { now, mark = this.#nodeId } = batch;
    if (this.#mark.run(mark, now, number).changes === 0) return;
    for (const each of events) this.#addEvents(each, number);
    this.#addCdrs(cdrs, times, this.#nodeId);
    if (clearsJournal) this.#clearJournal.run();
    if (row) this.#insertJournal.run(this.#nodeId, number, row.layout, row.events);
  }

  #addEvents(row: EventRow, batch: number | null, nodeId = this.#nodeId): void {
    const { tenantId, events, fromAt, toAt, body } = row;
    const seq = this.#takeNumbers.get(tenantId, events) as number;
    const first = seq - events + 1;
    this.#insertEvents.run(tenantId, first, events, nodeId, batch, fromAt, toAt, ROW_LAYOUT.id, body);
  }

  /** Returns how many had no record yet: they count, and leave rows elsewhere. */
  #addCdrs(cdrs: readonly Cdr[], times: readonly AgentTime[], nodeId: string): number {
    const added = cdrs.filter((cdr) => this.#insertCdr.run(cdrValues(cdr, nodeId)).changes > 0);
    this.#projections.write(project(added, times, nodeId));
    this.#wrapUps.write(added, times);
    return added.length;
  }
}
