import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { companyOf, idParams, orNull, type RouteFacts, route } from '../route.ts';

const dates = '^\\d{4}-\\d\\d-\\d\\d(/\\d{4}-\\d\\d-\\d\\d)?$';
const hours = Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 200 }), {
  maxProperties: 50,
});
const MOST_DATES = 400;
const rules = Type.Object(
  {
    periods: Type.Record(Type.String({ maxLength: 64 }), hours, { maxProperties: 50 }),
    timeZone: Type.Optional(Type.String({ maxLength: 64 })),
    holidays: Type.Optional(Type.Enum(['none', 'CN'])),
    daysOff: Type.Optional(Type.Array(Type.String({ pattern: dates }), { maxItems: MOST_DATES })),
    dates: Type.Optional(Type.Record(Type.String({ pattern: dates }), hours, { maxProperties: MOST_DATES })),
    names: Type.Optional(
      Type.Record(Type.String({ pattern: dates }), Type.String({ maxLength: 64 }), {
        maxProperties: MOST_DATES,
      }),
    ),
  },
  { additionalProperties: false },
);
/** As if a calendar had these. */
export type AskedRules = Static<typeof rules>;
const body = Type.Object(
  {
    year: Type.Integer({ minimum: 1990, maximum: 2100 }),
    rules: Type.Optional(rules),
  },
  { additionalProperties: false, examples: [{ year: 2026 }] },
);
const day = Type.Object({
  date: Type.String(),
  kind: Type.Unsafe<'ordinary' | 'holiday' | 'make-up' | 'day-off' | 'dated'>(
    Type.String({
      description:
        '`holiday`: 法定节假日; `make-up`: 调休, worked; `day-off`: of `daysOff`; `dated`: of `dates`; else `ordinary`',
    }),
  ),
  name: orNull(
    Type.String({ description: 'of the holiday, of the one that is made up for, or of the day off' }),
  ),
  slots: Type.Array(
    Type.Object({
      period: Type.String(),
      from: Type.Integer({ description: 'minutes of the day' }),
      to: Type.Integer({ description: 'minutes of the day, not included' }),
    }),
    { description: 'in order; what they leave out is `closed`, on a public holiday `holiday`' },
  ),
});
const answer = Type.Object(
  {
    year: Type.Integer(),
    timeZone: Type.String(),
    usesHolidays: Type.Boolean({ description: 'public holidays count' }),
    isYearKnown: Type.Boolean({ description: 'false: the public holidays of the year are not known' }),
    knownTo: Type.Integer({ description: 'last year whose public holidays are known' }),
    days: Type.Array(day),
  },
  {
    examples: [
      {
        year: 2026,
        timeZone: 'Asia/Shanghai',
        usesHolidays: true,
        isYearKnown: true,
        knownTo: 2026,
        days: [
          {
            date: '2026-10-10',
            kind: 'make-up',
            name: '国庆节 National Day',
            slots: [{ period: 'open', from: 540, to: 1080 }],
          },
        ],
      },
    ],
  },
);

/** A year of a calendar, day by day. */
export type CalendarYear = Static<typeof answer>;

/** What the route needs of calendars. */
export interface CalendarBoard {
  /** Throws PbxError `not-found`; `change-refused` for rules that cannot be read, or are too many. */
  year(tenant: string, name: string, year: number, rules: AskedRules | undefined): Promise<CalendarYear>;
}

/** A calendar (工作时间) as calls find it, by the same code. */
export const calendarDayRoutes: FastifyPluginCallbackTypebox<{ board: CalendarBoard }> = (
  app,
  { board },
  done,
) => {
  const facts: RouteFacts = {
    access: { permission: 'calendar:read', reach: 'tenant' },
    tag: 'entities',
    summary: 'The days of a year as a calendar has them',
    description:
      'Which days are public holidays, make-up work days and days off, and which periods each day has: as calls find it. `rules`: as if these were saved.',
    errors: ['change-refused'],
  };
  app.post(
    '/calendars/:id/days',
    route(facts, { params: idParams, body, response: { 200: answer } }),
    async (request) => {
      const { year, rules } = request.body;
      return await board.year(companyOf(request), request.params.id, year, rules);
    },
  );
  done();
};
