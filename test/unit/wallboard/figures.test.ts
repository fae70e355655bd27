import { describe, expect, it } from 'vitest';
import { BOARD_METRIC_IDS, type BoardMetricId, levelOf } from '../../../src/shared/board-metrics.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { type BoardNow, Figures } from '../../../src/wallboard/figures.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';

const HOUR_MS = 3_600_000;
const NOW = MONDAY_10 + HOUR_MS;

const QUEUES: BoardNow['queues'] = [
  { queue: 'sales', waiting: 2, waitsSince: NOW - 30_000, agents: ['8001', '8002'] },
  { queue: 'service', waiting: 1, waitsSince: NOW - 90_000, agents: ['8002'] },
  { queue: 'quiet', waiting: 0, waitsSince: undefined, agents: [] },
];
/** Ready of whom is meant; two of a kind more in the whole company. */
const COUNT: BoardNow['count'] = (agents) => ({
  ...{ signedIn: agents?.size ?? 4, ready: agents?.size ?? 2, onCall: 1, wrapUp: 0, away: 0 },
});

function figuresOn(store: MemoryStore, clock = new ManualClock(NOW)) {
  const asked: string[] = [];
  const figures = new Figures({
    now: (tenant) => ({ queues: tenant === 'a' ? QUEUES : [], count: COUNT }),
    counters: {
      report: async (query) => {
        asked.push(query.cube.table);
        return await store.counters.report(query);
      },
    },
    clock,
    timeZone: 'Asia/Shanghai',
  });
  const one = async (metric: BoardMetricId, queues: readonly string[] = [], window = 'today' as const) =>
    (await figures.of('a', [{ metric, queues, window }]))[0];
  return { figures, one, asked, clock };
}

function storeWith(...calls: readonly CallScript[]): MemoryStore {
  const store = new MemoryStore();
  for (const { events } of calls) for (const event of events) store.journal.append(event);
  return store;
}

describe('figures of a wallboard', () => {
  it('are of the lines and agents of the queues that are meant, each agent once', async () => {
    const { one } = figuresOn(new MemoryStore());
    expect([await one('waiting'), await one('waiting', ['sales']), await one('waiting', ['quiet'])]).toEqual([
      3, 2, 0,
    ]);
    expect([await one('longest-wait'), await one('longest-wait', ['sales', 'quiet'])]).toEqual([
      90_000, 30_000,
    ]);
    expect(await one('longest-wait', ['quiet'])).toBe(0);
    expect([await one('agents-ready'), await one('agents-ready', ['sales', 'service'])]).toEqual([2, 2]);
  });

  it('are of the calls of the window, by the formulas, and nothing is divided by no calls', async () => {
    const lost = new CallScript('c3', { tenantId: 'a', at: MONDAY_10 + 60_000 })
      .arrive()
      .emit('answered', {})
      .emit('asked', { queue: 'sales', priority: 0 })
      .emit('segment', { kind: 'queue', owner: 'sales' })
      .after(5000)
      .end();
    const store = storeWith(
      sampleCall('c1', { tenantId: 'a' }),
      sampleCall('c2', { tenantId: 'a' }),
      lost,
      sampleCall('other', { tenantId: 'b' }),
    );
    const { one } = figuresOn(store);
    const values = Object.fromEntries(
      await Promise.all(
        (['calls', 'asks', 'answered', 'abandoned', 'average-talk', 'answer-speed'] as const).map(
          async (metric) => [metric, await one(metric)] as const,
        ),
      ),
    );
    expect(values).toMatchObject({ calls: 3, asks: 3, answered: 2, abandoned: 1, 'average-talk': 60_000 });
    expect(await one('answer-rate', ['sales'])).toBeCloseTo(2 / 3);
    expect(await one('abandon-rate', ['sales'])).toBeCloseTo(1 / 3);
    // Both that were answered waited 17.5 s.
    expect(await one('service-level')).toBeCloseTo(2 / 3);
    expect(values['answer-speed']).toBe(17_500);
    expect([await one('answer-rate', ['quiet']), await one('asks', ['quiet'])]).toEqual([null, 0]);
  });

  it('leave the window with the quarter of an hour in which their calls began', async () => {
    const store = storeWith(sampleCall('c1', { tenantId: 'a' }));
    const at = async (now: number) => {
      const { figures } = figuresOn(store, new ManualClock(now));
      const wishes = (['quarter', 'half-hour', 'hour', 'today'] as const).map((window) => ({
        ...({ metric: 'calls', queues: [], window } as const),
      }));
      return await figures.of('a', wishes);
    };
    const QUARTER = HOUR_MS / 4;
    expect(await at(MONDAY_10 + QUARTER - 1)).toEqual([1, 1, 1, 1]);
    expect(await at(MONDAY_10 + QUARTER)).toEqual([0, 1, 1, 1]);
    expect(await at(MONDAY_10 + 2 * QUARTER)).toEqual([0, 0, 1, 1]);
    expect(await at(MONDAY_10 + 4 * QUARTER)).toEqual([0, 0, 0, 1]);
    expect(await at(MONDAY_10 + 14 * HOUR_MS)).toEqual([0, 0, 0, 0]);
  });

  it('ask the store once in two seconds, however many screens look', async () => {
    const { figures, asked, clock } = figuresOn(storeWith(sampleCall('c1', { tenantId: 'a' })));
    const all = BOARD_METRIC_IDS.map((metric) => ({ metric, queues: [], window: 'today' as const }));
    for (let screens = 0; screens < 20; screens++)
      expect((await figures.of('a', all)).length).toBe(all.length);
    expect(asked).toHaveLength(3);
    await clock.advance(2000);
    await figures.of('a', all);
    expect(asked).toHaveLength(6);
  });

  it('are asked for again at once where the store failed', async () => {
    let isAway = true;
    const store = storeWith(sampleCall('c1', { tenantId: 'a' }));
    const figures = new Figures({
      now: () => ({ queues: [], count: COUNT }),
      counters: {
        report: async (query) => {
          if (isAway) throw new Error('away');
          return await store.counters.report(query);
        },
      },
      clock: new ManualClock(NOW),
      timeZone: 'Asia/Shanghai',
    });
    const wish = [{ metric: 'calls', queues: [], window: 'today' }] as const;
    await expect(figures.of('a', wish)).rejects.toThrow('away');
    isAway = false;
    expect(await figures.of('a', wish)).toEqual([1]);
  });
});

describe('thresholds', () => {
  it.each([
    ['waiting', 2, 'neutral'],
    ['waiting', 3, 'amber'],
    ['waiting', 8, 'red'],
    ['waiting', null, 'neutral'],
  ] as const)('of what is bad when it is high: %s %s is %s', (metric, value, level) => {
    expect(levelOf(metric, value, { amber: 3, red: 8 })).toBe(level);
  });
  it.each([
    [0.9, 'neutral'],
    [0.85, 'amber'],
    [0.8, 'red'],
  ] as const)('of what is bad when it is low: %s is %s', (value, level) => {
    expect(levelOf('service-level', value, { amber: 0.85, red: 0.8 })).toBe(level);
  });
  it('may be one of the two, or none', () => {
    expect([levelOf('waiting', 9, { red: 8 }), levelOf('waiting', 9, {})]).toEqual(['red', 'neutral']);
  });
});
