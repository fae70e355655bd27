import type { Client } from 'pg';
import type { Cdr } from '../../cdr/cdr.ts';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import { CALL_TABLES } from '../call-rows.ts';
import { CDR_COLUMNS, cdrValues, startOf } from '../cdr-row.ts';
import { type BatchPlan, BatchPlanner } from '../journal/batch-planner.ts';
import { closeLeft, type JournalRow, signOutsOf } from '../journal/close-left.ts';
import { type EventRow, ROW_LAYOUT, rowsOf } from '../journal/event-rows.ts';
import type { EventBatch } from '../journal/journal-writer.ts';
import type { LeftCause } from '../journal/open-calls.ts';
import type { Beat } from '../node-lease.ts';
import { cutAt, project } from '../project-batch.ts';
import { readRecord } from '../stored-record.ts';
import type { LockedConnection } from './locked-connection.ts';
import { rangeOf, TABLES_OF_CALLS } from './monthly-tables.ts';
import { MonthsMade } from './months-made.ts';
import { NodeLeases } from './node-leases.ts';
import {
  confirmTimes,
  lastingTimes,
  presumedTimes,
  presumeTimes,
  withdrawTimes,
  writeProjected,
} from './postgres-projections.ts';
import { writeWrapUps } from './postgres-wrap-ups.ts';

const NUMBERS = new Set<string>([
  'started_at',
  'answered_at',
  'ended_at',
  'answered_ms',
  'talk_ms',
  'duration_ms',
  'wait_ms',
  'recordings',
  'noted',
  'flagged',
]);
const typeOf = (column: string) => (column === 'record' ? 'json' : NUMBERS.has(column) ? 'bigint' : 'text');
const LISTS = CDR_COLUMNS.map((column, index) => `$${index + 1}::${typeOf(column)}[]`).join(', ');

/**
 * Each parameter is the list of one column's values. A call that has its record keeps it, nothing is written twice; but what a
 * node says of its own call counts more than what another one presumed: its end, or that it was seen later.
 */
const INSERT_CDRS = `insert into cdr (${CDR_COLUMNS.join(', ')}) select * from unnest(${LISTS})
  on conflict (started_at, call_id) do update set ${CDR_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')}
  where cdr.cause = 'node-lost' and excluded.cause <> 'node-lost'
    and (excluded.cause <> 'restart' or excluded.ended_at > cdr.ended_at) returning started_at, call_id`;
/** The records that such a statement replaces; the first and the last start, so that few months are looked into. */
const PRESUMED = `select record, started_at, call_id from cdr
  join unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) as ours (started_at, call_id, own_cause, own_end)
    using (started_at, call_id)
  where started_at between $5 and $6
    and cause = 'node-lost' and own_cause <> 'node-lost' and (own_cause <> 'restart' or own_end > ended_at)`;
/** A batch that is here already changes nothing: it came before a crash, or before its answer was lost. */
const MARK = `insert into journal_mark (node_id, alive_at, batch) values ($1, $2, $3) on conflict (node_id) do update
  set alive_at = excluded.alive_at, batch = excluded.batch where journal_mark.batch < excluded.batch`;
const LAST_BATCH = 'select batch from journal_mark where node_id = $1';
/** The companies come in the order of their names, whose heads stay locked until the commit. */
const INSERT_EVENTS = `with given as (
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::json[])
      as rows (tenant_id, events, from_at, to_at, body)
  ), head as (
    insert into event_head (tenant_id, seq) select tenant_id, events from given
      on conflict (tenant_id) do update set seq = event_head.seq + excluded.seq returning tenant_id, seq
  )
  insert into event_batch (tenant_id, first_seq, events, node_id, batch, from_at, to_at, layout, body)
    select tenant_id, seq - events + 1, events, $6::text, $7::bigint, from_at, to_at, $8::text, body from given join head using (tenant_id)`;
const INSERT_LAYOUT = 'insert into event_layout (id, types) values ($1, $2) on conflict (id) do nothing';
const INSERT_JOURNAL = 'insert into call_journal (node_id, batch, layout, events) values ($1, $2, $3, $4)';
const CLEAR_JOURNAL = 'delete from call_journal where node_id = $1';
/** Of one node, the oldest first. */
const JOURNAL = 'select id, layout, events, batch, presumed from call_journal where node_id = $1 order by id';
const PRESUME = 'update call_journal set presumed = 1 where id = any ($1)';
const LEFT_NODES = 'select distinct node_id from call_journal order by node_id';

interface OwnRow extends JournalRow {
  readonly id: number;
  /** 1: its calls have been closed as those of a lost node. */
  readonly presumed: number;
}

