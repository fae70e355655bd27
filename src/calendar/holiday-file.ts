/** Reads public holidays in the forms in which they are published. */
import { ConfigError } from '../shared/errors.ts';
import { chineseDays, type SpecialDay, type SpecialDays } from './holidays.ts';
import { DAY_MS, dateOfDay, dayOfDate } from './zone.ts';

const FIX = 'write { "2027-01-01": { "kind": "holiday", "name": "元旦" } }, or take an ICS calendar';

/**
 * Special days of a file. Understood are an ICS calendar (RFC 5545) whose events say 班 or 调休上班 for work days; JSON of
 * chinese-days (`holidays`, `workdays`), of holiday-cn (`days` with `isOffDay`, also several years in a list), and ours,
 * by date. Throws ConfigError for anything else, also for a file without a day.
 */
export function readHolidays(text: string, file: string): SpecialDays {
  const plain = text.replace(/^\uFEFF/, '').trim();
  const days = plain.startsWith('BEGIN:VCALENDAR') ? readCalendar(plain, file) : readJson(plain, file);
  if (days.size === 0) throw new ConfigError('holds no holidays', { file }, FIX);
  return days;
}

/** Days as the file that {@link readHolidays} reads. */
export function writeHolidays(days: SpecialDays): string {
  return `${JSON.stringify(Object.fromEntries([...days].sort(([a], [b]) => a.localeCompare(b))), null, 1)}\n`;
}

type Fields = Readonly<Record<string, unknown>>;

function readJson(text: string, file: string): SpecialDays {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`no JSON: ${(error as Error).message}`, { file }, FIX);
  }
  const days = new Map<string, SpecialDay>();
  for (const each of (Array.isArray(value) ? value : [value]) as Fields[]) {
    for (const [date, day] of daysOf(each ?? {})) {
      if (dayOfDate(date) === undefined || !isDay(day)) {
        throw new ConfigError(`no holiday: '${date}': ${JSON.stringify(day)}`, { file }, FIX);
      }
      days.set(date, day);
    }
  }
  return days;
}

function isDay(day: Partial<SpecialDay> | undefined): day is SpecialDay {
  return (day?.kind === 'holiday' || day?.kind === 'make-up') && typeof day.name === 'string';
}

function daysOf(value: Fields): Iterable<readonly [string, Partial<SpecialDay> | undefined]> {
  if (Array.isArray(value['days'])) {
    return (value['days'] as (Fields | null)[]).map((day) => {
      const kind = day?.['isOffDay'] === true ? 'holiday' : 'make-up';
      return [String(day?.['date']), { kind, name: String(day?.['name'] ?? '') }] as const;
    });
  }
  if (typeof value['holidays'] === 'object' && value['holidays'] !== null) {
    return chineseDays(textsOf(value['holidays'] as Fields), textsOf((value['workdays'] ?? {}) as Fields));
  }
  return Object.entries(value as Record<string, Partial<SpecialDay>>);
}

/** What is no text names nothing. */
const textsOf = (fields: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).map(([date, entry]) => [date, typeof entry === 'string' ? entry : '']),
  );

/** A public holiday is shorter: who writes a thousand years has mistaken himself, and they would take seconds. */
const MOST_DAYS = 60;

/** A work day made up for: 班, 补班, 调休上班. */
const WORK = /班/;

function readCalendar(text: string, file: string): SpecialDays {
  const days = new Map<string, SpecialDay>();
  // RFC 5545 3.1: a line that begins with a space goes on with the one before.
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  let event: { from?: number; to?: number; name?: string } | undefined;
  for (const [index, line] of lines.entries()) {
    const [name = '', value = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)];
    const property = name.split(';', 1)[0]!.toUpperCase();
    if (line === 'BEGIN:VEVENT') event = {};
    else if (event && property === 'DTSTART') event = withDay(event, 'from', value);
    else if (event && property === 'DTEND') event = withDay(event, 'to', value);
    else if (event && property === 'SUMMARY') event = { ...event, name: value.replace(/\\([,;\\])/g, '$1') };
    else if (event && property === 'RRULE') {
      const place = { file, line: index + 1 };
      throw new ConfigError('an event repeats by a rule', place, 'take a calendar that lists each day');
    } else if (line === 'END:VEVENT' && event) {
      const { from, to, name: summary = '' } = event;
      if (from === undefined || Number.isNaN(from)) {
        throw new ConfigError('an event has no date', { file, line: index + 1 }, FIX);
      }
      // RFC 5545 3.6.1: without an end a day; the end itself is not part of it.
      const end = to ?? from + 1;
      if (!(end - from <= MOST_DAYS))
        throw new ConfigError(`an event lasts longer than ${MOST_DAYS} days`, { file, line: index + 1 }, FIX);
      const kind = WORK.test(summary) ? 'make-up' : 'holiday';
      for (let day = from; day < end; day++) days.set(dateOfDay(day), { kind, name: summary });
      event = undefined;
    }
  }
  return days;
}

function withDay<Event extends object>(event: Event, field: 'from' | 'to', value: string): Event {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/.exec(value) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return { ...event, [field]: Number.isNaN(at) ? Number.NaN : Math.floor(at / DAY_MS) };
}
