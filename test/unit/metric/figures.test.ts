import { describe, expect, it } from 'vitest';
import { CounterDelta } from '../../../src/metric/counter-delta.ts';
import { AGENT_CUBE, HISTOGRAM, HOTLINE_CUBE, TRUNK_CUBE } from '../../../src/metric/cubes.ts';
import { DimensionError, type FigureQuery, figuresOf } from '../../../src/metric/figures.ts';
import { METRICS, NoSuchMetricError } from '../../../src/metric/registry/registry.ts';
import { METRIC_SETS } from '../../../src/metric/registry/sets.ts';
import { reportOf } from '../../../src/metric/report-of.ts';

const TEN = Date.parse('2026-10-10T10:00:00+08:00');
const HOUR = 3_600_000;

/** Two queues in two hours; each of them is asked by ten, of whom one leaves. */
function counted() {
  const delta = new CounterDelta();
  for (const [at, queue, inTime] of [
    [TEN, 'sales', 9],
    [TEN + HOUR, 'sales', 3],
    [TEN, 'service', 6],
  ] as const) {
    delta.add(HOTLINE_CUBE, 't', at, ['400', queue, 'inbound'], {
      ...{ asks: 10, ask_answered: 9, ask_abandoned_queue: 1, wait_ms: 90_000 },
      ...{ answered_wait_ms: 60_000, abandoned_wait_ms: 30_000 },
    });
    delta.add(HISTOGRAM, 't', at, [queue, 'wait', 20_000], { n: inTime });
    delta.add(HISTOGRAM, 't', at, [queue, 'wait', 30_000], { n: 9 - inTime });
    delta.add(HISTOGRAM, 't', at, [queue, 'abandon', 5_000], { n: 1 });
  }
  delta.add(HOTLINE_CUBE, 't', TEN, ['400', '', 'inbound'], {
    calls: 40,
    answered: 27,
    busy: 4,
    ivr_lost: 6,
    abandoned: 3,
  });
  delta.add(HOTLINE_CUBE, 't', TEN, ['', '', 'internal'], { calls: 5, answered: 5 });
  delta.add(AGENT_CUBE, 't', TEN, ['8001', 'sales'], {
    offers: 4,
    answered: 3,
    no_answer: 1,
    talk_ms: 90_000,
  });
  delta.add(AGENT_CUBE, 't', TEN, ['8001', ''], {
    signed_in_ms: HOUR / 2,
    talking_ms: 90_000,
    wrap_up_ms: 30_000,
  });
  delta.add(TRUNK_CUBE, 't', TEN, ['carrier', 'inbound'], { calls: 40, answered: 36, occupied_ms: HOUR });
  delta.add(HOTLINE_CUBE, 'others', TEN, ['400', '', 'inbound'], { calls: 1000 });
  return { report: (query: Parameters<typeof reportOf>[1]) => Promise.resolve(reportOf(delta.rows, query)) };
}

const ask = (metrics: readonly (string | readonly [string, string])[], more: Partial<FigureQuery> = {}) =>
  figuresOf(counted(), {
    tenantId: 't',
    metrics: metrics.map((each) =>
      typeof each === 'string' ? { metric: each } : { metric: each[0], variant: each[1] },
    ),
    by: [],
    only: {},
    ...{ from: TEN, to: TEN + 2 * HOUR, step: 'all', zone: 'Asia/Shanghai', withinMs: 20_000 },
    ...more,
  });

