/** Changes of single days of a calendar, in its dates and ranges. Pure. */
import type { Fields } from '../../../kit/entity/tree.ts';
import { dayAfter } from '../../../kit/format.ts';

/** What a day is to be; `rule`: what the week and the holidays make of it. */
export type DayWish =
  | { readonly kind: 'rule' }
  | { readonly kind: 'off'; readonly reason: string }
  | { readonly kind: 'special'; readonly period: string; readonly hours: string; readonly reason: string };

type Dates = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface DayRules {
  readonly daysOff: readonly string[];
  readonly dates: Dates;
  readonly names: Readonly<Record<string, string>>;
}

export const rulesOf = (value: Fields): DayRules => ({
  daysOff: (value['daysOff'] ?? []) as readonly string[],
  dates: (value['dates'] ?? {}) as Dates,
  names: (value['names'] ?? {}) as DayRules['names'],
});

const ends = (range: string): readonly [from: string, to: string] => {
  const [from = '', to = from] = range.split('/');
  return [from, to];
};
const holds = (range: string, date: string): boolean => {
  const [from, to] = ends(range);
  return from <= date && date <= to;
};
const rangeOf = (from: string, to: string): string => (from === to ? from : `${from}/${to}`);

/** What is left of a range without a day: none, one or two. */
function without(range: string, date: string): readonly string[] {
  if (!holds(range, date)) return [range];
  const [from, to] = ends(range);
  return [
    ...(from < date ? [rangeOf(from, dayAfter(date, -1))] : []),
    ...(date < to ? [rangeOf(dayAfter(date, 1), to)] : []),
  ];
}

const recordWithout = <Value>(record: Readonly<Record<string, Value>>, date: string) =>
  Object.fromEntries(
    Object.entries(record).flatMap(([range, value]) => without(range, date).map((each) => [each, value])),
  ) as Record<string, Value>;

/** What is set for a day. */
export function wishOf({ daysOff, dates, names }: DayRules, date: string): DayWish {
  const reason = Object.entries(names).find(([range]) => holds(range, date))?.[1] ?? '';
  if (daysOff.some((range) => holds(range, date))) return { kind: 'off', reason };
  const hours = Object.entries(dates).find(([range]) => holds(range, date))?.[1];
  if (!hours) return { kind: 'rule' };
  const [period = 'open', text = ''] = Object.entries(hours)[0] ?? [];
  return { kind: 'special', period, hours: text, reason };
}

/** The rules with a day as it is wished; ranges that it was in are parted around it. */
export function withDay({ daysOff, dates, names }: DayRules, date: string, wish: DayWish): DayRules {
  const reason = wish.kind === 'rule' ? '' : wish.reason.trim();
  return {
    daysOff: [
      ...daysOff.flatMap((range) => without(range, date)),
      ...(wish.kind === 'off' ? [date] : []),
    ].sort(),
    dates: {
      ...recordWithout(dates, date),
      ...(wish.kind === 'special' && { [date]: { [wish.period]: wish.hours } }),
    },
    names: { ...recordWithout(names, date), ...(reason !== '' && { [date]: reason }) },
  };
}

/** `09:00-12:00,13:30-18:00`: as the engine reads it. */
export const HOURS = /^\s*\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d\s*(,\s*\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d\s*)*$/;
