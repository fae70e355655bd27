import { type Kysely, sql } from 'kysely';
import { bitesOf } from './bites.ts';
import { PERSONAL_TABLES } from './personal-tables.ts';
import type { Tables } from './schema.ts';
import type { Erased, ErasureProof } from './upkeep.ts';

/** Rows of a company by table, of those that may hold a person. */
export type RowCounts = ReadonlyMap<string, number>;

export async function countRows(db: Kysely<Tables>, tenantId: string): Promise<RowCounts> {
  const counts = new Map<string, number>();
  for (const { name, key } of PERSONAL_TABLES) {
    let sum = 0;
    for await (const bite of bitesOf(db, name, key, tenantId)) {
      const query = sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)} where ${bite}`;
      sum += Number((await query.execute(db)).rows[0]!.rows);
    }
    counts.set(name, sum);
  }
  return counts;
}

/** `left`: what another erasure would do. */
export function proofOf(before: RowCounts, after: RowCounts, left: Erased): ErasureProof {
  return {
    rowsBefore: sumOf(before.values()),
    rowsAfter: sumOf(after.values()),
    fewer: [...before.keys()].filter((table) => after.get(table)! < before.get(table)!),
    left: left.calls + left.eventRows + sumOf(Object.values(left.rows)),
  };
}

const sumOf = (counts: Iterable<number>) => [...counts].reduce((sum, count) => sum + count, 0);
