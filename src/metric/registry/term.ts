/** A formula (公式) as data: sums of counters, and what is made of them. Pages show it with its numbers, and nobody writes it elsewhere. */
import {
  AGENT_CUBE,
  AREA_CUBE,
  type Cube,
  HISTOGRAM,
  HOTLINE_CUBE,
  type Measure,
  TRUNK_CUBE,
} from '../cubes.ts';

/** What figures are told apart by. */
export const DIMENSIONS = ['hotline', 'queue', 'agent', 'trunk', 'area'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Counters of some rows of a cube, added up. */
export interface Sum {
  readonly op: 'sum';
  readonly cube: Cube;
  readonly counters: readonly string[];
  /** Only rows that have these values. */
  readonly only: Readonly<Record<string, string>>;
  /** Of a histogram: what took at most so long; `within`: as long as who asks says. */
  readonly upTo?: number | 'within';
  /** What it can be told apart by. */
  readonly by: readonly Dimension[];
}

export type Term =
  | Sum
  /** The time that a row is of, milliseconds. */
  | { readonly op: 'time' }
  | { readonly op: 'add'; readonly terms: readonly Term[] }
  | { readonly op: 'subtract'; readonly from: Term; readonly terms: readonly Term[] }
  | { readonly op: 'divide'; readonly term: Term; readonly by: Term }
  | { readonly op: 'times'; readonly term: Term; readonly factor: number };

const sum = (cube: Cube, counters: readonly string[], by: readonly Dimension[], only = {}): Sum => ({
  op: 'sum',
  cube,
  counters,
  only,
  by,
});

type CountersOf<Of extends Cube> = Of['counters'][number];

/** Calls to hotlines: each is counted once, by its outcome. */
export const calls = (...counters: readonly CountersOf<typeof HOTLINE_CUBE>[]): Sum =>
  sum(HOTLINE_CUBE, counters, ['hotline'], { queue: '', direction: 'inbound' });

/** Asks of queues (人工请求), and the time of calls that came by them. */
export const asks = (...counters: readonly CountersOf<typeof HOTLINE_CUBE>[]): Sum =>
  sum(HOTLINE_CUBE, counters, ['hotline', 'queue']);

/** Time of calls to hotlines, whatever queue they waited in. */
export const callTimes = (...counters: readonly CountersOf<typeof HOTLINE_CUBE>[]): Sum =>
  sum(HOTLINE_CUBE, counters, ['hotline'], { direction: 'inbound' });

/** What agents were offered, and did. */
export const agents = (...counters: readonly CountersOf<typeof AGENT_CUBE>[]): Sum =>
  sum(AGENT_CUBE, counters, ['agent', 'queue']);

/** Times of agents' states, whatever queue they serve. */
export const states = (...counters: readonly CountersOf<typeof AGENT_CUBE>[]): Sum =>
  sum(AGENT_CUBE, counters, ['agent']);

export const trunks = (...counters: readonly CountersOf<typeof TRUNK_CUBE>[]): Sum =>
  sum(TRUNK_CUBE, counters, ['trunk']);

export const areas = (...counters: readonly CountersOf<typeof AREA_CUBE>[]): Sum =>
  sum(AREA_CUBE, counters, ['hotline', 'area']);

/** How many of a queue took at most so many milliseconds, one of the histogram's bounds. */
export const took = (measure: Measure, upTo: number | 'within'): Sum => ({
  ...sum(HISTOGRAM, ['n'], ['queue'], { measure }),
  upTo,
});

export const time: Term = { op: 'time' };
export const add = (...terms: readonly Term[]): Term => ({ op: 'add', terms });
export const subtract = (from: Term, ...terms: readonly Term[]): Term => ({ op: 'subtract', from, terms });
export const divide = (term: Term, by: Term): Term => ({ op: 'divide', term, by });
export const times = (term: Term, factor: number): Term => ({ op: 'times', term, factor });

/** All sums of a formula, each once for each place. */
export function sumsOf(term: Term): readonly Sum[] {
  switch (term.op) {
    case 'sum':
      return [term];
    case 'time':
      return [];
    case 'add':
      return term.terms.flatMap(sumsOf);
    case 'subtract':
      return [term.from, ...term.terms].flatMap(sumsOf);
    case 'divide':
      return [...sumsOf(term.term), ...sumsOf(term.by)];
    case 'times':
      return sumsOf(term.term);
  }
}

/** What all sums of a formula can be told apart by. */
export function dimensionsOf(term: Term): readonly Dimension[] {
  const sums = sumsOf(term);
  return DIMENSIONS.filter((each) => sums.every(({ by }) => by.includes(each)));
}

/** Does it depend on a time that who asks chooses? */
export const hasWithin = (term: Term): boolean => sumsOf(term).some(({ upTo }) => upTo === 'within');

/** What it comes to; null: a rate of nothing. */
export function reckoned(term: Term, numberOf: (sum: Sum) => number, timeMs: number): number | null {
  const of = (each: Term) => reckoned(each, numberOf, timeMs);
  switch (term.op) {
    case 'sum':
      return numberOf(term);
    case 'time':
      return timeMs;
    case 'add':
      return folded(term.terms.map(of), (one, other) => one + other);
    case 'subtract':
      return folded([term.from, ...term.terms].map(of), (one, other) => one - other);
    case 'divide': {
      const [value, by] = [of(term.term), of(term.by)];
      return value === null || by === null || by === 0 ? null : value / by;
    }
    case 'times': {
      const value = of(term.term);
      return value === null ? null : value * term.factor;
    }
  }
}

function folded(
  values: readonly (number | null)[],
  fold: (one: number, other: number) => number,
): number | null {
  let [result = null] = values;
  for (const value of values.slice(1))
    result = result === null || value === null ? null : fold(result, value);
  return result;
}
