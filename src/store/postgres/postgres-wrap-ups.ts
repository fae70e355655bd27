import type { Client } from 'pg';
import type { Cdr } from '../../cdr/cdr.ts';
import { agentsOf, type WrapUp, withWrapUps } from '../../cdr/wrap-ups.ts';
import type { AgentTime } from '../../metric/agent-timeline.ts';
import { notedValues, searchText, startOf } from '../cdr-row.ts';
import { readRecord, storedRecord } from '../stored-record.ts';
import { IS_WRAPPED_UP, type WrappedUp, wrappedUp } from '../wrapped-up.ts';
import { rangeOf } from './monthly-tables.ts';

/** Whoever changes the record, too, waits. Between two times, so that few months are looked into. */
const RECORDS = `select record from cdr
  where call_id = any ($1) and started_at between $3 and $4 and (tenant_id, call_id) in (select * from unnest($2::text[], $1::text[]))
  order by started_at, call_id for update`;
const WRAP_UPS = `select call_id as "callId", agent, from_at as "from", until_at as until, state, disposition, note
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as given (tenant_id, agent, started_at, call_id)
  join agent_time using (tenant_id, agent, call_id)
  where from_at >= started_at and ${IS_WRAPPED_UP} order by from_at`;
const SET_RECORDS = `update cdr set record = given.record, disposition = given.disposition, noted = given.noted, search = given.search
  from unnest($1::bigint[], $2::text[], $3::json[], $4::text[], $5::bigint[], $6::text[])
    as given (started_at, call_id, record, disposition, noted, search)
  where cdr.started_at = given.started_at and cdr.call_id = given.call_id and cdr.started_at between $7 and $8`;
const SET_TARGETS = `update call_target set wrap_up_ms = given.ms
  from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) as given (started_at, call_id, no, ms)
  where call_target.started_at = given.started_at and call_target.call_id = given.call_id and call_target.no = given.no
    and call_target.started_at between $5 and $6`;
/** A call that began longer before its agent's wrap-up is not looked for. */
const LONGEST_CALL_MS = 31 * 86_400_000;

/**
 * Puts wrap-ups (整理) into the records of their calls, after the rows of a batch: of `added` one may have ended before the call,
 * of other calls one of `times` does now.
 */
export async function writeWrapUps(
  client: Client,
  added: readonly Cdr[],
  times: readonly AgentTime[],
): Promise<void> {
  const done = new Set(added.map(({ callId }) => callId));
  const others = wrappedUp(times).filter(({ callId }) => !done.has(callId));
  const cdrs = [...added.filter((cdr) => agentsOf(cdr).length > 0), ...(await recordsOf(client, others))];
  if (cdrs.length === 0) return;
  const wrapUps = await wrapUpsOf(client, cdrs);
  const changed = cdrs.flatMap((cdr) => withWrapUps(cdr, wrapUps.get(cdr.callId) ?? []) ?? []);
  if (changed.length > 0) await update(client, changed);
}

/** A call that goes on has none, and gets its wrap-ups with it. */
async function recordsOf(client: Client, calls: readonly WrappedUp[]): Promise<readonly Cdr[]> {
  if (calls.length === 0) return [];
  const lists = [calls.map(({ callId }) => callId), calls.map(({ tenantId }) => tenantId)];
  const [first, last] = rangeOf(calls.map(({ from }) => from));
  const { rows } = await client.query<{ record: string }>(RECORDS, [...lists, first - LONGEST_CALL_MS, last]);
  return rows.map(({ record }) => readRecord(record));
}

/** By call. */
async function wrapUpsOf(
  client: Client,
  cdrs: readonly Cdr[],
): Promise<ReadonlyMap<string, readonly WrapUp[]>> {
  const asked = cdrs.flatMap((cdr) => agentsOf(cdr).map((agent) => ({ ...cdr, agent })));
  const { rows } = await client.query<WrapUp & { callId: string }>(WRAP_UPS, [
    asked.map(({ tenantId }) => tenantId),
    asked.map(({ agent }) => agent),
    asked.map(({ startedAt }) => startedAt),
    asked.map(({ callId }) => callId),
  ]);
  return Map.groupBy(rows, ({ callId }) => callId);
}

async function update(client: Client, cdrs: readonly Cdr[]): Promise<void> {
  const range = rangeOf(cdrs.map(startOf));
  await client.query(SET_RECORDS, [
    cdrs.map(({ startedAt }) => startedAt),
    cdrs.map(({ callId }) => callId),
    cdrs.map((cdr) => storedRecord(cdr)),
    cdrs.map((cdr) => notedValues(cdr)[0]),
    cdrs.map((cdr) => notedValues(cdr)[1]),
    cdrs.map(searchText),
    ...range,
  ]);
  const targets = cdrs.flatMap(({ startedAt, callId, targets: all }) =>
    all.flatMap(({ wrapUpMs }, no) => (wrapUpMs === null ? [] : [{ startedAt, callId, no, wrapUpMs }])),
  );
  await client.query(SET_TARGETS, [
    targets.map(({ startedAt }) => startedAt),
    targets.map(({ callId }) => callId),
    targets.map(({ no }) => no),
    targets.map(({ wrapUpMs }) => wrapUpMs),
    ...range,
  ]);
}
