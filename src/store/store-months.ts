/** Port of the months (UTC) in which a database keeps the rows of its large tables, where it does. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface StoreMonths {
  /** Makes this month and the next one, by the database's clock. */
  makeAhead(): Promise<void>;
  /** Makes the months of rows that are about to be written into a table, beside the journal, which does so for itself. */
  makeFor(
    db: Kysely<Tables>,
    table: string,
    rows: readonly Readonly<Record<string, unknown>>[],
  ): Promise<void>;
}
