import type { Cdr } from '../../cdr/cdr.ts';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import { AgentTimes } from './agent-times.ts';
import type { JournalRow } from './close-left.ts';
import { BatchDivider, type EventRow } from './event-rows.ts';
import { type FlatEvents, type FlatLayout, layoutSince } from './flat-events.ts';
import type { EventBatch } from './journal-writer.ts';
import { OpenCalls } from './open-calls.ts';

/** The journal is rewritten with the open calls only when it has grown by this and by twice what it kept. */
const COMPACT_BYTES = 8 * 1024 * 1024;

/** What a batch asks to be written, all of it in one transaction or nothing. */
export interface BatchPlan {
  readonly number: number;
  /** Records of the calls that ended. */
  readonly cdrs: readonly Cdr[];
  /** Times of agents that ended or began. */
  readonly times: readonly AgentTime[];
  /** What the event streams get, in the order in which companies' numbers are taken. */
  readonly events: readonly EventRow[];
  /** The journal's rows of this process go, before the new one comes. */
  readonly clearsJournal: boolean;
  /** The row that the journal gets; undefined: none. */
  readonly row: { readonly layout: string; readonly events: string } | undefined;
}

/**
 * What batches write, the same in every database: all events go to the streams of their companies, those of open calls
 * to the journal too, a call that ended becomes a record. A batch that could not be written comes again under its number
 * and has the same plan.
 */
export class BatchPlanner {
  #calls = new OpenCalls(layoutSince(0));
  #agents = new AgentTimes(layoutSince(0), []);
  #lasting: readonly AgentTime[] = [];
  #divider = new BatchDivider(layoutSince(0));
  #epoch: number | undefined;
  #layout = '';
  /** Taken in and not written yet. */
  #plan: BatchPlan | undefined;
  #journalBytes = 0;
  #compactAtBytes = COMPACT_BYTES;

  plan({ number, epoch, events, layout }: EventBatch): BatchPlan {
    if (this.#epoch !== epoch) this.#begin(layout ?? layoutSince(epoch));
    if (this.#plan?.number !== number) this.#plan = this.#absorb(number, events);
    return this.#plan;
  }

  /**
   * Takes up the calls that a process left open, by its rows of the journal, and the times of its agents that last, so that more
   * of their events can come. What was planned before is forgotten.
   */
  resume(rows: readonly JournalRow[], lasting: readonly AgentTime[]): void {
    this.#lasting = lasting;
    this.#plan = undefined;
    this.#epoch = undefined;
    this.#journalBytes = 0;
    const [first] = rows;
    if (!first) return;
    this.#begin(JSON.parse(first.layout));
    for (const { events } of rows) {
      const before: FlatEvents = JSON.parse(events);
      this.#calls.absorb(before);
      this.#divider.divide(before);
      this.#journalBytes += events.length;
    }
  }

  /** The journal's rows of this process count no more: the next new plan writes all open calls again. */
  rewriteNext(): void {
    this.#compactAtBytes = 0;
  }

  /** The last plan is in the database. */
  written(): void {
    const { clearsJournal, row } = this.#plan!;
    this.#plan = undefined;
    const added = row?.events.length ?? 0;
    if (clearsJournal) {
      // It shrinks only by compaction: grow by as much again, or more, before the next one.
      this.#compactAtBytes = added + Math.max(COMPACT_BYTES, 2 * added);
      this.#journalBytes = 0;
    }
    this.#journalBytes += added;
  }

  /** The first batch of a process says how all of its batches count time. */
  #begin(layout: FlatLayout): void {
    this.#epoch = layout.epoch;
    this.#layout = JSON.stringify(layout);
    this.#calls = new OpenCalls(layout);
    this.#agents = new AgentTimes(layout, this.#lasting);
    this.#divider = new BatchDivider(layout);
  }

  #absorb(number: number, batch: EventBatch['events']): BatchPlan {
    const { cdrs, journal } = this.#calls.absorb(batch);
    const times = this.#agents.absorb(batch);
    const rest = { number, cdrs, times, events: this.#divider.divide(batch) };
    if (this.#calls.size === 0) return { ...rest, clearsJournal: this.#journalBytes > 0, row: undefined };
    const isFull = this.#journalBytes >= this.#compactAtBytes;
    const kept = isFull ? this.#calls.snapshot() : journal;
    const row = kept.length === 0 ? undefined : { layout: this.#layout, events: JSON.stringify(kept) };
    return { ...rest, clearsJournal: isFull, row };
  }
}
