/** Port of the months (UTC) in which a database keeps the rows of its large tables, where it does. */
import type { Kysely } from 'kysely';
import type { Month } from './month.ts';
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
  /**
   * Removes all calls of past months at once, of those in which no company keeps any and none is on hold, and says so in the
   * companies' streams. A month that others use all the time stays. `at`: now, milliseconds since 1970.
   */
  removeCalls(isOver: IsOver, at: number): Promise<readonly RemovedMonth[]>;
  /** The same of events. */
  removeEvents(isOver: IsOver, at: number): Promise<readonly RemovedMonth[]>;
}

/** Whether a company that has rows in a month keeps none of them any more. */
export type IsOver = (tenantId: string, month: Month) => boolean;

export interface RemovedMonth {
  readonly month: Month;
  /** How many calls, or events, by company. */
  readonly counts: ReadonlyMap<string, number>;
}