describe('figures of metrics', () => {
  it('are told apart by time and dimension, and the total is reckoned of all, not of the rows', async () => {
    const { rows, totals } = await ask(['service_level'], { by: ['queue'], step: 'hour' });
    expect(
      rows.map(({ at, axes: [queue], figures: [figure] }) => [(at - TEN) / HOUR, queue, figure]),
    ).toEqual([
      [0, 'sales', { value: 0.9, parts: [9, 10] }],
      [0, 'service', { value: 0.6, parts: [6, 10] }],
      [1, 'sales', { value: 0.3, parts: [3, 10] }],
    ]);
    expect(totals).toEqual([{ value: 0.6, parts: [18, 30] }]);
  });

  it('of many rows are reckoned in parts, between which the engine hears what comes in', async () => {
    const delta = new CounterDelta();
    for (let queue = 0; queue < 1000; queue++)
      delta.add(HOTLINE_CUBE, 't', TEN + HOUR * (queue % 2), ['400', `q${queue}`, 'inbound'], {
        asks: 2,
        ask_answered: 1,
      });
    let turns = 0;
    let turn = setImmediate(function next() {
      turns++;
      turn = setImmediate(next);
    });
    const { rows, totals } = await figuresOf(
      { report: (query) => Promise.resolve(reportOf(delta.rows, query)) },
      {
        ...{
          tenantId: 't',
          metrics: [{ metric: 'answer_rate', variant: 'of-asks' }],
          by: ['queue'],
          only: {},
        },
        ...{ from: TEN, to: TEN + 2 * HOUR, step: 'hour', zone: 'Asia/Shanghai', withinMs: 20_000 },
      },
    );
    clearImmediate(turn);
    expect(rows).toHaveLength(1000);
    expect(totals).toEqual([{ value: 0.5, parts: [1000, 2000] }]);
    expect(turns).toBeGreaterThanOrEqual(15);
  });

  it('are reckoned the way that was chosen, within the time that was chosen', async () => {
    const { totals } = await ask([
      ['service_level', 'of-answered'],
      ['service_level', 'without-short-abandons'],
      ['service_level', 'with-abandons'],
      ['answer_rate', 'of-asks'],
      ['answer_rate', 'of-calls'],
    ]);
    expect(totals.map(({ value }) => value)).toEqual([18 / 27, 18 / 27, 21 / 30, 0.9, 27 / 40]);
    const later = await ask(['service_level'], { withinMs: 30_000 });
    expect(later.totals[0]!.parts).toEqual([27, 30]);
  });

  it('know no rate of nothing, and count no call of others or among colleagues', async () => {
    const { totals } = await ask(['calls', 'satisfaction', 'busy_rate']);
    expect(totals).toEqual([
      { value: 40, parts: null },
      { value: null, parts: [0, 0] },
      { value: 0.1, parts: [4, 40] },
    ]);
  });

  it('have their units: an hour of agents, Erlang of lines', async () => {
    const { totals } = await ask(['calls_per_hour', 'average_handling_time', 'utilisation', 'erlang']);
    expect(totals.map(({ value }) => value)).toEqual([6, 40_000, 120_000 / (HOUR / 2), 0.5]);
  });

  it('of one value alone leave the others out', async () => {
    const { totals } = await ask(['asks', 'average_speed_of_answer'], { only: { queue: 'sales' } });
    expect(totals.map(({ value }) => value)).toEqual([20, 120_000 / 18]);
  });

  it('that nobody counts so are refused with what there is', async () => {
    await expect(ask(['calls'], { by: ['queue'] })).rejects.toThrow(
      new DimensionError(METRICS.find(({ id }) => id === 'calls')!, 'queue', ['hotline']),
    );
    await expect(ask(['happiness'])).rejects.toThrow(NoSuchMetricError);
    await expect(ask([['calls', 'twice']])).rejects.toThrow('calls is not reckoned by twice, but by count');
  });
});

it('each metric stands once, has words in both languages, and sets name metrics that there are', () => {
  const ids = METRICS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const texts = [...METRICS.flatMap(({ title, variants }) => [title, ...variants.map((each) => each.title)])];
  expect(texts.filter(({ en, zh }) => !en || !/[\u4e00-\u9fff]/.test(zh)).map(({ en }) => en)).toEqual([]);
  expect(METRIC_SETS.flatMap(({ metrics }) => metrics).filter((id) => !ids.includes(id))).toEqual([]);
});
