/** Calendars (工作时间), for the API: days as calls find them. */
import { Calendar } from './calendar/calendar.ts';
import type { CalendarRules } from './calendar/calendar-rules.ts';
import type { Holidays } from './calendar/holidays.ts';
import { dayOfDate, zoneOf } from './calendar/zone.ts';
import type { CalendarBoard } from './http/routes/calendar-days.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { ConfigError, PbxError } from './shared/errors.ts';

export interface CalendarBoardParts {
  readonly provisioning: Pick<Provisioned, 'snapshot'>;
  readonly holidays: Holidays;
  readonly timeZone: string;
}

export function calendarBoard({ provisioning, holidays, timeZone }: CalendarBoardParts): CalendarBoard {
  return {
    year: (tenant, name, year, rules) => {
      const saved = provisioning.snapshot.get('calendar', tenant, name);
      if (!saved) throw new PbxError('not-found', `there is no calendar ${name}`);
      const calendar = made(name, (rules as CalendarRules | undefined) ?? saved, timeZone, holidays);
      const from = dayOfDate(`${year}-01-01`)!;
      const count = dayOfDate(`${year + 1}-01-01`)! - from;
      return {
        year,
        timeZone: calendar.zone.id,
        usesHolidays: calendar.rules.holidays === 'CN',
        isYearKnown: holidays.knows(year),
        knownTo: holidays.lastYear,
        days: Array.from({ length: count }, (_, at) => {
          const { date, kind, name: called, slots } = calendar.day(from + at);
          const told = slots.map(({ period, from: first, to }) => ({ period, from: first, to }));
          return { date, kind, name: called ?? null, slots: told };
        }),
      };
    },
  };
}

function made(name: string, rules: CalendarRules, timeZone: string, holidays: Holidays): Calendar {
  try {
    return new Calendar(name, rules, zoneOf(rules.timeZone ?? timeZone), holidays);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new PbxError('change-refused', error.message, { cause: error });
  }
}
