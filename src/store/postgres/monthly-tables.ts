/**
 * The tables that grow with calls are partitioned by month: one goes at once, where rows would have to be deleted one by one. Whoever
 * writes makes the months of his rows first.
 */
import { type Month, monthOf } from '../month.ts';
import type { Tables } from '../schema.ts';

export interface MonthlyTable {
  readonly name: keyof Tables & string;
  /** The time that says which month a row is of. */
  readonly by: string;
  /** Primary key; undefined: it has none, but a unique index. */
  readonly key: readonly string[] | undefined;
  /**
   * Rows without a month are taken all the same, and come into theirs when it is made. Not where rows are read in the order of time:
   * with such a partition PostgreSQL looks into all of them.
   */
  readonly takesOthers: boolean;
}

const CALL = ['started_at', 'call_id'];

/** A call's rows: all of them have the month in which it arrived. In the order in which the journal writes. */
export const TABLES_OF_CALLS: readonly MonthlyTable[] = [
  { name: 'cdr', by: 'started_at', key: undefined, takesOthers: false },
  { name: 'call_target', by: 'started_at', key: [...CALL, 'no'], takesOthers: false },
  { name: 'call_ask', by: 'started_at', key: [...CALL, 'no'], takesOthers: false },
];
/** Rows go by the time of their latest event. */
export const EVENTS: MonthlyTable = {
  name: 'event_batch',
  by: 'to_at',
  key: ['tenant_id', 'first_seq', 'to_at'],
  takesOthers: true,
};
export const MONTHLY_TABLES: readonly MonthlyTable[] = [EVENTS, ...TABLES_OF_CALLS];

/** Runs a statement. */
export type Run = (
  statement: string,
  values?: unknown[],
) => Promise<{ readonly rows: Record<string, unknown>[] }>;

export const partOf = ({ name }: MonthlyTable, month: Month): string => `${name}_${month.name}`;
/** Where rows are whose month was not made. */
export const othersOf = ({ name }: MonthlyTable): string => `${name}_other`;

/** The condition that a row is of a month. */
export function isWithin({ by }: MonthlyTable, { from, to }: Month): string {
  const least = from === undefined ? [] : [`${by} >= ${from}`];
  const most = to === undefined ? [] : [`${by} < ${to}`];
  return [...least, ...most].join(' and ');
}

/** Who makes or removes months does so alone. For the rest of the transaction. */
export const LOCK_MONTHS = `select pg_advisory_xact_lock(hashtextextended('pbx400 months', 0))`;

/** Makes months that are not there, in the transaction of who calls, beside whoever reads and writes the others. */
export async function makeMonths(
  run: Run,
  tables: readonly MonthlyTable[],
  months: readonly Month[],
): Promise<void> {
  await run(LOCK_MONTHS);
  const wanted = months.flatMap((month) =>
    tables.map((table) => ({ table, month, part: partOf(table, month) })),
  );
  const there = await existing(
    run,
    wanted.map(({ part }) => part),
  );
  for (const { table, month, part } of wanted) if (!there.has(part)) await run(makingOf(table, month, part));
}

/** Of these tables those that are there. */
export async function existing(run: Run, tables: readonly string[]): Promise<ReadonlySet<string>> {
  const those = 'select name from unnest($1::text[]) as name where to_regclass(name) is not null';
  const { rows } = await run(those, [tables]);
  return new Set(rows.map(({ name }) => String(name)));
}

/** Months of these times, each once. */
export function monthsOf(times: Iterable<number>): readonly Month[] {
  const months = new Map<string, Month>();
  for (const at of times) {
    const month = monthOf(at);
    months.set(month.name, month);
  }
  return [...months.values()];
}

/** The first and the last of some times: a query that names them looks into their months only. */
export function rangeOf(times: readonly number[]): readonly [first: number, last: number] {
  return [Math.min(...times), Math.max(...times)];
}

function makingOf(table: MonthlyTable, month: Month, part: string): string {
  const bounds = `for values from (${month.from ?? 'minvalue'}) to (${month.to ?? 'maxvalue'})`;
  const moving = table.takesOthers ? [takingOthers(table, month, part)] : [];
  return [likeTable(part, table.name), ...moving, attaching(table, part, bounds)].join('; ');
}

/** The form of another table, without its indexes. */
export function likeTable(name: string, other: string): string {
  const without = ['indexes', 'identity', 'statistics', 'comments'].map((part) => `excluding ${part}`);
  return `create table ${name} (like ${other} including all ${without.join(' ')})`;
}

/** Statements that make a table a partition of `table`; indexes come by themselves. */
export function attaching({ name }: MonthlyTable, part: string, bounds: string): string {
  // Unlike `create table ... partition of` it waits for no reader, and none for it. Nobody reads for a company here but through
  // the whole table, whose wall counts: see tenant-wall.ts.
  return `alter table ${name} attach partition ${part} ${bounds};
    alter table ${part} enable row level security, force row level security;
    create policy pbx400_engine on ${part} to current_user using (true) with check (true)`;
}

function takingOthers(table: MonthlyTable, month: Month, part: string): string {
  const others = othersOf(table);
  return `lock table ${others} in access exclusive mode;
    with moved as (delete from ${others} where ${isWithin(table, month)} returning *)
      insert into ${part} select * from moved`;
}
