/** Makes what is projected from events anew, in the database itself, and tells what differed. */
import { type Kysely, sql } from 'kysely';
import type { AgentEvent } from '../acd/agent-events.ts';
import { withWrapUps } from '../cdr/wrap-ups.ts';
import { countAgentTime, NODE_LOST } from '../metric/agent-timeline.ts';
import { countCall } from '../metric/count-call.ts';
import { CounterDelta } from '../metric/counter-delta.ts';
import { AgentHistory, type SettledTime } from './agent-history.ts';
import { CallWork } from './call-work.ts';
import { withChange } from './changed-files.ts';
import { RowComparison } from './compare-rows.ts';
import {
  type CallRows,
  type ComparedTable,
  type ComparisonOptions,
  type Ended,
  TableComparison,
} from './compare-table.ts';
import { compareCounters } from './counted-buckets.ts';
import { EndedCalls } from './ended-calls.ts';
import { headsOf, type ToldEvent } from './event-repository.ts';
import { AGENT_TIMES, COUNTER_TABLES } from './project-batch.ts';
import type { ProjectedTable } from './projected-table.ts';
import { CALL_PROJECTIONS, type ProjectedRow } from './projections.ts';
import { type Retained, readEvents, retainedOf } from './retained-events.ts';
import type { Tables } from './schema.ts';
import { SettledCalls } from './settled-calls.ts';
import type { OpenDatabase } from './store-on.ts';

export interface RebuildOptions extends ComparisonOptions {
  /** Events read so far, of all companies. */
  readonly onProgress: (events: number) => void;
}

/** Calls, or times of agents, compared at once. */
const GROUP = 100;

/**
 * Projects the retained events of all companies and compares with what the tables hold, as canonical JSON; unless it only checks,
 * what differs is written anew. Calls whose beginning is not retained any more are left alone, and so are counters of buckets that
 * the retained events do not cover.
 */
export async function rebuild(
  { db, months }: Pick<OpenDatabase, 'db' | 'months'>,
  options: RebuildOptions,
): Promise<readonly ComparedTable[]> {
  const tables = new Comparisons(db, { ...options, months });
  let events = 0;
  for (const tenantId of [...(await headsOf(db)).keys()].sort()) {
    const retained = await retainedOf(db, tenantId);
    if (!retained) continue;
    const company = new CompanyRebuild(tables, tenantId, retained);
    const reading = readEvents(db, tenantId, (count) => {
      events += count;
      options.onProgress(events);
    });
    for await (const told of reading) await company.take(told);
    await company.finish();
  }
  return tables.results;
}

/** All tables that are made of events. */
class Comparisons {
  readonly calls: readonly TableComparison[];
  readonly agentTimes: RowComparison;
  readonly counters: ReadonlyMap<ProjectedTable, RowComparison>;

  constructor(db: Kysely<Tables>, options: ComparisonOptions) {
    this.calls = CALL_PROJECTIONS.map((projection) => new TableComparison(db, projection, options));
    this.agentTimes = new RowComparison(db, AGENT_TIMES, options);
    this.counters = new Map(
      [...COUNTER_TABLES.values()].map((table) => [table, new RowComparison(db, table, options)]),
    );
  }

  get results(): readonly ComparedTable[] {
    return [...this.calls, this.agentTimes, ...this.counters.values()].map(({ result }) => result);
  }
}

/** One company's part of a rebuild. */
class CompanyRebuild {
  readonly #tables: Comparisons;
  readonly #tenantId: string;
  readonly #retained: Retained;
  readonly #calls = new EndedCalls();
  readonly #agents = new AgentHistory();
  readonly #settled = new SettledCalls();
  readonly #work = new CallWork();
  /** Over, and an agent is still at them. */
  readonly #unfinished = new Map<string, Ended>();
  readonly #delta = new CounterDelta();
  /** To be compared next, by table. */
  readonly #groups = new Map<TableComparison, CallRows[]>();
  readonly #times: ProjectedRow[] = [];
  /** Stored times of agents that begin in what is retained and that events explain. */
  #explainedTimes = 0;

  constructor(tables: Comparisons, tenantId: string, retained: Retained) {
    this.#tables = tables;
    this.#tenantId = tenantId;
    this.#retained = retained;
  }

