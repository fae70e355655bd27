import { BUCKET_MS, CUBES, type Cube } from './cubes.ts';

export type AxisValue = string | number;

/** What is added to one row of a cube. */
export interface CounterRow {
  readonly cube: Cube;
  readonly tenantId: string;
  /** Its begin, milliseconds since 1970. */
  readonly bucket: number;
  readonly axes: readonly AxisValue[];
  /** In the order of the cube's counters. */
  readonly counts: readonly number[];
}

const LONGEST_MS = 7 * 24 * 3_600_000;

type Counts<Counter extends string> = { readonly [Name in Counter]?: number };

/** Where each counter of a cube stands in a row. */
const PLACES: ReadonlyMap<Cube, ReadonlyMap<string, number>> = new Map(
  CUBES.map((cube) => [cube, new Map(cube.counters.map((counter, place) => [counter, place]))]),
);

type SummedRow = CounterRow & { readonly counts: number[] };

/** What calls and agents add to the counters, summed up before it is written: one row a key, however many calls. */
export class CounterDelta {
  readonly #rows = new Map<string, SummedRow>();

  /** In the order of their keys: two processes that write the same rows never wait for each other. */
  get rows(): readonly CounterRow[] {
    const keyed = [...this.#rows].sort(([one], [other]) => (one < other ? -1 : 1));
    return keyed.map(([, row]) => row);
  }

  /** Adds to the row of the bucket that `at` lies in. */
  add<Counter extends string>(
    cube: Cube<string, Counter>,
    tenantId: string,
    at: number,
    axes: readonly AxisValue[],
    counts: Counts<Counter>,
  ): void {
    const { counts: sums } = this.#rowOf(cube, tenantId, at, axes);
    const places = PLACES.get(cube)!;
    for (const name in counts) sums[places.get(name)!]! += counts[name]!;
  }

  /** What `count` adds is subtracted. */
  takeBack(count: (counted: CounterDelta) => void): void {
    const counted = new CounterDelta();
    count(counted);
    for (const { cube, tenantId, bucket, axes, counts } of counted.rows) {
      const negative = cube.counters.map((name, place) => [name, -counts[place]!]);
      this.add(cube, tenantId, bucket, axes, Object.fromEntries(negative));
    }
  }

  /**
   * Adds time to a counter, in each bucket what passed in it. Of what is longer than a week the rest is in the last one: a clock
   * that jumped must not fill the table.
   */
  spread<Counter extends string>(
    cube: Cube<string, Counter>,
    tenantId: string,
    [from, until]: readonly [from: number, until: number],
    axes: readonly AxisValue[],
    ...counters: readonly Counter[]
  ): void {
    const places = PLACES.get(cube)!;
    for (let at = from; at < until; ) {
      const isLast = at - from >= LONGEST_MS;
      const next = isLast ? until : Math.min(until, at - (at % BUCKET_MS) + BUCKET_MS);
      const ms = next - at;
      const { counts } = this.#rowOf(cube, tenantId, at, axes);
      for (const counter of counters) counts[places.get(counter)!]! += ms;
      at = next;
    }
  }

  #rowOf(cube: Cube, tenantId: string, at: number, axes: readonly AxisValue[]): SummedRow {
    const bucket = at - (at % BUCKET_MS);
    const key = `${cube.table}\n${tenantId}\n${bucket}\n${axes.join('\n')}`;
    let row = this.#rows.get(key);
    if (!row) {
      row = { cube, tenantId, bucket, axes, counts: cube.counters.map(() => 0) };
      this.#rows.set(key, row);
    }
    return row;
  }
}
