import { Kysely, sql, type Transaction } from 'kysely';
import { POSTGRES_TYPES } from '../column-types.ts';
import { isUpToDate } from '../migrations.ts';
import type { Tables } from '../schema.ts';
import { StoreError } from '../store.ts';
import { placeOf } from './connections.ts';
import { postgresDialect } from './postgres-dialect.ts';

/** Runs `work` on the tables as they are at one moment, beside PBXs that write to them. Throws StoreError. */
export async function readAtOneMoment<Result>(
  url: string,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  const db = new Kysely<Tables>({ dialect: postgresDialect(url, { max: 2 }) });
  try {
    if (!(await isUpToDate(db, POSTGRES_TYPES))) {
      throw new StoreError(
        `the tables in ${placeOf(url)} are not those of this version; use the one that made them, or start this one once`,
      );
    }
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (transaction) => {
        await sql`set local statement_timeout = 0`.execute(transaction);
        return await work(transaction);
      });
  } finally {
    await db.destroy();
  }
}
