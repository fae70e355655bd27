import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import { ruleMistakes } from '../../calendar/check-rules.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import { type At, isRecord, shown } from './report.ts';

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isHoursByDay = (value: unknown) => isRecord(value) && Object.values(value).every(isRecord);

/** What each field of the rules must be at least; hours, days and dates are proved by the calendar itself. */
const FIELDS: { readonly [Field in keyof Required<CalendarRules>]: [(value: unknown) => boolean, string] } = {
  periods: [isHoursByDay, "{ open: { 'mon-fri': '09:00-18:00' } }"],
  timeZone: [isText, "'Asia/Shanghai'"],
  holidays: [(value) => value === 'CN' || value === 'none', "'CN' or 'none'"],
  daysOff: [isTexts, "['2026-08-01', '2026-08-03/2026-08-05']"],
  dates: [isHoursByDay, "{ '2026-12-31': { open: '09:00-12:00' } }"],
  names: [(value) => isRecord(value) && Object.values(value).every(isText), "{ '2026-12-31': '公司年会' }"],
  switches: [isTexts, "['night']"],
};

/** Proves the rules of a calendar. */
export function checkCalendar(value: unknown, at: At, what: string): boolean {
  if (!isRecord(value) || value['periods'] === undefined) {
    const fix = "it must be { periods: { open: { 'mon-fri': '09:00-18:00' } } }";
    at.error('bad-value', `${what} is ${shown(value)}`, fix);
    return false;
  }
  let good = true;
  for (const [field, held] of Object.entries(value)) {
    if (Object.hasOwn(FIELDS, field)) {
      const [holds, example] = FIELDS[field as keyof CalendarRules];
      if (held === undefined || holds(held)) continue;
      at.at(undefined, field).error('bad-value', `${field} of ${what} is ${shown(held)}`, `write ${example}`);
    } else {
      const near = didYouMean(field, Object.keys(FIELDS));
      const fix = near ? `did you mean '${near}'?` : `remove ${field}`;
      at.at(undefined, field).error('unknown-field', `${what} takes no ${field}`, fix);
    }
    good = false;
  }
  if (!good) return false;
  for (const { path, reason, fix } of ruleMistakes(value as unknown as CalendarRules)) {
    at.at(undefined, ...path).error('bad-calendar', reason, fix);
    good = false;
  }
  return good;
}