/** Writes batches of events, one transaction each. Plain SQL: the thread that runs it starts in half the time without Kysely. */
export class PostgresJournal {
  readonly #connection: LockedConnection;
  readonly #nodeId: string;
  readonly #leases: NodeLeases;
  readonly #planner = new BatchPlanner();
  readonly #months = new MonthsMade(TABLES_OF_CALLS);

  constructor(connection: LockedConnection, nodeId: string) {
    this.#connection = connection;
    this.#nodeId = nodeId;
    this.#leases = new NodeLeases(connection, nodeId);
  }

  /** Takes a batch in and writes it. Rejects when it cannot be written; give it again later, one at a time. */
  async write(batch: EventBatch): Promise<void> {
    const plan = this.#planner.plan(batch);
    await this.#transaction((client) => this.#writeAll(client, plan, batch));
    this.#planner.written();
  }

  /** Number of the last batch of this process that is in the database, also of one before a restart. */
  async lastBatch(mark = this.#nodeId): Promise<number> {
    const client = await this.#connection.connect();
    const { rows } = await client.query<{ batch: number }>(LAST_BATCH, [mark]);
    return Number(rows[0]?.batch ?? 0);
  }

  /** Takes up the calls that a crash left open; see JournalDatabase. */
  async resume(): Promise<void> {
    const client = await this.#connection.connect();
    const { rows } = await client.query<JournalRow>(JOURNAL, [this.#nodeId]);
    const lasting = await lastingTimes(client, this.#nodeId);
    const presumed = await presumedTimes(client, this.#nodeId);
    this.#planner.resume(rows, [...lasting, ...presumed.map((time) => ({ ...time, until: undefined }))]);
  }

  /** How its events are read is in the database from now on. */
  async begin(): Promise<void> {
    const client = await this.#connection.connect();
    await client.query(INSERT_LAYOUT, [ROW_LAYOUT.id, ROW_LAYOUT.types]);
  }

  /**
   * Closes the calls that a crash of this node left open; returns how many. Call before the first batch of who is there now. Who is
   * no node has the database for himself and closes those of all.
   */
  async recover(): Promise<number> {
    const closed = await this.#transaction(async (client) => {
      if (this.#nodeId !== '') return await this.#closeCallsOf(client, this.#nodeId, 'restart');
      let closed = 0;
      const { rows } = await client.query<{ node_id: string }>(LEFT_NODES);
      for (const row of rows) closed += await this.#closeCallsOf(client, row.node_id, 'restart');
      await client.query('delete from node');
      return closed;
    });
    this.#planner.resume([], []);
    return closed;
  }

  /** Shows that this node lives, and closes the calls of nodes that do not. */
  async beat(settings = ''): Promise<Beat> {
    const closeCallsOf = (client: Client, lost: string) => this.#closeCallsOf(client, lost, 'node-lost');
    const beat = await this.#leases.beat(settings, closeCallsOf).catch((error: unknown) => {
      this.#months.forget();
      throw error;
    });
    // We were taken for lost, and the calls in our rows closed.
    if (beat.isNew) this.#planner.rewriteNext();
    return beat;
  }

  /** This node ends. */
  async leave(): Promise<void> {
    if (this.#nodeId !== '') await this.#leases.leave();
  }

  async #transaction<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    try {
      return await this.#connection.transaction(work);
    } catch (error) {
      this.#months.forget();
      throw error;
    }
  }

