import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { COUNTER_STEPS, type CounterReader, periodsOf } from '../../metric/counter-query.ts';
import { WITHIN_MS } from '../../metric/cubes.ts';
import { type Figure, figuresOf } from '../../metric/figures.ts';
import { UNITS } from '../../metric/registry/metric.ts';
import { METRICS } from '../../metric/registry/registry.ts';
import { METRIC_SETS } from '../../metric/registry/sets.ts';
import { DIMENSIONS, type Dimension, dimensionsOf, hasWithin } from '../../metric/registry/term.ts';
import { SERVICE_LEVEL_MS } from '../../metric/today.ts';
import type { Clock } from '../../shared/clock.ts';
import { RequestError } from '../errors.ts';
import { companyOf, isoTime, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const words = Type.Object({ en: Type.String(), zh: Type.String() });
const unit = Type.Enum([...UNITS], {
  description:
    '`share`: of 1; `ms`: milliseconds; `per-hour`: in an hour; `erlang`: at a time; `score`: 1 to 4',
});
const dimension = Type.Enum([...DIMENSIONS]);

const definition = Type.Object({
  id: Type.String(),
  title: words,
  unit,
  better: orNull(Type.Enum(['more', 'less'], { description: 'null: neither is' })),
  variants: Type.Array(
    Type.Object({
      id: Type.String(),
      title: words,
      by: Type.Array(dimension, { description: 'what it can be told apart by' }),
      hasLimit: Type.Boolean({ description: 'it depends on `withinMs`' }),
    }),
    { description: 'ways to reckon it (口径), the usual one first' },
  ),
});
const set = Type.Object({
  id: Type.String(),
  title: words,
  source: words,
  metrics: Type.Array(Type.String()),
  missing: Type.Array(Type.Object({ title: words, needs: words }), {
    description: 'what it names and cannot be reckoned of calls and states',
  }),
});
const definitions = Type.Object(
  { metrics: Type.Array(definition), sets: Type.Array(set) },
  {
    examples: [
      {
        metrics: [
          {
            id: 'busy_rate',
            title: { en: 'busy rate', zh: '忙音率' },
            unit: 'share',
            better: 'less',
            variants: [
              {
                id: 'share',
                title: { en: 'busy / calls', zh: '遇忙 ÷ 来电' },
                by: ['hotline'],
                hasLimit: false,
              },
            ],
          },
        ],
        sets: [
          {
            id: 'hotline',
            title: { en: 'Hotline', zh: '热线' },
            source: { en: 'usual of hotlines', zh: '热线通用' },
            metrics: ['busy_rate'],
            missing: [
              {
                title: { en: 'error rate', zh: '差错率' },
                needs: { en: 'quality checks of recordings', zh: '录音质检' },
              },
            ],
          },
        ],
      },
    ],
  },
);
export type MetricDefinitions = Static<typeof definitions>;

const value = Type.String({ maxLength: 64 });
const wish = Type.Object(
  {
    metrics: Type.Array(
      Type.Object(
        {
          metric: Type.String({ maxLength: 64 }),
          variant: Type.Optional(Type.String({ maxLength: 64, description: 'left out: the usual one' })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 60 },
    ),
    by: Type.Array(dimension, { default: [], maxItems: 3, description: 'what figures are told apart by' }),
    only: Type.Object(
      Object.fromEntries(DIMENSIONS.map((each) => [each, Type.Optional(value)])) as Record<
        Dimension,
        ReturnType<typeof Type.Optional<typeof value>>
      >,
      { additionalProperties: false, default: {}, description: 'only what has these values' },
    ),
    from: Type.String({ maxLength: 40, description: `begin, at a quarter of an hour: ${timeText}` }),
    to: Type.String({ maxLength: 40, description: 'end, not included' }),
    step: Type.Enum([...COUNTER_STEPS], { default: 'all', description: "periods of the company's clock" }),
    withinMs: Type.Integer({
      default: SERVICE_LEVEL_MS,
      description: `what "in time" means (N 秒), a bound that is counted: ${WITHIN_MS.join(', ')}`,
    }),
  },
  {
    additionalProperties: false,
    examples: [
      {
        metrics: [{ metric: 'service_level' }],
        by: ['queue'],
        only: {},
        from: '2026-10-01T00:00:00+08:00',
        to: '2026-11-01T00:00:00+08:00',
        step: 'day',
        withinMs: 20_000,
      },
    ],
  },
);

const figure = Type.Object({
  value: orNull(Type.Number({ description: "in the metric's unit; null: a rate of nothing" })),
  parts: orNull(
    Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'what was divided by what' }),
  ),
});
const report = Type.Object(
  {
    asOf: isoTime('calls that ended before are counted (数据截至)'),
    rows: Type.Array(
      Type.Object({
        at: isoTime('begin of the period'),
        axes: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
        figures: Type.Array(figure, { description: 'in the order of `metrics`' }),
      }),
    ),
    totals: Type.Array(figure, { description: 'reckoned of all that was counted, never of the rows' }),
  },
  {
    examples: [
      {
        asOf: '2026-10-10T02:00:00.000Z',
        rows: [
          {
            at: '2026-10-09T16:00:00.000Z',
            axes: { queue: 'sales' },
            figures: [{ value: 0.9, parts: [108, 120] }],
          },
        ],
        totals: [{ value: 0.9, parts: [108, 120] }],
      },
    ],
  },
);
export type FigureReportRow = Static<typeof report>;

/** Longest answer: a month of hours for thirty queues. */
const MAX_PERIODS = 9_000;

/** Metrics (指标): what there is to know, by which formula, and the figures. */
export const metricRoutes: FastifyPluginCallbackTypebox<{
  counters: CounterReader;
  clock: Pick<Clock, 'now'>;
  /** IANA name of the zone whose hours, days and months are counted. */
  timeZone: string;
}> = (app, { counters, clock, timeZone }, done) => {
  const facts = { access: { permission: 'counter:read', reach: 'tenant' }, tag: 'reports' } as const;
  app.get(
    '/metric-definitions',
    route(
      { ...facts, summary: 'Metrics, the ways to reckon them, and sets of them (指标、口径)', errors: [] },
      { response: { 200: definitions } },
    ),
    () => ({ metrics: METRICS.map(definitionOf), sets: METRIC_SETS.map(setOf) }),
  );
  app.post(
    '/metric-figures',
    route(
      {
        ...facts,
        summary: 'Figures of metrics by time and dimension (报表)',
        description: 'Reckoned of the counters as they are now. What was never counted has no row.',
        errors: ['deadline'],
      },
      { body: wish, response: { 200: report } },
    ),
    async (request) => {
      const { metrics, by, only, from, to, step, withinMs } = request.body;
      const time = { from: parseTime('from', from)!, to: parseTime('to', to)!, step, zone: timeZone };
      if (periodsOf(time, MAX_PERIODS).length > MAX_PERIODS)
        throw new RequestError(
          'bad-request',
          `more than ${MAX_PERIODS} periods: ask for a shorter time or a longer step`,
        );
      if (!WITHIN_MS.includes(withinMs))
        throw new RequestError(
          'bad-request',
          `withinMs: ${WITHIN_MS.join(', ')} are counted, ${withinMs} is not`,
        );
      const query = { tenantId: companyOf(request), metrics, by, only, withinMs, ...time };
      const { rows, totals } = await figuresOf(counters, query);
      return {
        asOf: new Date(Math.min(clock.now(), time.to)).toISOString(),
        rows: rows.map(({ at, axes, figures }) => ({
          at: new Date(at).toISOString(),
          axes: Object.fromEntries(by.map((name, place) => [name, axes[place]!])),
          figures: figures.map(figureRow),
        })),
        totals: totals.map(figureRow),
      };
    },
  );
  done();
};

const figureRow = ({ value, parts }: Figure) => ({ value, parts: parts && [...parts] });

const definitionOf = ({ id, title, unit, better, variants }: (typeof METRICS)[number]) => ({
  id,
  title,
  unit,
  better: better ?? null,
  variants: variants.map((variant) => ({
    id: variant.id,
    title: variant.title,
    by: [...dimensionsOf(variant.term)],
    hasLimit: hasWithin(variant.term),
  })),
});

const setOf = ({ id, title, source, metrics, missing }: (typeof METRIC_SETS)[number]) => ({
  id,
  title,
  source,
  metrics: [...metrics],
  missing: [...missing],
});
