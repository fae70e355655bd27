import type { Kysely } from 'kysely';
import { monthOf } from '../month.ts';
import type { Tables } from '../schema.ts';
import type { StoreMonths } from '../store-months.ts';
import { MONTHLY_TABLES, makeMonths, monthsOf, runOn } from './monthly-tables.ts';

/** SQLSTATE lock_not_available. */
const LOCKED = '55P03';

/** The months of the large tables. */
export class StoredMonths implements StoreMonths {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async makeAhead(): Promise<void> {
    const now = `select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`;
    const { rows } = await runOn(this.#db)(now);
    const month = monthOf(Number(rows[0]!['now']));
    const months = [month, ...(month.to === undefined ? [] : [monthOf(month.to)])];
    for (const table of MONTHLY_TABLES) {
      const made = this.#db.transaction().execute(async (transaction) => {
        const run = runOn(transaction);
        await run(`set local lock_timeout = '1s'`);
        await makeMonths(run, [table], months);
      });
      await made.catch((error: unknown) => {
        // A backup reads the rows that have no month: their table takes them until the next time.
        if (!table.takesOthers || (error as { code?: string }).code !== LOCKED) throw error;
      });
    }
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
}
