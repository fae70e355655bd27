import type { Kysely } from 'kysely';
import { type Month, monthOf } from '../month.ts';
import type { Tables } from '../schema.ts';
import type { IsOver, RemovedMonth, StoreMonths } from '../store-months.ts';
import { MonthRemoval } from './month-removal.ts';
import {
  EVENTS,
  existing,
  MONTHLY_TABLES,
  type MonthlyTable,
  makeMonths,
  monthsOf,
  partOf,
  TABLES_OF_CALLS,
} from './monthly-tables.ts';
import { runOn } from './run-on.ts';

/** SQLSTATE lock_not_available. */
const LOCKED = '55P03';

/** The months of the large tables. */
export class StoredMonths implements StoreMonths {
  readonly #db: Kysely<Tables>;
  readonly #removal: MonthRemoval;

  /** `nodeId`: the process that works. */
  constructor(db: Kysely<Tables>, nodeId: string) {
    this.#db = db;
    this.#removal = new MonthRemoval(db, nodeId);
  }

  async makeAhead(): Promise<void> {
    const now = `select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`;
    const { rows } = await runOn(this.#db)(now);
    const month = monthOf(Number(rows[0]!['now']));
    const months = [month, ...(month.to === undefined ? [] : [monthOf(month.to)])];
    const parts = MONTHLY_TABLES.flatMap((table) => months.map((each) => partOf(table, each)));
    // The usual start.
    if ((await existing(runOn(this.#db), parts)).size === parts.length) return;
    await this.#make(TABLES_OF_CALLS, months);
    await this.#make([EVENTS], months).catch((error: unknown) => {
      // A backup reads the rows that have no month: their table takes them until the next time.
      if ((error as { code?: string }).code !== LOCKED) throw error;
    });
  }

  async #make(tables: readonly MonthlyTable[], months: readonly Month[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const run = runOn(transaction);
      await run(`set local lock_timeout = '1s'`);
      await makeMonths(run, tables, months);
    });
  }

  async makeFor(
    db: Kysely<Tables>,
    name: string,
    rows: readonly Readonly<Record<string, unknown>>[],
  ): Promise<void> {
    const table = MONTHLY_TABLES.find((each) => each.name === name);
    if (!table || rows.length === 0) return;
    await makeMonths(runOn(db), [table], monthsOf(rows.map((row) => Number(row[table.by]))));
  }

  removeCalls(isOver: IsOver, at: number): Promise<readonly RemovedMonth[]> {
    return this.#removal.calls(isOver, at);
  }

  removeEvents(isOver: IsOver, at: number): Promise<readonly RemovedMonth[]> {
    return this.#removal.events(isOver, at);
  }
}
