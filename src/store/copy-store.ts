/** Carries an installation from one database to another, whichever engines they are. */
import { createHash, type Hash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { emptyAudit } from './audit-table.ts';
import type { Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { StoreError } from './store.ts';
import type { OpenDatabase } from './store-on.ts';
import { TABLE_FACTS, type TableFacts } from './table-facts.ts';

interface CopiedTable extends TableFacts {
  readonly name: keyof Tables & string;
}

/** Without calls in progress: opening a database has closed those that a crash left. */
const copiedTables = (withCallsInProgress = false): readonly CopiedTable[] =>
  Object.entries<TableFacts>(TABLE_FACTS)
    .map(([name, facts]) => ({ name: name as keyof Tables, ...facts }))
    .filter(({ isInProgress }) => withCallsInProgress || !isInProgress);

/** Rows read and written at once: 20 columns each, and SQLite takes 32,766 parameters. */
const PAGE = 500;

/** How far a table has come. */
export interface TableProgress {
  readonly table: string;
  readonly rows: number;
  readonly total: number;
}

/** Where rows are read: a database, or a transaction of one, which sees one moment. */
export type CopySource = Pick<OpenDatabase, 'db'>;

export interface CopyOptions {
  /** Calls under way are copied, too: those of a PBX that runs. */
  readonly withCallsInProgress?: boolean;
  /** What the target holds is replaced. */
  readonly force: boolean;
  readonly onProgress: (progress: TableProgress) => void;
  /** What is written besides, in the same transaction. */
  readonly finish?: (target: Transaction<Tables>, copied: readonly TableProgress[]) => Promise<void>;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Copies all rows in one transaction of the target, reads them back and compares number and content. Throws StoreError,
 * and leaves the target as it was, when it is not empty (without `force`) or when anything differs.
 */
export async function copyStore(
  from: CopySource,
  to: OpenDatabase,
  { force, withCallsInProgress, onProgress, finish }: CopyOptions,
): Promise<readonly TableProgress[]> {
  return await to.db.transaction().execute(async (target) => {
    // Of years of records a count takes longer than any query of a running PBX may.
    if (to.engine === 'postgres') await sql`set local statement_timeout = 0`.execute(target);
    const tables = copiedTables(withCallsInProgress);
    await empty(target, tables, to.engine, force);
    const done: TableProgress[] = [];
    for (const table of tables) {
      const total = await countOf(from.db, table);
      const source = createHash('sha256');
      let rows = 0;
      for await (const page of pagesOf(from.db, table, source)) {
        await to.months?.makeFor(target, table.name, page);
        await target
          .insertInto(table.name)
          .values(page as never)
          .execute();
        rows += page.length;
        onProgress({ table: table.name, rows, total });
      }
      await compare(target, table, rows, source);
      done.push({ table: table.name, rows, total: rows });
    }
    await finish?.(target, done);
    return done;
  });
}

async function empty(
  target: Transaction<Tables>,
  tables: readonly CopiedTable[],
  engine: OpenDatabase['engine'],
  force: boolean,
): Promise<void> {
  for (const table of tables) {
    const rows = await countOf(target, table);
    if (rows === 0) continue;
    if (!force && !table.isNeverEmpty) {
      throw new StoreError(
        `the target is not empty: ${table.name} has ${rows} rows; --force replaces all that it holds`,
      );
    }
    if (table.name === 'audit') await emptyAudit(target, engine);
    else await target.deleteFrom(table.name).execute();
  }
}

async function compare(
  target: Transaction<Tables>,
  table: CopiedTable,
  rows: number,
  source: Hash,
): Promise<void> {
  const copy = createHash('sha256');
  let found = 0;
  for await (const page of pagesOf(target, table, copy)) found += page.length;
  if (found !== rows) throw new StoreError(`${table.name}: ${rows} rows were read and ${found} are there`);
  if (copy.digest('hex') === source.digest('hex')) return;
  throw new StoreError(`${table.name}: the rows that were written are not those that were read`);
}

async function countOf(db: Kysely<Tables>, { name }: CopiedTable): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`.execute(db);
  return Number(rows[0]!.rows);
}

/** The rows in the order of their key, as every database takes them; `digest` gets them all. */
async function* pagesOf(
  db: Kysely<Tables>,
  { name, key, own, texts }: CopiedTable,
  digest: Hash,
): AsyncGenerator<readonly Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let after = sql`true`;
  for (;;) {
    const query = sql<Row>`select * from ${sql.table(name)} where ${after} order by ${columns} limit ${PAGE}`;
    const { rows } = await query.execute(db);
    const last = rows.at(-1);
    if (!last) return;
    after = sql`(${columns}) > (${sql.join(key.map((column) => last[column]))})`;
    const page = rows.map((row) => storableRow(row, own, texts));
    for (const row of page) digest.update(`${JSON.stringify(Object.entries(row).sort())}\n`);
    yield page;
    if (rows.length < PAGE) return;
  }
}

function storableRow(row: Row, own: string | undefined, texts: TableFacts['texts']): Row {
  const columns = Object.entries(row).filter(([column]) => column !== own);
  return Object.fromEntries(
    columns.map(([column, value]) => {
      if (typeof value !== 'string') return [column, value];
      return [column, texts[column]?.endsWith('json') ? storableJson(value) : storableText(value)];
    }),
  );
}
