import { type RawBuilder, sql } from 'kysely';
import type { AxisValue } from '../metric/counter-delta.ts';
import { type CounterQuery, type CounterReader, periodsOf, type ReportRow } from '../metric/counter-query.ts';
import { inTurns } from './in-turns.ts';
import type { StoreLocation } from './store.ts';
import type { TenantReads } from './tenant-reads.ts';

type Engine = StoreLocation['engine'];

/** The rows of a period. */
interface FoundPeriod {
  readonly at: number;
  /** JSON: of each axis its value in each row. */
  readonly axes: string;
  /** JSON: of each row its sums. */
  readonly counts: string;
}

/** Periods read in one turn of the engine's thread: a millisecond, when each has 20 queues. */
const TURN_PERIODS = 50;

/** Counters in a database. */
export class CounterRepository implements CounterReader {
  readonly #engine: Engine;
  readonly #reads: TenantReads;

  constructor(engine: Engine, reads: TenantReads) {
    this.#engine = engine;
    this.#reads = reads;
  }

  async report(query: CounterQuery): Promise<readonly ReportRow[]> {
    const report = reportIn(this.#engine, query);
    const { rows } = await this.#reads(query.tenantId, (db) => report.execute(db));
    const periods = await inTurns(rows, TURN_PERIODS, reportRows);
    return periods.flat();
  }
}

function reportRows({ at, axes, counts }: FoundPeriod): readonly ReportRow[] {
  const values = JSON.parse(axes) as readonly (readonly AxisValue[])[];
  const sums = JSON.parse(counts) as readonly (readonly number[])[];
  return sums.map((each, row) => ({ at, axes: values.map((ofAxis) => ofAxis[row]!), counts: each }));
}

/**
 * Two texts a period: a month by queue and 15 minutes has 60,000 rows, too many values to cross to the engine's thread one by one.
 * Only the range of the key is read, of longer periods one range after another.
 */
export function reportIn(engine: Engine, query: CounterQuery): RawBuilder<FoundPeriod> {
  return engine === 'sqlite' ? sqliteReport(query) : postgresReport(query);
}

function sqliteReport(query: CounterQuery): RawBuilder<FoundPeriod> {
  const axes = namesIn(query.by).map((name) => sql`json_group_array(${name})`);
  const sums = query.step === 'quarter' ? bucketSums(query) : joinedSums(query);
  return sql`select begins as at, json_array(${joined(axes)}) as axes,
    json_group_array(json_array(${joined(namesIn(query.counters))})) as counts from ${sums} group by begins order by begins`;
}

/**
 * Period by period: it takes a join that is not one of equality for a product, and sorts all rows of a sum on the disk.
 * `json_build_array` asks for the type of each of its values anew; a text of numbers is made in a fifth of its time.
 */
function postgresReport(query: CounterQuery): RawBuilder<FoundPeriod> {
  const { by, counters } = query;
  const periods = sql`(select (value ->> 0)::bigint as begins, (value ->> 1)::bigint as ends
    from json_array_elements(${rangesOf(query)}::json))`;
  const groups = by.length === 0 ? sql`` : sql`group by ${joined(namesIn(by))}`;
  const sums = sql`select ${summedOf(query)} from ${tableOf(query)}
    where ${ofQuery(query)} and bucket >= begins and bucket < ends ${groups} having count(*) > 0`;
  const axes = namesIn(by).map((name) => sql`json_agg(${name})`);
  const list = sql`'[' || concat_ws(',', ${joined(namesIn(counters))}) || ']'`;
  return sql`select begins as at, axes, counts from ${periods} as period cross join lateral (
      select json_build_array(${joined(axes)}) as axes, '[' || string_agg(${list}, ',') || ']' as counts
      from (${sums}) as sums having count(*) > 0) as report order by begins`;
}

/** A bucket is its own period. */
function bucketSums(query: CounterQuery): RawBuilder<unknown> {
  const { from, to } = query;
  const key = sql.join(namesIn(['bucket', ...query.by]));
  return sql`(select bucket as begins, ${summedOf(query)} from ${tableOf(query)}
    where ${ofQuery(query)} and bucket >= ${from} and bucket < ${to} group by ${key}) as sums`;
}

/** SQLite reads a cross join from left to right: a range of the key for each period. */
function joinedSums(query: CounterQuery): RawBuilder<unknown> {
  const key = sql.join(namesIn(['begins', ...query.by]));
  const periods = sql`(select value ->> 0 as begins, value ->> 1 as ends from json_each(${rangesOf(query)}))`;
  return sql`(select begins, ${summedOf(query)} from ${periods} as period cross join ${tableOf(query)}
    where ${ofQuery(query)} and bucket >= begins and bucket < ends group by ${key}) as sums`;
}

const joined = (parts: readonly RawBuilder<unknown>[] | ReturnType<typeof namesIn>) =>
  parts.length === 0 ? sql`` : sql.join(parts);
const namesIn = (names: readonly string[]) => names.map((name) => sql.ref(name));
const tableOf = ({ cube }: CounterQuery) => sql.table(cube.table);

function summedOf({ by, counters }: CounterQuery): RawBuilder<unknown> {
  const sums = namesIn(counters).map((name) => sql`cast(sum(${name}) as bigint) as ${name}`);
  return sql.join([...namesIn(by), ...sums]);
}

function ofQuery({ tenantId, only = {} }: CounterQuery): RawBuilder<unknown> {
  const values = Object.entries({ tenant_id: tenantId, ...only });
  return sql.join(
    values.map(([name, value]) => sql`${sql.ref(name)} = ${value}`),
    sql` and `,
  );
}

/** Begin of each period, and of what comes after it, JSON. */
function rangesOf(query: CounterQuery): string {
  const begins = periodsOf(query);
  return JSON.stringify(begins.map((begin, index) => [begin, begins[index + 1] ?? query.to]));
}
