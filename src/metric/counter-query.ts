/** Port CounterReader: how counters are asked for. Implemented by the store. */
import { DAY_MS, type Zone, zoneOf } from '../calendar/zone.ts';
import { PbxError } from '../shared/errors.ts';
import type { AxisValue } from './counter-delta.ts';
import { BUCKET_MS, type Cube } from './cubes.ts';

/** What counters are summed up over, of the company's clock; `all`: the whole time asked for. */
export const COUNTER_STEPS = ['quarter', 'hour', 'day', 'month', 'all'] as const;
export type CounterStep = (typeof COUNTER_STEPS)[number];

/** A report (报表): sums of counters by time and axes. Whole buckets only: both times are multiples of {@link BUCKET_MS}. */
export interface CounterQuery<Axis extends string = string, Counter extends string = string> {
  readonly tenantId: string;
  readonly cube: Cube<Axis, Counter>;
  readonly counters: readonly Counter[];
  /** Axes whose values are told apart; those of the others are added up. */
  readonly by: readonly Axis[];
  /** Only what has these values. */
  readonly only?: { readonly [Name in Axis]?: AxisValue };
  /** Buckets that begin at or after, milliseconds since 1970. */
  readonly from: number;
  /** Buckets that begin before, milliseconds since 1970. */
  readonly to: number;
  readonly step: CounterStep;
  /** IANA name of the zone whose hours, days and months they are. */
  readonly zone: string;
}

/** What was counted in one period for the same values of the axes. What was never counted has no row. */
export interface ReportRow {
  /** Begin of the period, milliseconds since 1970; of the first one `from`, when that lies within it. */
  readonly at: number;
  /** In the order of `by`. */
  readonly axes: readonly AxisValue[];
  /** In the order of `counters`. */
  readonly counts: readonly number[];
}

export interface CounterReader {
  /**
   * In the order of time, within a period in any. Throws ConfigError when there is no such zone, {@link IntervalError} when a
   * time is within a bucket. Rejects with DeadlineError when it takes too long.
   */
  report<Axis extends string, Counter extends string>(
    query: CounterQuery<Axis, Counter>,
  ): Promise<readonly ReportRow[]>;
}

/** Counters are of quarters of an hour: nothing is known of a part of one. */
export class IntervalError extends PbxError {
  constructor(time: number) {
    super(
      'bad-request',
      `${new Date(time).toISOString()} is within a quarter of an hour, which is counted as a whole`,
    );
  }
}

/** The days of the clock after it have a year of four digits still. */
const LAST = Date.UTC(9999, 0);

type Periods = Pick<CounterQuery, 'from' | 'to' | 'step' | 'zone'>;

/**
 * Begins of the periods that a report tells apart, the first one `from`. `most`: of a longer time one more than that, so that nobody
 * counts the quarters of a thousand years. Throws {@link IntervalError}.
 */
export function periodsOf(
  { from, to, step, zone }: Periods,
  most = Number.POSITIVE_INFINITY,
): readonly number[] {
  for (const time of [from, to]) if (time % BUCKET_MS !== 0) throw new IntervalError(time);
  if (to > LAST) throw new PbxError('bad-request', 'nothing is counted after the year 9998');
  const next = NEXT[step];
  const clock = zoneOf(zone);
  const begins: number[] = [];
  for (let at = from; at < to && begins.length <= most; at = next(at, clock)) begins.push(at);
  return begins;
}

const HOUR_MS = 3_600_000;

/** Begin of the period after the one that a time lies in. A day may have 23 or 25 hours. */
const NEXT: Readonly<Record<CounterStep, (at: number, zone: Zone) => number>> = {
  quarter: (at) => at + BUCKET_MS,
  hour: (at, zone) => at + HOUR_MS - ((at + zone.offsetMs(at)) % HOUR_MS),
  day: (at, zone) => zone.instantOf(dayOf(at, zone) + 1, 0),
  month: (at, zone) => {
    const today = new Date(dayOf(at, zone) * DAY_MS);
    return zone.instantOf(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1) / DAY_MS, 0);
  },
  all: () => Number.POSITIVE_INFINITY,
};

const dayOf = (at: number, zone: Zone): number => Math.floor((at + zone.offsetMs(at)) / DAY_MS);