  /** The calls of a lost node stay in the journal, for their real ends may wait where only that node can read them. */
  async #closeCallsOf(client: Client, nodeId: string, cause: LeftCause): Promise<number> {
    const { rows } = await client.query<OwnRow>(`${JOURNAL} for update`, [nodeId]);
    if (cause === 'node-lost') await client.query(PRESUME, [rows.map(({ id }) => id)]);
    else await client.query(CLEAR_JOURNAL, [nodeId]);
    const mark = 'select alive_at as at from journal_mark where node_id = $1';
    const marks = await client.query<{ at: number }>(mark, [nodeId]);
    const aliveAt = marks.rows[0]?.at ?? 0;
    const { times, withdrawn } = await this.#closeTimesOf(client, nodeId, aliveAt, cause);
    const isPresumed = rows.every(({ presumed }) => presumed === 1);
    const { cdrs, facts } = closeLeft(isPresumed ? [] : rows, aliveAt, cause);
    await this.#addEvents(client, rowsOf([...facts, ...signOutsOf(times, cause)]), null, nodeId);
    return await this.#addCdrs(client, cdrs, times, nodeId, withdrawn);
  }

  /**
   * The times of agents that the process left lasting, and their ends. Of a lost one these are presumed: it may only be cut off, and
   * tells more of its agents then. When it starts again it may have been seen alive later.
   */
  async #closeTimesOf(client: Client, nodeId: string, aliveAt: number, cause: LeftCause) {
    const lasting = await lastingTimes(client, nodeId);
    if (cause === 'node-lost') {
      await presumeTimes(client, nodeId);
      return { times: cutAt(lasting, aliveAt), withdrawn: [] };
    }
    const withdrawn = (await presumedTimes(client, nodeId)).filter(({ until }) => until! < aliveAt);
    await confirmTimes(client, nodeId);
    return { times: cutAt([...lasting, ...withdrawn], aliveAt), withdrawn };
  }

  async #writeAll(client: Client, plan: BatchPlan, { now, mark }: EventBatch): Promise<void> {
    const { number, cdrs, times, events, clearsJournal, row } = plan;
    const { rowCount } = await client.query(MARK, [mark ?? this.#nodeId, now, number]);
    if (rowCount === 0) return;
    await this.#addEvents(client, events, number);
    await this.#addCdrs(client, cdrs, times, this.#nodeId, await withdrawTimes(client, times));
    if (clearsJournal) await client.query(CLEAR_JOURNAL, [this.#nodeId]);
    if (row) await client.query(INSERT_JOURNAL, [this.#nodeId, number, row.layout, row.events]);
  }

  async #addEvents(
    client: Client,
    rows: readonly EventRow[],
    batch: number | null,
    nodeId = this.#nodeId,
  ): Promise<void> {
    if (rows.length === 0) return;
    await client.query(INSERT_EVENTS, [
      rows.map(({ tenantId }) => tenantId),
      rows.map(({ events }) => events),
      rows.map(({ fromAt }) => fromAt),
      rows.map(({ toAt }) => toAt),
      rows.map(({ body }) => body),
      nodeId,
      batch,
      ROW_LAYOUT.id,
    ]);
  }

  /** Returns how many had no record yet, or a presumed one: they count, and leave rows elsewhere. */
  async #addCdrs(
    client: Client,
    cdrs: readonly Cdr[],
    times: readonly AgentTime[],
    nodeId: string,
    withdrawn: readonly AgentTime[],
  ): Promise<number> {
    if (cdrs.length === 0 && times.length === 0) return 0;
    const starts = cdrs.map(startOf);
    await this.#months.make((statement, values) => client.query(statement, values), starts);
    const presumed = cdrs.length > 0 ? await takePresumed(client, cdrs) : [];
    const added = cdrs.length > 0 ? await insertCdrs(client, cdrs, nodeId) : [];
    const projected = project(added, times, nodeId, { cdrs: presumed, times: withdrawn });
    await writeProjected(client, projected);
    await writeWrapUps(client, added, times);
    return added.length;
  }
}

/** Returns those that were written. */
async function insertCdrs(client: Client, cdrs: readonly Cdr[], nodeId: string): Promise<readonly Cdr[]> {
  const lists: unknown[][] = CDR_COLUMNS.map(() => []);
  for (const cdr of cdrs) {
    for (const [index, value] of cdrValues(cdr, nodeId).entries()) {
      lists[index]!.push(value);
    }
  }
  const { rows } = await client.query<{ started_at: number; call_id: string }>(INSERT_CDRS, lists);
  if (rows.length === cdrs.length) return cdrs;
  const written = new Set(rows.map(({ started_at, call_id }) => `${started_at}.${call_id}`));
  return cdrs.filter((cdr) => written.has(`${startOf(cdr)}.${cdr.callId}`));
}

/** Records that another node presumed and that are about to be replaced: what they left elsewhere goes, and is counted back. */
async function takePresumed(client: Client, cdrs: readonly Cdr[]): Promise<readonly Cdr[]> {
  const starts = cdrs.map(startOf);
  const { rows } = await client.query<{ record: string; started_at: number; call_id: string }>(PRESUMED, [
    starts,
    cdrs.map(({ callId }) => callId),
    cdrs.map(({ cause }) => cause),
    cdrs.map(({ endedAt }) => endedAt),
    ...rangeOf(starts),
  ]);
  if (rows.length === 0) return [];
  const gone = [rows.map(({ started_at }) => started_at), rows.map(({ call_id }) => call_id)];
  for (const { name } of CALL_TABLES) {
    await client.query(
      `delete from ${name} using unnest($1::bigint[], $2::text[]) as gone (started_at, call_id)
        where ${name}.started_at = gone.started_at and ${name}.call_id = gone.call_id`,
      gone,
    );
  }
  return rows.map(({ record }) => readRecord(record));
}
