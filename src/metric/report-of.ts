import type { CounterRow } from './counter-delta.ts';
import { type CounterQuery, periodsOf, type ReportRow } from './counter-query.ts';

/** What a report says of some rows of counters: what every store must answer, by a loop. */
export function reportOf(rows: readonly CounterRow[], query: CounterQuery): readonly ReportRow[] {
  const { tenantId, cube, from, to, only = {} } = query;
  const periods = periodsOf(query);
  const [axes, counters] = [
    query.by.map((axis) => cube.axes.indexOf(axis)),
    query.counters.map((counter) => cube.counters.indexOf(counter)),
  ];
  const sums = new Map<string, ReportRow & { readonly counts: number[] }>();
  for (const row of rows) {
    const isMeant = cube.axes.every(
      (axis, place) => only[axis] === undefined || only[axis] === row.axes[place],
    );
    if (row.cube !== cube || row.tenantId !== tenantId || row.bucket < from || row.bucket >= to || !isMeant)
      continue;
    const at = periods.findLast((begin) => begin <= row.bucket)!;
    const values = axes.map((place) => row.axes[place]!);
    const key = JSON.stringify([at, ...values]);
    const sum = sums.get(key) ?? { at, axes: values, counts: counters.map(() => 0) };
    sums.set(key, sum);
    for (const [place, counter] of counters.entries()) sum.counts[place]! += row.counts[counter]!;
  }
  return [...sums.values()].sort((one, other) => one.at - other.at);
}
