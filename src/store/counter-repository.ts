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
  const { by, counters, step } = query;
  const row = sql.join(namesIn([...by, ...counters]));
  const rows =
    engine === 'sqlite' ? sql`json_group_array(json_array(${row}))` : sql`json_agg(json_build_array(${row}))`;
  const sums =
    step === 'quarter' ? bucketSums(query) : engine === 'sqlite' ? joinedSums(query) : lateralSums(query);
  return sql<FoundPeriod>`select begins as at, ${rows} as rows from ${sums} group by begins order by begins`;
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

/** PostgreSQL takes a join that is not one of equality for a product, but sums up period by period what it cannot take apart. */
function lateralSums(query: CounterQuery): RawBuilder<unknown> {
  const groups = query.by.length === 0 ? sql`` : sql`group by ${sql.join(namesIn(query.by))}`;
  const periods = sql`(select (value ->> 0)::bigint as begins, (value ->> 1)::bigint as ends
    from json_array_elements(${rangesOf(query)}::json))`;
  return sql`${periods} as period cross join lateral (select ${summedOf(query)} from ${tableOf(query)}
    where ${ofQuery(query)} and bucket >= begins and bucket < ends ${groups} having count(*) > 0) as sums`;
}

const namesIn = (names: readonly string[]) => names.map((name) => sql.ref(name));
const tableOf = ({ cube }: CounterQuery) => sql.table(cube.table);

function summedOf({ by, counters }: CounterQuery): RawBuilder<unknown> {
  const sums = namesIn(counters).map((name) => sql`sum(${name}) as ${name}`);
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
