import { type MonthlyTable, makeMonths, monthsOf, type Run } from './monthly-tables.ts';

/** Makes the months of rows that are about to be written, each once. */
export class MonthsMade {
  readonly #tables: readonly MonthlyTable[];
  readonly #made = new Set<string>();

  constructor(tables: readonly MonthlyTable[]) {
    this.#tables = tables;
  }

  /** In the transaction of who writes; should that fail: {@link forget}. `times`: milliseconds since 1970. */
  async make(run: Run, times: readonly number[]): Promise<void> {
    const missing = monthsOf(times).filter(({ name }) => !this.#made.has(name));
    if (missing.length === 0) return;
    await makeMonths(run, this.#tables, missing);
    for (const { name } of missing) this.#made.add(name);
  }

  /** A transaction failed, perhaps since somebody has removed a month: what is missing is made anew. */
  forget(): void {
    this.#made.clear();
  }
}
