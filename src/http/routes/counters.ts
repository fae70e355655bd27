import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { AxisValue } from '../../metric/counter-delta.ts';
import { COUNTER_STEPS, type CounterReader, periodsOf } from '../../metric/counter-query.ts';
import {
  AGENT_CUBE,
  AREA_CUBE,
  type Cube,
  HISTOGRAM,
  HOTLINE_CUBE,
  RESULT_CUBE,
  TRUNK_CUBE,
} from '../../metric/cubes.ts';
import { RequestError } from '../errors.ts';
import { companyOf, isoTime, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const CUBES: Readonly<Record<string, Cube>> = {
  hotline: HOTLINE_CUBE,
  agent: AGENT_CUBE,
  trunk: TRUNK_CUBE,
  area: AREA_CUBE,
  result: RESULT_CUBE,
  histogram: HISTOGRAM,
};

/** A year of hours. */
const MAX_PERIODS = 9_000;

const names = (description: string) =>
  Type.Optional(Type.String({ maxLength: 1000, pattern: '^[a-z_]+(,[a-z_]+)*$', description }));
const query = Type.Object(
  {
    cube: Type.Enum(Object.keys(CUBES), { description: 'what is counted by which axes' }),
    counters: names('names with commas between; left out: all of the cube'),
    by: names('axes whose values are told apart, with commas between; left out: none'),
    from: Type.String({ maxLength: 40, description: `begin, at a quarter of an hour: ${timeText}` }),
    to: Type.String({ maxLength: 40, description: 'end, not included' }),
    step: Type.Enum([...COUNTER_STEPS], { default: 'all', description: "periods of the company's clock" }),
    ...Object.fromEntries(
      [...new Set(Object.values(CUBES).flatMap(({ axes }) => axes))].map((axis) => [
        axis,
        Type.Optional(Type.String({ maxLength: 64, description: 'only what has this value' })),
      ]),
    ),
  },
  { additionalProperties: false },
);

const row = Type.Object({
  at: isoTime('begin of the period'),
  axes: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  counts: Type.Record(Type.String(), Type.Number()),
});
const answer = Type.Object(
  { items: Type.Array(row), next: Type.Null() },
  {
    examples: [
      {
        items: [
          {
            at: '2026-10-10T00:00:00.000Z',
            axes: { queue: 'sales' },
            counts: { asks: 120, ask_answered: 110 },
          },
        ],
        next: null,
      },
    ],
  },
);

/** Counters (统计): sums of a quarter of an hour and more, of which reports are made. */
export const counterRoutes: FastifyPluginCallbackTypebox<{
  counters: CounterReader;
  /** IANA name of the zone whose hours, days and months are counted. */
  timeZone: string;
}> = (app, { counters, timeZone }, done) => {
  app.get(
    '/counters',
    route(
      {
        access: { permission: 'counter:read', reach: 'tenant' },
        tag: 'reports',
        summary: 'Sums of counters by time and axes (话务统计)',
        description:
          'Nothing that is divided is stored: rates and averages are made of these sums. What was never counted has no row.',
        errors: ['deadline'],
      },
      { querystring: query, response: { 200: answer } },
    ),
    async (request) => {
      const { cube: name, counters: wanted, by: axes, from, to, step, ...only } = request.query;
      const cube = CUBES[name]!;
      const counted = chosen('counters', wanted, cube.counters, cube.counters);
      const by = chosen('by', axes, cube.axes, []);
      const stranger = Object.keys(only).find((axis) => !cube.axes.includes(axis));
      if (stranger !== undefined)
        throw new RequestError('bad-request', `${name} has no ${stranger}: it has ${cube.axes.join(', ')}`);
      const time = { from: parseTime('from', from)!, to: parseTime('to', to)!, step, zone: timeZone };
      if (periodsOf(time, MAX_PERIODS).length > MAX_PERIODS)
        throw new RequestError(
          'bad-request',
          `more than ${MAX_PERIODS} periods: ask for a shorter time or a longer step`,
        );
      const rows = await counters.report({
        tenantId: companyOf(request),
        cube,
        counters: counted,
        by,
        only: only as Readonly<Record<string, AxisValue>>,
        ...time,
      });
      return {
        items: rows.map(({ at, axes: values, counts }) => ({
          at: new Date(at).toISOString(),
          axes: named(by, values),
          counts: named(counted, counts),
        })),
        next: null,
      };
    },
  );
  done();
};

/** The names of a list, which are to be of those that there are. Throws RequestError. */
function chosen(
  what: string,
  list: string | undefined,
  known: readonly string[],
  byDefault: readonly string[],
): readonly string[] {
  if (list === undefined) return byDefault;
  const wanted = list.split(',');
  const stranger = wanted.find((each) => !known.includes(each));
  if (stranger !== undefined)
    throw new RequestError('bad-request', `${what}: there is no ${stranger}, but ${known.join(', ')}`);
  return [...new Set(wanted)];
}

function named<Value>(names: readonly string[], values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(names.map((name, place) => [name, values[place]!]));
}
