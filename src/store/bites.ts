import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** Rows of a bite: some milliseconds of the database's thread, between which the journal has its turn. */
const BITE_ROWS = 1000;

/** A company's rows of a table in bites, each as a condition, in the order of the key. */
export async function* bitesOf(
  db: Kysely<Tables>,
  table: keyof Tables,
  key: readonly string[],
  tenantId: string,
): AsyncGenerator<RawBuilder<boolean>> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let after = sql<boolean>`tenant_id = ${tenantId}`;
  for (;;) {
    const query = sql<Record<string, unknown>>`select ${columns} from ${sql.table(table)} where ${after}
      order by ${columns} limit 1 offset ${BITE_ROWS - 1}`;
    const [last] = (await query.execute(db)).rows;
    if (!last) {
      yield after;
      return;
    }
    const values = sql.join(key.map((column) => last[column]));
    yield sql<boolean>`${after} and (${columns}) <= (${values})`;
    after = sql<boolean>`tenant_id = ${tenantId} and (${columns}) > (${values})`;
  }
}
