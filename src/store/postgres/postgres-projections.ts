import type { Client } from 'pg';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import type { Reached } from '../call-rows.ts';
import { type AgentTimeRow, type Projected, timeOf } from '../project-batch.ts';
import { insertInto, type ProjectedRows, type ProjectedTable } from '../projected-table.ts';

const LASTING = 'select * from agent_time where until_at is null and node_id = $1';
const PRESUMED = 'select * from agent_time where presumed = 1 and node_id = $1';
const PRESUME = 'update agent_time set presumed = 1 where until_at is null and node_id = $1';
const CONFIRM = 'update agent_time set presumed = 0 where presumed = 1 and node_id = $1';
const WITHDRAW = `update agent_time set presumed = 0
  from unnest($1::text[], $2::text[], $3::bigint[]) as given (tenant_id, agent, from_at)
  where agent_time.tenant_id = given.tenant_id and agent_time.agent = given.agent and agent_time.from_at = given.from_at
    and presumed = 1 returning agent_time.*`;
/** Of several calls in which the two talked the first that ended after the missed one. */
const SETTLE = `update missed_call set closed_at = found.at, closed_by = found.call_id from (
    select distinct on (missed.started_at, missed.call_id) missed.started_at, missed.call_id as missed, given.at, given.call_id
    from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) with ordinality as given (tenant_id, number, at, call_id, no)
    join missed_call missed on missed.tenant_id = given.tenant_id and missed.caller = given.number
      and missed.closed_at is null and missed.ended_at <= given.at
    order by missed.started_at, missed.call_id, given.no
  ) found where missed_call.started_at = found.started_at and missed_call.call_id = found.missed`;

/** Writes what is made of events, in the transaction of who calls: a statement a table. */
export async function writeProjected(client: Client, { rows, reached }: Projected): Promise<void> {
  for (const each of rows) await insert(client, each);
  if (reached.length > 0) await settle(client, reached);
}

/** The times of agents of a process that last. */
export async function lastingTimes(client: Client, nodeId: string): Promise<readonly AgentTime[]> {
  const { rows } = await client.query<AgentTimeRow>(LASTING, [nodeId]);
  return rows.map(timeOf);
}

/** Those that lasted when the process was taken for lost, as they were ended then. */
export async function presumedTimes(client: Client, nodeId: string): Promise<readonly AgentTime[]> {
  const { rows } = await client.query<AgentTimeRow>(PRESUMED, [nodeId]);
  return rows.map(timeOf);
}

/** The process is taken for lost: the ends that its agents' times are about to get are presumed. */
export async function presumeTimes(client: Client, nodeId: string): Promise<void> {
  await client.query(PRESUME, [nodeId]);
}

/** The process starts again: what was presumed is as true as it can be. */
export async function confirmTimes(client: Client, nodeId: string): Promise<void> {
  await client.query(CONFIRM, [nodeId]);
}

/** Those of `times` whose ends were presumed, as they were counted: the process itself tells them now. */
export async function withdrawTimes(
  client: Client,
  times: readonly AgentTime[],
): Promise<readonly AgentTime[]> {
  if (times.length === 0) return [];
  const { rows } = await client.query<AgentTimeRow>(WITHDRAW, [
    times.map(({ tenantId }) => tenantId),
    times.map(({ agent }) => agent),
    times.map(({ from }) => from),
  ]);
  return rows.map(timeOf);
}

const statements = new Map<ProjectedTable, string>();

async function insert(client: Client, { table, rows }: ProjectedRows): Promise<void> {
  let statement = statements.get(table);
  if (statement === undefined) {
    const lists = table.columns.map(([, type], index) => {
      return `$${index + 1}::${type === 'text' ? 'text' : 'bigint'}[]`;
    });
    statement = insertInto(table, `select * from unnest(${lists.join(', ')})`);
    statements.set(table, statement);
  }
  await client.query(
    statement,
    table.columns.map((_, index) => rows.map((row) => row[index])),
  );
}

async function settle(client: Client, reached: readonly Reached[]): Promise<void> {
  await client.query(SETTLE, [
    reached.map(({ tenantId }) => tenantId),
    reached.map(({ number }) => number),
    reached.map(({ at }) => at),
    reached.map(({ callId }) => callId),
  ]);
}
