import { BUCKET_MS, type Cube } from './cubes.ts';

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

/** What calls and agents add to the counters, summed up before it is written: one row a key, however many calls. */
export class CounterDelta {
  readonly #rows = new Map<string, CounterRow & { readonly counts: number[] }>();

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
    const bucket = at - (at % BUCKET_MS);
    const key = [cube.table, tenantId, bucket, ...axes].join('\n');
    let row = this.#rows.get(key);
    if (!row) {
      row = { cube, tenantId, bucket, axes, counts: cube.counters.map(() => 0) };
      this.#rows.set(key, row);
    }
    for (const [name, count] of Object.entries<number>(counts as Readonly<Record<string, number>>)) {
      const place = cube.counters.indexOf(name as Counter);
      row.counts[place]! += count;
    }
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
    for (let at = from; at < until; ) {
      const isLast = at - from >= LONGEST_MS;
      const next = isLast ? until : Math.min(until, at - (at % BUCKET_MS) + BUCKET_MS);
      const ms = next - at;
      const counts = Object.fromEntries(counters.map((counter) => [counter, ms])) as Counts<Counter>;
      this.add(cube, tenantId, at, axes, counts);
      at = next;
    }
  }
}
