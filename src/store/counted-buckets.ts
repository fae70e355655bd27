import { sql } from 'kysely';
import type { CounterDelta } from '../metric/counter-delta.ts';
import { AGENT_CUBE } from '../metric/cubes.ts';
import type { RowComparison } from './compare-rows.ts';
import { COUNTER_TABLES, countedRows } from './project-batch.ts';
import type { ProjectedTable } from './projected-table.ts';
import { namedRow, type ProjectedRow } from './projections.ts';
import type { Retained } from './retained-events.ts';

/** Buckets compared, and written, at once. */
const RANGE_MS = 24 * 3_600_000;

/** Compares a company's counters with what its events add up to, in the buckets whose events are all kept. */
export async function compareCounters(
  comparisons: ReadonlyMap<ProjectedTable, RowComparison>,
  tenantId: string,
  delta: CounterDelta,
  { callBuckets, agentBuckets }: Retained,
): Promise<void> {
  const counted = countedRows(delta);
  for (const [table, comparison] of comparisons) {
    const from = table === COUNTER_TABLES.get(AGENT_CUBE) ? agentBuckets : callBuckets;
    const rows = (counted.get(table) ?? []).map((row) => namedRow(table, row));
    const kept = rows.filter((row) => bucketOf(row) >= from && isCounted(table, row));
    const rebuilt = Map.groupBy(kept, (row) => Math.floor(bucketOf(row) / RANGE_MS));
    const ranges = new Set([...rebuilt.keys(), ...(await comparison.rangesFrom(tenantId, from, RANGE_MS))]);
    for (const range of [...ranges].sort((one, other) => one - other)) {
      const begin = Math.max(from, range * RANGE_MS);
      const isIn = sql<boolean>`bucket >= ${begin} and bucket < ${(range + 1) * RANGE_MS}`;
      const stored = await comparison.rowsWhere(tenantId, isIn);
      const counting = stored.filter((row) => isCounted(table, row));
      await comparison.compare(tenantId, counting, rebuilt.get(range) ?? []);
    }
  }
}

const bucketOf = (row: ProjectedRow): number => Number(row['bucket']);

/** What was counted and counted back left a row of noughts. */
function isCounted({ key, columns }: ProjectedTable, row: ProjectedRow): boolean {
  return columns.some(([column]) => !key.includes(column) && row[column] !== 0);
}
