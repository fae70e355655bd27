import { type Kysely, type RawBuilder, sql } from 'kysely';
import { canonicalJson } from './canonical-json.ts';
import type { ComparedTable, ComparisonOptions } from './compare-table.ts';
import type { ProjectedTable } from './projected-table.ts';
import type { ProjectedRow } from './projections.ts';
import type { Tables } from './schema.ts';

/** A row that is not what it should be; undefined: there is none, or there should be none. */
interface Change {
  readonly stored: ProjectedRow | undefined;
  readonly rebuilt: ProjectedRow | undefined;
}

/** Rows of a table that is not of calls, against what they should be. */
export class RowComparison {
  readonly #db: Kysely<Tables>;
  readonly #table: ProjectedTable;
  readonly #options: ComparisonOptions;
  #compared = 0;
  #differing = 0;
  #unexplained = 0;

  constructor(db: Kysely<Tables>, table: ProjectedTable, options: ComparisonOptions) {
    this.#db = db;
    this.#table = table;
    this.#options = options;
  }

  get result(): ComparedTable {
    const counts = { compared: this.#compared, differing: this.#differing, unexplained: this.#unexplained };
    return { table: this.#table.name, ...counts };
  }

  /** The company's rows that fulfil a condition. */
  async rowsWhere(tenantId: string, condition: RawBuilder<boolean>): Promise<readonly ProjectedRow[]> {
    const columns = sql.join(this.#table.columns.map(([column]) => sql.ref(column)));
    const rows = sql<ProjectedRow>`select ${columns} from ${sql.table(this.#table.name)}
      where tenant_id = ${tenantId} and (${condition})`;
    return (await rows.execute(this.#db)).rows;
  }

  /** How many of the company's rows fulfil a condition. */
  async count(tenantId: string, condition: RawBuilder<boolean>): Promise<number> {
    const count = sql<{ n: number }>`select count(*) as n from ${sql.table(this.#table.name)}
      where tenant_id = ${tenantId} and (${condition})`;
    return Number((await count.execute(this.#db)).rows[0]!.n);
  }

  /** Numbers of the ranges of time, so long, in which the company has buckets from a moment on. */
  async rangesFrom(tenantId: string, from: number, rangeMs: number): Promise<readonly number[]> {
    const begins = sql<{ begin: number }>`select distinct bucket - bucket % ${sql.lit(rangeMs)} as begin
      from ${sql.table(this.#table.name)} where tenant_id = ${tenantId} and bucket >= ${from}`;
    return (await begins.execute(this.#db)).rows.map(({ begin }) => begin / rangeMs);
  }

  /** Adds rows that no event explains, which stay as they are. */
  addUnexplained(rows: number): void {
    this.#unexplained += rows;
  }

  /**
   * Compares some rows of a company with what they should be, and writes those that differ, all or none. Returns those that are
   * there now.
   */
  async compare(
    tenantId: string,
    stored: readonly ProjectedRow[],
    rebuilt: readonly ProjectedRow[],
  ): Promise<readonly ProjectedRow[]> {
    const pairs = new Map<string, Change>(
      stored.map((row) => [this.#keyOf(row), { stored: row, rebuilt: undefined }]),
    );
    for (const row of rebuilt) {
      const key = this.#keyOf(row);
      pairs.set(key, { stored: pairs.get(key)?.stored, rebuilt: row });
    }
    this.#compared += pairs.size;
    const changes = [...pairs.values()].filter((pair) => textOf(pair.stored) !== textOf(pair.rebuilt));
    for (const change of changes) this.#tell(tenantId, change);
    if (this.#options.checks) return stored;
    if (changes.length > 0) await this.#write(changes);
    return rebuilt;
  }

  #tell(tenantId: string, { stored, rebuilt }: Change): void {
    this.#differing++;
    const { name, key } = this.#table;
    const row = (stored ?? rebuilt)!;
    const place = key.filter((column) => column !== 'tenant_id').map((column) => [column, row[column]!]);
    this.#options.onDifference({
      table: name,
      tenantId,
      key: Object.fromEntries(place) as ProjectedRow,
      stored: textOf(stored),
      rebuilt: textOf(rebuilt),
    });
  }

  async #write(changes: readonly Change[]): Promise<void> {
    const { name, key, columns } = this.#table;
    const names = columns.map(([column]) => column);
    await this.#db.transaction().execute(async (transaction) => {
      for (const { stored, rebuilt } of changes) {
        const row = (stored ?? rebuilt)!;
        const place = key.map((column) => sql`${sql.ref(column)} = ${row[column]}`);
        await sql`delete from ${sql.table(name)} where ${sql.join(place, sql` and `)}`.execute(transaction);
        if (!rebuilt) continue;
        const values = sql.join(names.map((column) => rebuilt[column]));
        const into = sql.join(names.map((column) => sql.ref(column)));
        await sql`insert into ${sql.table(name)} (${into}) values (${values})`.execute(transaction);
      }
    });
  }

  #keyOf(row: ProjectedRow): string {
    return this.#table.key.map((column) => row[column]).join('\n');
  }
}

const textOf = (row: ProjectedRow | undefined): string => canonicalJson(row ? [row] : []);
