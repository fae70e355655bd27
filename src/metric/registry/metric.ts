import type { Term } from './term.ts';
import type { Words } from './words.ts';

/** `share`: of 1; `ms`: milliseconds; `per-hour`: so many in an hour; `erlang`: calls at a time. */
export const UNITS = ['count', 'share', 'ms', 'per-hour', 'erlang', 'score'] as const;
export type Unit = (typeof UNITS)[number];

/** One way to reckon it (口径). */
export interface Variant {
  readonly id: string;
  readonly title: Words;
  readonly term: Term;
}

/** A metric (指标): one figure, one formula. */
export interface Metric {
  readonly id: string;
  readonly title: Words;
  readonly unit: Unit;
  /** Which way is better; none: neither. */
  readonly better?: 'more' | 'less';
  /** The first is the one where nobody chose. */
  readonly variants: readonly [Variant, ...Variant[]];
}
