/** Columns and indexes of `cdr` by which people find calls; see README.md, "Finding calls". */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import { searchText } from './cdr-row.ts';
import type { ColumnTypes } from './column-types.ts';

/** What the call list filters by, rare values too: company, value, time. */
const FACETS = {
  cdr_by_agent: 'agent',
  cdr_by_queue: 'queue',
  cdr_by_hotline: 'hotline',
  cdr_by_area: 'area',
  cdr_by_trunk: 'trunk',
  cdr_by_outcome: 'outcome',
  cdr_by_cause: 'cause',
  cdr_by_survey: 'survey_digit',
} as const;

/** Everything that the call list filters and sorts by, in the order of time: totals and sorts read no record. */
const LIST_KEY = ['tenant_id', 'started_at', 'call_id'];
const LIST_VALUES = [
  'answered_at',
  'duration_ms',
  'talk_ms',
  'wait_ms',
  'direction',
  'caller',
  'called',
  'hotline',
  'queue',
  'agent',
  'area',
  'trunk',
  'outcome',
  'cause',
  'survey_digit',
  'recordings',
];

export async function addCallSearch(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const search = db.schema.alterTable('cdr');
  await search.addColumn('search', types.text, (column) => column.notNull().defaultTo('')).execute();
  // 0.1.0 had SQLite only.
  if (types.engine === 'sqlite') await fillSearchColumn(db);
  await db.schema.dropIndex('cdr_by_tenant').execute();
  for (const [name, column] of Object.entries(FACETS)) {
    await db.schema.createIndex(name).on('cdr').columns(['tenant_id', column, 'started_at']).execute();
  }
  await db.schema.createIndex('cdr_by_call_id').on('cdr').column('call_id').execute();
  await (types.engine === 'sqlite' ? indexForSqlite(db) : indexForPostgres(db));
}

async function indexForPostgres(db: Kysely<unknown>): Promise<void> {
  const [key, values] = [names(LIST_KEY), names(LIST_VALUES)];
  await sql`create index cdr_list on cdr (${key}) include (${values})`.execute(db);
  // No extension: pg_trgm knows neither two Chinese characters nor, in a database of locale C, any.
  await sql`create index cdr_by_gram on cdr using gin (string_to_array(search, ' '))`.execute(db);
}

async function indexForSqlite(db: Kysely<unknown>): Promise<void> {
  await sql`create index cdr_list on cdr (${names([...LIST_KEY, ...LIST_VALUES])})`.execute(db);
  // Numbers of rows only, about a byte a gram; whether grams stand in a row the column `search` tells.
  await sql`create virtual table cdr_gram using fts5(
    search, content='', contentless_delete=1, detail=none, tokenize='ascii')`.execute(db);
  await sql`insert into cdr_gram (rowid, search) select id, search from cdr`.execute(db);
  await sql`create trigger cdr_gram_insert after insert on cdr begin
    insert into cdr_gram (rowid, search) values (new.id, new.search); end`.execute(db);
  await sql`create trigger cdr_gram_update after update of search on cdr begin
    update cdr_gram set search = new.search where rowid = new.id; end`.execute(db);
  await sql`create trigger cdr_gram_delete after delete on cdr begin
    delete from cdr_gram where rowid = old.id; end`.execute(db);
  await seedStatistics(db);
}

/**
 * What SQLite is to think of the indexes, whatever is in the table: the fewer rows a value has as a rule, the better, and any value
 * may be a rare one. Without it an
 * empty table's guesses stay for ever, and a query may read all calls of a cause to find those of an agent.
 */
async function seedStatistics(db: Kysely<unknown>): Promise<void> {
  const rows = 10_000_000;
  const company = 1_000_000;
  const ofOne = { agent: 10_000, area: 20_000, queue: 50_000, hotline: 60_000, trunk: 70_000 };
  const rowsOf: Readonly<Record<string, number>> = {
    ...ofOne,
    survey_digit: 80_000,
    outcome: 90_000,
    cause: 100_000,
  };
  const statistics: Record<string, string> = {
    cdr_by_start: `${rows} 1 1`,
    cdr_by_call_id: `${rows} 1`,
    cdr_by_caller: `${rows} 10 1`,
    cdr_by_called: `${rows} 300000 1`,
    cdr_list: `${rows} ${company} ${Array(LIST_VALUES.length + 2)
      .fill(1)
      .join(' ')}`,
  };
  for (const [name, column] of Object.entries(FACETS)) {
    statistics[name] = `${rows} ${company} ${rowsOf[column]} 1`;
  }
  await sql`analyze cdr`.execute(db);
  await sql`delete from sqlite_stat1 where tbl = 'cdr'`.execute(db);
  for (const [name, numbers] of Object.entries(statistics)) {
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values ('cdr', ${name}, ${numbers})`.execute(db);
  }
  await sql`analyze sqlite_schema`.execute(db);
}

/** SIP Call-IDs stand in the records alone. */
export async function addSipCallIds(db: Kysely<unknown>, { engine }: ColumnTypes): Promise<void> {
  await sql`create index cdr_by_sip_call_id on cdr ((record ->> 'sipCallId'))`.execute(db);
  if (engine !== 'sqlite') return;
  const statistics = sql`('cdr', 'cdr_by_sip_call_id', '10000000 1')`;
  await sql`insert into sqlite_stat1 (tbl, idx, stat) values ${statistics}`.execute(db);
  await sql`analyze sqlite_schema`.execute(db);
}

/** Rows looked at in one step. */
const PAGE = 500;

/** What records of an older version may lack. */
const NOTHING = { diversions: [], segments: [], targets: [], asks: [] };

async function fillSearchColumn(db: Kysely<unknown>): Promise<void> {
  for (let after = 0; ; ) {
    const page = sql<{ id: number; record: string }>`select id, record from cdr
      where id > ${after} order by id limit ${PAGE}`;
    const { rows } = await page.execute(db);
    const values = rows.map(({ id, record }) => {
      const cdr = { ...NOTHING, ...(JSON.parse(record) as Partial<Cdr>) } as Cdr;
      return [id, searchText(cdr)];
    });
    await sql`update cdr set search = found.value ->> 1
      from json_each(${JSON.stringify(values)}) as found where cdr.id = found.value ->> 0`.execute(db);
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}

function names(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)));
}
