/** Figures of metrics by time and dimension: sums of counters are read, and formulas reckoned of them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PbxError } from '../shared/errors.ts';
import type { AxisValue } from './counter-delta.ts';
import { type CounterReader, type CounterStep, periodsOf } from './counter-query.ts';
import { HISTOGRAM } from './cubes.ts';
import type { Metric, Variant } from './registry/metric.ts';
import { metricOf, variantOf } from './registry/registry.ts';
import { type Dimension, dimensionsOf, reckoned, type Sum, sumsOf, type Term } from './registry/term.ts';

export interface FigureQuery {
  readonly tenantId: string;
  readonly metrics: readonly MetricWish[];
  /** What figures are told apart by. */
  readonly by: readonly Dimension[];
  /** Only what has these values. */
  readonly only: { readonly [Name in Dimension]?: string };
  /** Whole quarters of an hour, milliseconds since 1970; the end is not included. */
  readonly from: number;
  readonly to: number;
  readonly step: CounterStep;
  /** IANA name of the company's zone. */
  readonly zone: string;
  /** What "in time" means where a formula leaves that to who asks (N 秒), milliseconds: a bound of the histogram. */
  readonly withinMs: number;
}

export interface MetricWish {
  readonly metric: string;
  /** A way to reckon it (口径); left out: the first. */
  readonly variant?: string | undefined;
}

/** One metric in one row. */
export interface Figure {
  /** In the metric's unit; null: a rate of nothing. */
  readonly value: number | null;
  /** What was divided by what; null: nothing was. */
  readonly parts: readonly [number, number] | null;
}

export interface FigureRow {
  /** Begin of the period, milliseconds since 1970. */
  readonly at: number;
  /** In the order of `by`. */
  readonly axes: readonly AxisValue[];
  /** In the order of `metrics`. */
  readonly figures: readonly Figure[];
}

export interface FigureReport {
  /** In the order of time; what was never counted has no row. */
  readonly rows: readonly FigureRow[];
  /** Reckoned of all that was counted, never of the rows' figures. */
  readonly totals: readonly Figure[];
}

/** A metric that is not counted by what was asked for. */
export class DimensionError extends PbxError {
  constructor({ id }: Metric, dimension: Dimension, known: readonly Dimension[]) {
    const by = known.length === 0 ? 'by time alone' : `by ${known.join(', ')}`;
    super('bad-request', `${id} is not counted by ${dimension}, but ${by}`);
  }
}

/** Rows that are reckoned in a turn: SIP is read between two. */
const PART = 100;

interface Chosen {
  readonly metric: Metric;
  readonly variant: Variant;
}

/** Counts of one row, by the sum that they are of. */
type Counts = Map<string, number>;
interface Bucket {
  readonly at: number;
  readonly axes: readonly AxisValue[];
  readonly counts: Counts;
}

/**
 * Throws {@link NoSuchMetricError}, {@link DimensionError}, and what {@link CounterReader.report} throws. Each cube is read
 * once, whatever the number of metrics.
 */
export async function figuresOf(counters: CounterReader, query: FigureQuery): Promise<FigureReport> {
  const { from, to, by, withinMs } = query;
  const chosen = query.metrics.map((wish): Chosen => {
    const metric = metricOf(wish.metric);
    return { metric, variant: variantOf(metric, wish.variant) };
  });
  for (const each of chosen) assertDimensions(each, [...by, ...(Object.keys(query.only) as Dimension[])]);
  const buckets = new Map<string, Bucket>();
  const sums = chosen.flatMap(({ variant }) => sumsOf(variant.term));
  const readings = groupsOf(sums);
  await Promise.all(readings.map((group) => read(counters, query, group, buckets)));
  const periods = periodsOf(query);
  const ends = new Map(periods.map((begin, place) => [begin, periods[place + 1] ?? to]));
  // Of a formula, not of a row: there are tens of thousands of those.
  const keys = new Map(sums.map((sum) => [sum, keyOf(sum, withinMs)]));
  const figuresIn = (counts: Counts, timeMs: number) =>
    chosen.map(({ variant: { term } }) => figureOf(term, (sum) => counts.get(keys.get(sum)!) ?? 0, timeMs));
  const rows = [...buckets.values()].filter(({ counts }) =>
    [...counts.values()].some((count) => count !== 0),
  );
  rows.sort((one, other) => one.at - other.at);
  const all: Counts = new Map();
  const told: FigureRow[] = [];
  for (const { at, axes, counts } of rows) {
    if (told.length % PART === PART - 1) await nextTurn();
    for (const [key, count] of counts) all.set(key, (all.get(key) ?? 0) + count);
    told.push({ at, axes, figures: figuresIn(counts, (ends.get(at) ?? to) - at) });
  }
  return { rows: told, totals: figuresIn(all, to - from) };
}

function assertDimensions({ metric, variant }: Chosen, wanted: readonly Dimension[]): void {
  const known = dimensionsOf(variant.term);
  const stranger = wanted.find((each) => !known.includes(each));
  if (stranger) throw new DimensionError(metric, stranger, known);
}

/** What is read with one query: sums of the same rows of a cube. */
function groupsOf(sums: readonly Sum[]): readonly (readonly Sum[])[] {
  const groups = Map.groupBy(sums, ({ cube, only }) => JSON.stringify([cube.table, only]));
  return [...groups.values()];
}

/** Sums of the same rows and counters are one. */
const keyOf = ({ cube, counters, only, upTo }: Sum, withinMs: number): string =>
  JSON.stringify([cube.table, counters, only, upTo === 'within' ? withinMs : String(upTo)]);

async function read(
  counters: CounterReader,
  query: FigureQuery,
  sums: readonly Sum[],
  buckets: Map<string, Bucket>,
): Promise<void> {
  const { cube, only } = sums[0]!;
  const { tenantId, by, from, to, step, zone, withinMs } = query;
  const names = [...new Set(sums.flatMap((sum) => sum.counters))];
  const isHistogram = cube === HISTOGRAM;
  const rows = await counters.report({
    ...{ tenantId, cube, counters: names, from, to, step, zone },
    by: isHistogram ? [...by, 'bound'] : by,
    only: { ...query.only, ...only },
  });
  const wanted = [...new Map(sums.map((sum) => [keyOf(sum, withinMs), sum]))];
  for (const [no, { at, axes, counts }] of rows.entries()) {
    if (no % PART === PART - 1) await nextTurn();
    const own = axes.slice(0, by.length);
    const place = JSON.stringify([at, ...own]);
    const bucket = buckets.get(place) ?? { at, axes: own, counts: new Map() };
    buckets.set(place, bucket);
    const took = isHistogram ? Number(axes.at(-1)) : 0;
    for (const [key, sum] of wanted) {
      const limit = sum.upTo === 'within' ? withinMs : (sum.upTo ?? 0);
      if (isHistogram && took > limit) continue;
      const count = sum.counters.reduce((total, name) => total + counts[names.indexOf(name)]!, 0);
      bucket.counts.set(key, (bucket.counts.get(key) ?? 0) + count);
    }
  }
}

function figureOf(term: Term, numberOf: (sum: Sum) => number, timeMs: number): Figure {
  const value = reckoned(term, numberOf, timeMs);
  const divided = term.op === 'times' ? term.term : term;
  if (divided.op !== 'divide') return { value, parts: null };
  const parts = [divided.term, divided.by].map((each) => reckoned(each, numberOf, timeMs) ?? 0);
  return { value, parts: parts as [number, number] };
}
