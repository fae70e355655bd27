import { type RawBuilder, sql } from 'kysely';
import type { AxisValue } from '../metric/counter-delta.ts';
import { type CounterQuery, type CounterReader, periodsOf, type ReportRow } from '../metric/counter-query.ts';
import { inTurns } from './in-turns.ts';
import type { StoreLocation } from './store.ts';
import type { TenantReads } from './tenant-reads.ts';

type Engine = StoreLocation['engine'];

/** The rows of a period: its begin, and lists of the values of the axes and the sums, JSON. */
interface FoundPeriod {
  readonly at: number;
  readonly rows: string;
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
    const axes = query.by.length;
    const periods = await inTurns(rows, TURN_PERIODS, (period) => reportRows(period, axes));
    return periods.flat();
  }
}

/** `axes`: how many values of a list are of axes. */
function reportRows({ at, rows }: FoundPeriod, axes: number): readonly ReportRow[] {
  const lists = JSON.parse(rows) as readonly (readonly AxisValue[])[];
  return lists.map((list) => ({ at, axes: list.slice(0, axes), counts: list.slice(axes) as number[] }));
}

/**
 * A text a period: a month by queue and 15 minutes has 60,000 rows, too many values to cross to the engine's thread one by one.
 * Only the range of the key is read, of longer periods one range after another.
 */
export function reportIn(engine: Engine, query: CounterQuery): RawBuilder<FoundPeriod> {
  const { tenantId, cube, by, counters, from, to, step, only = {} } = query;
  const periods = periodsOf(query);
  const table = sql.table(cube.table);
  const source =
    step === 'quarter'
      ? sql`(select *, bucket as begins from ${table} where bucket >= ${from} and bucket < ${to}) as counter`
      : sql`${periodsFrom(engine, periods, to)} as period cross join ${table} as counter`;
  const where = [
    sql`tenant_id = ${tenantId}`,
    ...(step === 'quarter' ? [] : [sql`bucket >= begins and bucket < ends`]),
    ...Object.entries(only).map(([axis, value]) => sql`${sql.ref(axis)} = ${value}`),
  ];
  const key = sql.join(['begins', ...by].map((name) => sql.ref(name)));
  const sums = counters.map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`);
  const row = sql.join([...by, ...counters].map((name) => sql.ref(name)));
  const rows = engine === 'sqlite' ? sql`json_group_array(json_array(${row}))` : sql`json_agg(json_build_array(${row}))`;
  return sql<FoundPeriod>`select begins as at, ${rows} as rows from (
      select ${sql.join([key, ...sums])} from ${source} where ${sql.join(where, sql` and `)} group by ${key}) as sums
    group by begins order by begins`;
}

/** A row of two columns, `begins` and `ends`, for each period. */
function periodsFrom(engine: Engine, periods: readonly number[], to: number): RawBuilder<unknown> {
  const ranges = JSON.stringify(periods.map((begin, index) => [begin, periods[index + 1] ?? to]));
  return engine === 'sqlite'
    ? sql`(select value ->> 0 as begins, value ->> 1 as ends from json_each(${ranges}))`
    : sql`(select (value ->> 0)::bigint as begins, (value ->> 1)::bigint as ends from json_array_elements(${ranges}::json))`;
}
