import Type from 'typebox';
import { ruleMistakes } from '../../calendar/check-rules.ts';
import { choice, list, NAME } from '../../config/fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

const period = Type.String({ pattern: '^\\S.{0,63}$' });
const hours = Type.String({ pattern: '^[0-9]', hint: 'hours such as 09:00-12:00,13:30-18:00' });
const dates = '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:/[0-9]{4}-[0-9]{2}-[0-9]{2})?$';

/** Opening hours (工作时间) under one name, for all hotlines of a company. The rules: `calendar/calendar-rules.ts`. */
export const calendar = defineKind({
  name: 'calendar',
  plural: 'calendars',
  title: { en: 'calendar', zh: '工作时间' },
  key: 'name',
  example: { name: 'office', periods: { open: { 'mon-fri': '09:00-18:00' } } },
  schema: Type.Object({
    /** By period, then by day: the first that covers an instant wins; what none covers is `closed`. */
    periods: Type.Record(
      period,
      Type.Record(Type.String({ pattern: '^[a-z-]{3,12}$' }), hours, {
        keyHint: 'days: mon, mon-fri, daily, holiday, make-up',
      }),
      { keyHint: 'free text (up to 64)' },
    ),
    /** IANA zone; that of the hotline by default. */
    timeZone: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9_+/-]{1,64}$', hint: 'a time zone such as Asia/Shanghai' }),
    ),
    /** `CN`: public holidays (法定节假日) and make-up work days (调休) count. */
    holidays: choice(['none', 'CN'], 'none'),
    /** Closed all day. */
    daysOff: list(Type.String({ pattern: dates, hint: '2026-08-01 or 2026-08-01/2026-08-05' })),
    /** Other hours on single dates or ranges, by period. */
    dates: Type.Record(Type.String({ pattern: dates }), Type.Record(period, hours), {
      default: {},
      keyHint: '2026-08-01 or 2026-08-01/2026-08-05',
    }),
    /** What days of `daysOff` and `dates` are, for people. */
    names: Type.Record(
      Type.String({ pattern: dates }),
      Type.String({ pattern: '^\\S.{0,63}$', hint: 'free text (up to 64)' }),
      {
        default: {},
        keyHint: '2026-08-01 or 2026-08-01/2026-08-05',
      },
    ),
    /** Switches that put the calendar into the period of their name while they are on. */
    switches: list(Type.String({ pattern: NAME, hint: 'letters, digits, - _ and . (up to 64)' })),
  }),
  check(rules, complain) {
    if (Object.keys(rules.periods).length === 0) {
      complain(
        ['periods'],
        'the calendar has no periods',
        "write periods: { open: { mon-fri: '09:00-18:00' } }",
      );
    }
    for (const { path, reason, fix } of ruleMistakes(rules)) complain(path, reason, fix);
  },
});

export type Calendar = EntityOf<typeof calendar>;
