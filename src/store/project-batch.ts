/** What a batch makes of events beside the records of calls. */
import type { Selectable } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import { type AgentTime, countAgentTime } from '../metric/agent-timeline.ts';
import { countCall } from '../metric/count-call.ts';
import { CounterDelta } from '../metric/counter-delta.ts';
import { CUBES, type Cube } from '../metric/cubes.ts';
import { CALL_TABLES, type Reached, reachedBy } from './call-rows.ts';
import { type ProjectedRows, type ProjectedTable, storableRow, type Value } from './projected-table.ts';
import type { Tables } from './schema.ts';

/** How agents spent their time; a row that lasts is replaced when it is over. */
export const AGENT_TIMES: ProjectedTable = {
  name: 'agent_time',
  key: ['tenant_id', 'agent', 'from_at'],
  again: 'is replaced',
  columns: [
    ['tenant_id', 'text'],
    ['agent', 'text'],
    ['from_at', 'integer'],
    ['until_at', 'integer'],
    ['state', 'text'],
    ['reason', 'text'],
    ['call_id', 'text'],
    ['queue', 'text'],
    ['node_id', 'text'],
    ['disposition', 'text'],
    ['note', 'text'],
    ['forced_by', 'text'],
  ],
};

function counterTable({ table, axes, counters }: Cube): ProjectedTable {
  return {
    name: table as keyof Tables,
    key: ['tenant_id', 'bucket', ...axes],
    again: 'is added to',
    columns: [
      ['tenant_id', 'text'],
      ['bucket', 'integer'],
      ...axes.map((axis) => [axis, axis === 'bound' ? 'integer' : 'text'] as const),
      ...counters.map((counter) => [counter, 'integer'] as const),
    ],
  };
}

/** The table of each cube. */
export const COUNTER_TABLES: ReadonlyMap<Cube, ProjectedTable> = new Map(
  CUBES.map((cube) => [cube, counterTable(cube)]),
);

/** Every table that a batch writes beside `cdr`. */
export const PROJECTED_TABLES: readonly ProjectedTable[] = [
  ...CALL_TABLES,
  AGENT_TIMES,
  ...COUNTER_TABLES.values(),
];

/** What another node presumed of calls and agents. */
export interface Withdrawn {
  readonly cdrs: readonly Cdr[];
  readonly times: readonly AgentTime[];
}

/** What is written beside the records. */
export interface Projected {
  readonly rows: readonly ProjectedRows[];
  /** In the order in which their calls ended; after the rows. */
  readonly reached: readonly Reached[];
}

/**
 * What calls and agents' times make: pure, whichever database takes it. `cdrs` have no record yet: a call that has one is
 * counted. `nodeId`: the process whose agents these are. `withdrawn`: what was presumed and counted, and is replaced.
 */
export function project(
  cdrs: readonly Cdr[],
  times: readonly AgentTime[],
  nodeId: string,
  withdrawn: Withdrawn = { cdrs: [], times: [] },
): Projected {
  const rows: ProjectedRows[] = [];
  const add = (table: ProjectedTable, some: readonly (readonly Value[])[]) => {
    if (some.length > 0) rows.push({ table, rows: some.map((row) => storableRow(table, row)) });
  };
  for (const table of CALL_TABLES)
    add(
      table,
      cdrs.flatMap((cdr) => table.rows(cdr)),
    );
  add(AGENT_TIMES, agentRows(times, nodeId));
  const delta = new CounterDelta();
  for (const cdr of cdrs) countCall(cdr, delta);
  for (const time of times) countAgentTime(time, delta);
  for (const cdr of withdrawn.cdrs) delta.takeBack((counted) => countCall(cdr, counted));
  for (const time of withdrawn.times) delta.takeBack((counted) => countAgentTime(time, counted));
  for (const [table, some] of countedRows(delta)) add(table, some);
  return { rows, reached: cdrs.flatMap((cdr) => reachedBy(cdr) ?? []) };
}

/** What is counted, by the table that it is added to. */
export function countedRows(delta: CounterDelta): ReadonlyMap<ProjectedTable, readonly (readonly Value[])[]> {
  const rows = new Map<ProjectedTable, (readonly Value[])[]>();
  for (const { cube, tenantId, bucket, axes, counts } of delta.rows) {
    const table = COUNTER_TABLES.get(cube)!;
    const some = rows.get(table) ?? [];
    rows.set(table, some);
    some.push([tenantId, bucket, ...axes, ...counts]);
  }
  return rows;
}

export type AgentTimeRow = Selectable<Tables['agent_time']>;

export function timeOf(row: AgentTimeRow): AgentTime {
  const { tenant_id: tenantId, agent, from_at: from, until_at, state, reason, call_id, queue } = row;
  return {
    tenantId,
    agent,
    from,
    until: until_at ?? undefined,
    state: state as AgentTime['state'],
    reason: reason ?? undefined,
    callId: call_id ?? undefined,
    queue: queue ?? undefined,
    disposition: row.disposition ?? undefined,
    note: row.note ?? undefined,
    by: row.forced_by ?? undefined,
  };
}

/** Times that lasted when their process was last seen alive, as over at that moment. */
export function cutAt(times: readonly AgentTime[], at: number): readonly AgentTime[] {
  return times.map((time) => ({ ...time, until: Math.max(time.from, at) }));
}

/** Of times that began and ended, or were told twice, in one batch, the last word. */
function agentRows(times: readonly AgentTime[], nodeId: string): readonly (readonly Value[])[] {
  const rows = new Map<string, readonly Value[]>();
  for (const time of times) {
    rows.set(`${time.tenantId}\n${time.agent}\n${time.from}`, agentRow(time, nodeId));
  }
  return [...rows.values()];
}

/** The row of a time. */
export function agentRow(time: AgentTime, nodeId: string): readonly Value[] {
  const { tenantId, agent, from, until, state, reason, by, callId, queue, disposition, note } = time;
  const told = [until ?? null, state, reason ?? null, callId ?? null, queue ?? null, nodeId];
  return [tenantId, agent, from, ...told, disposition ?? null, note ?? null, by ?? null];
}
