/** Filters of the list of calls, as they stand in the page's address. Pure. */
import type { CallFilterQuery } from '../../api/types.ts';
import { dateOf, dayAfter, instantOf } from '../../kit/format.ts';

export const RANGES = ['today', 'yesterday', 'week', 'month', 'all', 'custom'] as const;
export type Range = (typeof RANGES)[number];
export const FIRST_RANGE: Range = 'week';

/** Filters that the API takes as they are. */
export const PLAIN = [
  'q',
  'direction',
  'outcome',
  'queue',
  'agent',
  'hotline',
  'recorded',
  'flagged',
  'caller',
  'called',
] as const;
export type Plain = (typeof PLAIN)[number];

/** All that the address filters by. */
export const FILTERS = [...PLAIN, 'range', 'from', 'to'] as const;

export const rangeOf = (params: URLSearchParams): Range => {
  const named = params.get('range');
  return RANGES.find((each) => each === named) ?? FIRST_RANGE;
};

/** First and last day of a range, in the company's zone; undefined: open. */
export function daysOf(params: URLSearchParams, zone: string, now: number): { from?: string; to?: string } {
  const today = dateOf(now, zone);
  switch (rangeOf(params)) {
    case 'today':
      return { from: today };
    case 'yesterday':
      return { from: dayAfter(today, -1), to: dayAfter(today, -1) };
    case 'week':
      return { from: dayAfter(today, -6) };
    case 'month':
      return { from: dayAfter(today, -29) };
    case 'all':
      return {};
    case 'custom': {
      const [from, to] = [dayNamed(params.get('from')), dayNamed(params.get('to'))];
      return { ...(from && { from }), ...(to && { to }) };
    }
  }
}

const dayNamed = (text: string | null): string | undefined =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

/** What the API is asked for. */
export function filterOf(params: URLSearchParams, zone: string, now: number): CallFilterQuery {
  const { from, to } = daysOf(params, zone, now);
  const plain = Object.fromEntries(
    PLAIN.flatMap((name) => {
      const value = params.get(name)?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  return {
    ...plain,
    ...(from && { from: new Date(instantOf(from, '00:00:00', zone)).toISOString() }),
    ...(to && { to: new Date(instantOf(dayAfter(to, 1), '00:00:00', zone)).toISOString() }),
  } as CallFilterQuery;
}

/** Whether each word of a search is long enough for the API. */
export const isLongEnough = (search: string): boolean =>
  search
    .trim()
    .split(/\s+/)
    .every((word) => word === '' || [...word].length >= (/[\u4e00-\u9fff]/.test(word) ? 2 : 4));

/** Whether anything but the time is filtered by. */
export const isNarrowed = (params: URLSearchParams): boolean =>
  PLAIN.some((name) => params.get(name)?.trim());
