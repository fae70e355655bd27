import type { Kysely } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import { monthOf } from '../month.ts';
import type { Tables } from '../schema.ts';
import {
  attaching,
  isWithin,
  likeTable,
  MONTHLY_TABLES,
  type MonthlyTable,
  makeMonths,
  othersOf,
  partOf,
  type Run,
} from './monthly-tables.ts';
import { runOn } from './run-on.ts';

/** How far a table has come. */
export type MoveProgress = (table: string, rows: number, total: number) => void;

/** Moves the rows of tables that grow with calls into partitions by month. SQLite has none. */
export async function partitionByMonth(
  db: Kysely<unknown>,
  { engine }: ColumnTypes,
  onProgress: MoveProgress,
): Promise<void> {
  if (engine === 'sqlite') return;
  for (const table of MONTHLY_TABLES) await partition(db as Kysely<Tables>, table, onProgress);
}

async function partition(db: Kysely<Tables>, table: MonthlyTable, onProgress: MoveProgress): Promise<void> {
  const run = runOn(db);
  const { name, by, key } = table;
  const whole = `${name}_whole`;
  const indexes = await indexesOf(run, name);
  await run(`alter table ${name} rename to ${whole}`);
  await run(`${likeTable(name, whole)} partition by range (${by})`);
  // A number that the database counts cannot be unique over months; nobody pointed to it.
  if (name === 'cdr') await run('alter table cdr drop column id');
  if (table.takesOthers) {
    await run(likeTable(othersOf(table), name));
    await run(attaching(table, othersOf(table), 'default'));
  }
  await move(run, table, whole, onProgress);
  await run(`drop table ${whole}`);
  if (key) await run(`alter table ${name} add constraint ${name}_pk primary key (${key.join(', ')})`);
  for (const index of indexes) await run(index);
  await run(`analyze ${name}`);
}

/** The statements that make the table's indexes, but those of keys. */
async function indexesOf(run: Run, name: string): Promise<readonly string[]> {
  const { rows } = await run(
    `select indexdef from pg_indexes where schemaname = current_schema() and tablename = $1
      and indexname not in (select conname from pg_constraint where conrelid = $1::regclass)`,
    [name],
  );
  return rows.map(({ indexdef }) => String(indexdef));
}

/** Month by month, the oldest first. */
async function move(run: Run, table: MonthlyTable, whole: string, onProgress: MoveProgress): Promise<void> {
  const { name, by } = table;
  if (table.takesOthers) await run(`create index on ${whole} (${by})`);
  const total = await count(run, whole);
  const columns = await columnsOf(run, name);
  let moved = 0;
  let rest = 'true';
  while (moved < total) {
    const { rows } = await run(`select min(${by}) as at from ${whole} where ${rest}`);
    const month = monthOf(Number(rows[0]!['at']));
    await makeMonths(run, [table], [month]);
    const part = partOf(table, month);
    const those = isWithin(table, month);
    await run(`insert into ${part} (${columns}) select ${columns} from ${whole} where ${those}`);
    moved += await count(run, part);
    onProgress(name, moved, total);
    if (month.to === undefined) break;
    rest = `${by} >= ${month.to}`;
  }
  if (moved !== total) throw new Error(`${name} has ${total} rows, of which ${moved} have a month`);
}

async function count(run: Run, table: string): Promise<number> {
  const { rows } = await run(`select count(*) as rows from ${table}`);
  return Number(rows[0]!['rows']);
}

async function columnsOf(run: Run, name: string): Promise<string> {
  const { rows } = await run(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [name],
  );
  return String(rows[0]!['columns']);
}
