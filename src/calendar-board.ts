/** Calendars (工作时间), for the API: days as calls find them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Calendar } from './calendar/calendar.ts';
import type { CalendarRules } from './calendar/calendar-rules.ts';
import type { Holidays } from './calendar/holidays.ts';
import { dayOfDate, zoneOf } from './calendar/zone.ts';
import type { AskedRules, CalendarBoard, CalendarYear } from './http/routes/calendar-days.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { ConfigError, PbxError } from './shared/errors.ts';

export interface CalendarBoardParts {
  readonly provisioning: Pick<Provisioned, 'snapshot'>;
  readonly holidays: Holidays;
  readonly timeZone: string;
}

/** Days that are worked out in a turn. */
const PART = 16;
/** From one hour to another: of all weekdays together, and of a date. */
const MOST_HOURS = 300;

export function calendarBoard({ provisioning, holidays, timeZone }: CalendarBoardParts): CalendarBoard {
  return {
    year: async (tenant, name, year, rules) => {
      const saved = provisioning.snapshot.get('calendar', tenant, name);
      if (!saved) throw new PbxError('not-found', `there is no calendar ${name}`);
      if (rules) requireFew(rules);
      const calendar = made(name, (rules as CalendarRules | undefined) ?? saved, timeZone, holidays);
      const from = dayOfDate(`${year}-01-01`)!;
      const count = dayOfDate(`${year + 1}-01-01`)! - from;
      const days: CalendarYear['days'] = [];
      for (let at = 0; at < count; at++) {
        if (at % PART === PART - 1) await nextTurn();
        const { date, kind, name: called, slots } = calendar.day(from + at);
        const told = slots.map(({ period, from: first, to }) => ({ period, from: first, to }));
        days.push({ date, kind, name: called ?? null, slots: told });
      }
      return {
        year,
        timeZone: calendar.zone.id,
        usesHolidays: calendar.rules.holidays === 'CN',
        isYearKnown: holidays.knows(year),
        knownTo: holidays.lastYear,
        days,
      };
    },
  };
}

/** Each of a day is laid over each: of thousands that would take seconds. */
function requireFew({ periods, dates = {} }: AskedRules): void {
  const count = (hours: Readonly<Record<string, string>>) =>
    Object.values(hours).reduce((sum, text) => sum + text.split(',').length, 0);
  const ofWeeks = Object.values(periods).reduce((sum, hours) => sum + count(hours), 0);
  if (ofWeeks <= MOST_HOURS && Object.values(dates).every((hours) => count(hours) <= MOST_HOURS)) return;
  throw new PbxError('change-refused', `more than ${MOST_HOURS} times from one hour to another`);
}

function made(name: string, rules: CalendarRules, timeZone: string, holidays: Holidays): Calendar {
  try {
    return new Calendar(name, rules, zoneOf(rules.timeZone ?? timeZone), holidays);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new PbxError('change-refused', error.message, { cause: error });
  }
}