  async take({ nodeId, event }: ToldEvent): Promise<void> {
    if (event.type === 'agent') await this.#takeAgent(nodeId, event);
    const ended = this.#calls.take(event);
    if (ended) await this.#takeCall(ended);
  }

  async finish(): Promise<void> {
    for (const ended of this.#calls.presumed) await this.#takeCall(ended);
    for (const ended of this.#unfinished.values()) await this.#compareCall(ended);
    const { calls, counters, agentTimes } = this.#tables;
    const { from } = this.#retained;
    for (const table of calls) {
      if (table.isSettled) for (const call of this.#settled.open) await this.#compare(table, call);
      await table.compare(this.#groups.get(table) ?? [], from);
      await table.countAll(this.#tenantId, from);
    }
    for (const settled of this.#agents.rest) await this.#compareTime(settled);
    await this.#compareTimes();
    const retained = await agentTimes.count(this.#tenantId, sql<boolean>`from_at >= ${from}`);
    agentTimes.addUnexplained(retained - this.#explainedTimes);
    await compareCounters(counters, this.#tenantId, this.#delta, this.#retained);
  }

  async #takeAgent(nodeId: string, event: AgentEvent): Promise<void> {
    const { times, settled } = this.#agents.take(nodeId, event);
    for (const each of settled) await this.#compareTime(each);
    const left = this.#work.take(`${nodeId}\n${event.agent}`, times, event.reason === NODE_LOST);
    const ended = left === undefined ? undefined : this.#unfinished.get(left);
    if (!ended) return;
    this.#unfinished.delete(ended.cdr.callId);
    await this.#compareCall(ended);
  }

  /** One that was removed was counted, and may have settled others. */
  async #takeCall(ended: Ended): Promise<void> {
    const { callId } = ended.cdr;
    countCall(ended.cdr, this.#delta);
    const settled = this.#settled.settledBy(ended.cdr);
    for (const table of this.#tables.calls) {
      if (!table.isSettled) continue;
      for (const call of settled) await this.#compare(table, call);
      if (this.#retained.isRemoved(ended.cdr)) continue;
      const expected = table.expected(ended);
      if (expected.rows.length > 0) this.#settled.missed(expected);
      else await this.#compare(table, expected);
    }
    if (this.#work.isAt(callId)) this.#unfinished.set(callId, ended);
    else await this.#compareCall(ended);
  }

  /** What follows from the whole record alone. */
  async #compareCall(ended: Ended): Promise<void> {
    const { changes, isRemoved } = this.#retained;
    const { callId } = ended.cdr;
    const wrapUps = this.#work.wrapUpsOf(callId);
    if (isRemoved(ended.cdr)) return;
    const finished = withWrapUps(ended.cdr, wrapUps) ?? ended.cdr;
    const cdr = (changes.get(callId) ?? []).reduce(withChange, finished);
    for (const table of this.#tables.calls) {
      if (!table.isSettled) await this.#compare(table, table.expected({ ...ended, cdr }));
    }
  }

  async #compare(table: TableComparison, call: CallRows): Promise<void> {
    const group = this.#groups.get(table) ?? [];
    this.#groups.set(table, group);
    if (group.push(call) < GROUP) return;
    await table.compare(group.splice(0), this.#retained.from);
  }

  /** What was presumed of it was counted by nobody else. */
  async #compareTime({ time, row }: SettledTime): Promise<void> {
    countAgentTime(time, this.#delta);
    if (this.#times.push(row) >= GROUP) await this.#compareTimes();
  }

  async #compareTimes(): Promise<void> {
    const { agentTimes } = this.#tables;
    const rebuilt = this.#times.splice(0);
    if (rebuilt.length === 0) return;
    const places = rebuilt.map((row) => sql`(agent = ${row['agent']} and from_at = ${row['from_at']})`);
    const stored = await agentTimes.rowsWhere(this.#tenantId, sql<boolean>`${sql.join(places, sql` or `)}`);
    const there = await agentTimes.compare(this.#tenantId, stored, rebuilt);
    this.#explainedTimes += there.filter((row) => Number(row['from_at']) >= this.#retained.from).length;
  }
}
