/** Records of as many calls as one likes, made by the database itself: what queries cost among them. */
import { Client } from 'pg';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { BUCKET_MS, HOTLINE_CUBE } from '../../src/metric/cubes.ts';
import { MONTHLY_TABLES, makeMonths, monthsOf, type Run } from '../../src/store/postgres/monthly-tables.ts';
import type { StoreLocation } from '../../src/store/store.ts';
import { storedRecord } from '../../src/store/stored-record.ts';
import { sampleCall } from './call-events.ts';

/** The first call of {@link manyCalls}. */
export const FIRST_AT = Date.UTC(2026, 0, 1);
/** Companies; the n-th call is of company `t0` to `t9`. */
export const COMPANIES = 10;

/** The calls of {@link manyCalls} by number, one each `stepMs`. */
export interface CallRange {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  /** The n-th call is of company `t0`, `t1` ...; by default {@link COMPANIES} of them. */
  readonly companies?: number;
}

/** Makes the months that such calls of PostgreSQL need. */
export async function makeRoom(url: string, { from, to, stepMs }: CallRange): Promise<void> {
  const times: number[] = [FIRST_AT + to * stepMs];
  for (let at = FIRST_AT + from * stepMs; at < times[0]!; at += 20 * 86_400_000) times.push(at);
  const client = new Client(url);
  await client.connect();
  const run: Run = (statement, values) => client.query(statement, values);
  await run('begin');
  await makeMonths(run, MONTHLY_TABLES, monthsOf(times));
  await run('commit');
  await client.end();
}

/** Grams of a number of so many digits. */
const grams = (number: string, digits: number) =>
  Array.from({ length: digits - 3 }, (_, at) => `substr(${number}, ${at + 1}, 4)`).join(" || ' ' || ");

/**
 * The statement that inserts calls number `from` to `to`, one each `stepMs`: ten companies with 300 agents, 20 queues and 5 hotlines
 * each, callers from all over the country, a record as the sample call leaves it.
 */
export function manyCalls(
  engine: StoreLocation['engine'],
  { from, to, stepMs, companies = COMPANIES }: CallRange,
): string {
  const isSqlite = engine === 'sqlite';
  const numbers = isSqlite
    ? `with recursive numbers (n) as (select ${from} union all select n + 1 from numbers where n < ${to})`
    : `with numbers as (select n from generate_series(${from}::bigint, ${to}) as n)`;
  const padded = (value: string, digits: number) =>
    isSqlite ? `printf('%0${digits}d', ${value})` : `lpad((${value})::text, ${digits}, '0')`;
  // What is multiplied by a large odd number looks like chance.
  const chance = (of: number, seed: number) => `((n * ${2_654_435_761 + 2 * seed}) / 1024 % ${of})`;
  const isAnswered = 'fate >= 30';
  const record = ownRecord({
    callId: `'call' || ${padded('n', 18)}`,
    tenantId: `'t' || (n % ${companies})`,
    caller: 'caller',
    called: 'hotline',
    startedAt: 'at',
    answeredAt: 'at',
    endedAt: 'at + seconds * 1000 + 20000',
    durationMs: 'seconds * 1000 + 20000',
    talkMs: `case when ${isAnswered} then seconds * 1000 else 0 end`,
    outcome: `case when ${isAnswered} then 'answered' else 'abandoned' end`,
  });
  return `insert into cdr (node_id, tenant_id, call_id, started_at, answered_at, ended_at, direction, origin_kind, origin_name,
      caller, called, area, carrier, cause, fault, agent, answered_ms, talk_ms, survey_digit, hotline, queue, outcome, trunk,
      duration_ms, wait_ms, recordings, search, record)
    ${numbers}, calls as (
      select n, ${FIRST_AT} + n * ${stepMs} as at, '13' || ${padded(chance(1_000_000_000, 1), 9)} as caller,
        '400' || ${padded(chance(5, 2), 7)} as hotline, '8' || ${padded(chance(300, 3), 3)} as agent,
        ${chance(100, 4)} as fate, ${chance(300, 5)} as seconds
      from numbers)
    select 'n1', 't' || (n % ${companies}), 'call' || ${padded('n', 18)}, at, at, at + seconds * 1000 + 20000,
      case when fate < 90 then 'inbound' else 'outbound' end, 'trunk', 'carrier', caller, hotline,
      'area' || ${chance(340, 6)}, null, case when fate = 0 then 'busy' when fate < 30 then 'no-agent' else 'normal' end, null,
      case when fate >= 30 then agent end, case when fate >= 30 then seconds * 1000 else 0 end,
      case when fate >= 30 then seconds * 1000 else 0 end, case when fate > 70 then '1' when fate = 70 then '3' end, hotline,
      'queue' || ${chance(20, 7)}, case when fate < 30 then 'abandoned' else 'answered' end, 'carrier',
      seconds * 1000 + 20000, 20000, case when fate >= 30 then 1 else 0 end,
      ' ' || ${grams('caller', 11)} || ' | ' || ${grams('hotline', 10)} || ' | ' || agent || ' | carr arri rrie rier | ',
      ${isSqlite ? record : `(${record})::json`}
    from calls`;
}

/** SQL of the record of the sample call with values of a row's own in the place of some of its members. */
function ownRecord(values: Readonly<Record<string, string>>): string {
  const record = storedRecord(projectCdr(sampleCall('sample').events)!).replaceAll("'", "''");
  const spliced = Object.entries(values).reduce(
    (text, [member, value]) =>
      text.replace(new RegExp(`("${member}":"?)([^",}]*)`), (_, name) => `${name}' || (${value}) || '`),
    record,
  );
  return `'${spliced}'`;
}

/** Queues of each company. */
const QUEUES = 20;

/** The statement that inserts what calls of each company's queues have counted, each quarter of an hour between two times. */
export function manyCounters(
  engine: StoreLocation['engine'],
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const series = (name: string, first: number, last: number, step: number) =>
    engine === 'sqlite'
      ? `${name} (n) as (select ${first} union all select n + ${step} from ${name} where n + ${step} <= ${last})`
      : `${name} as (select n from generate_series(${first}::bigint, ${last}, ${step}) as n)`;
  const counters = HOTLINE_CUBE.counters;
  const value = `(bucket.n / ${BUCKET_MS} + company.n + queue.n) % 7`;
  return `insert into counter_hotline (tenant_id, bucket, hotline, queue, direction, ${counters.join(', ')})
    with ${engine === 'sqlite' ? 'recursive ' : ''}${series('bucket', from, to - BUCKET_MS, BUCKET_MS)},
      ${series('company', 0, COMPANIES - 1, 1)}, ${series('queue', 0, QUEUES - 1, 1)}
    select 't' || company.n, bucket.n, '400000000' || (queue.n % 5), 'queue' || queue.n, 'inbound', ${counters.map(() => value).join(', ')}
    from company, bucket, queue`;
}
