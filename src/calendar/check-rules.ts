/** Proves the rules of a calendar: hours, days and dates that cannot be read, each with the way to it. */
import type { CalendarRules } from './calendar-rules.ts';
import { parseDays, parseHours } from './hours.ts';
import { dayOfDate, zoneOf } from './zone.ts';

export interface RuleMistake {
  readonly path: readonly (string | number)[];
  readonly reason: string;
  readonly fix: string;
}

/** Keys of a period beside weekdays. */
const OTHER_DAYS = ['daily', 'holiday', 'make-up'];

/** What is wrong with rules; empty: a calendar can be made of them. */
export function* ruleMistakes(rules: CalendarRules): Generator<RuleMistake, void> {
  for (const [period, weekly] of Object.entries(rules.periods)) {
    for (const [day, hours] of Object.entries(weekly)) {
      const path = ['periods', period, day];
      if (!OTHER_DAYS.includes(day) && !parseDays(day)) {
        const fix = `write mon, mon-fri, ${OTHER_DAYS.join(', ')}`;
        yield { path, reason: `no day of the week: '${day}'`, fix };
      }
      if (!isHours(hours)) yield noHours(hours, path);
    }
  }
  for (const [index, range] of (rules.daysOff ?? []).entries()) {
    if (!rangeOf(range)) yield noDate(range, ['daysOff', index]);
  }
  for (const [range, periods] of Object.entries(rules.dates ?? {})) {
    if (!rangeOf(range)) yield noDate(range, ['dates', range]);
    for (const [period, hours] of Object.entries(periods)) {
      if (!isHours(hours)) yield noHours(hours, ['dates', range, period]);
    }
  }
  for (const range of Object.keys(rules.names ?? {}))
    if (!rangeOf(range)) yield noDate(range, ['names', range]);
  if (rules.timeZone !== undefined && !isZone(rules.timeZone)) {
    const reason = `unknown time zone ${rules.timeZone}`;
    yield { path: ['timeZone'], reason, fix: 'use an IANA name such as Asia/Shanghai' };
  }
}

/** Days since 1970, both ends included. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

/** The days of `2026-08-01` or `2026-08-01/2026-08-05`, both ends included; undefined when it is no such text. */
export function rangeOf(range: string): DayRange | undefined {
  if (typeof range !== 'string') return undefined;
  const [first = '', last = first] = range.split('/');
  const from = dayOfDate(first);
  const to = dayOfDate(last);
  return from === undefined || to === undefined || to < from || to - from > 3660 ? undefined : { from, to };
}

/** Rules may come from code that no compiler has seen. */
const isHours = (hours: unknown) => typeof hours === 'string' && parseHours(hours) !== undefined;

const noHours = (hours: unknown, path: RuleMistake['path']): RuleMistake => ({
  path,
  reason: `no hours: '${hours}'`,
  fix: "write '09:00-12:00,13:30-18:00'",
});

const noDate = (range: unknown, path: RuleMistake['path']): RuleMistake => ({
  path,
  reason: `no date: '${range}'`,
  fix: "write '2026-08-01' or '2026-08-01/2026-08-05'",
});

function isZone(id: string): boolean {
  try {
    return zoneOf(id) !== undefined;
  } catch {
    return false;
  }
}
