import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AgentNow } from '../../src/acd/agent-now.ts';
import type { QueueNow } from '../../src/acd/queue-now.ts';
import { PERMISSIONS } from '../../src/auth/rights.ts';
import type { AskTotals } from '../../src/cdr/ask-tally.ts';
import { renderMetrics } from '../../src/http/metric.ts';
import { type MetricSources, metricsOf } from '../../src/metrics.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';

const NOW = 1_800_000_000_000;
const agent = (tenant: string, name: string, state: string) => ({ tenant, agent: name, state }) as AgentNow;
const queue = (tenant: string, name: string, more: Partial<QueueNow> = {}): QueueNow => ({
  tenant,
  queue: name,
  waiting: 0,
  waitsSince: undefined,
  isPeak: false,
  peakUntil: undefined,
  agents: [],
  ...more,
});
const asked = (name: string, asks: number, inTime: number, tenant = 'demo'): AskTotals => ({
  tenant,
  queue: name,
  asks,
  answered: inTime,
  inTime,
  abandoned: asks - inTime,
});

/** Metrics of an engine of which only the ACD has something to say. */
function metricsWith(agents: readonly AgentNow[], queues: readonly QueueNow[], totals: readonly AskTotals[]) {
  const status = () => [
    {
      tenant: 'demo',
      name: 'carrier',
      active: 3,
      channels: 30,
      health: { state: 'up' },
      registration: undefined,
    },
  ];
  return metricsOf({
    pbx: { acd: { agents: () => agents, queues: () => queues }, calls: { size: 3 }, trunks: { status } },
    asks: { totals },
    clock: { now: () => NOW },
    store: {
      journal: new MemoryStore().journal,
      lease: { nodeId: 'n1', ageMs: 5, peers: [], compare: () => {} },
    },
    media: { load: () => ({ endpoints: 6, free: 10 }) },
    sip: { counts: { legs: 6 }, counters: { received: 60 }, udpDrops: 0 },
    phones: { count: 4 },
    disks: { rooms: [{ name: 'data', room: { freeBytes: 1, totalBytes: 2 } }], low: [] },
    recordings: { waitingToMove: 0 },
    certificate: () => ({ facts: { endsAt: NOW + 500 } }),
  } as unknown as MetricSources);
}

const linesOf = (read: ReturnType<typeof metricsOf>, name: string) =>
  renderMetrics(read())
    .split('\n')
    .filter((line) => line.startsWith(name));

describe('GET /metrics', () => {
  it('has the end of the certificate, in seconds', () => {
    const read = metricsWith([], [], []);
    expect(linesOf(read, 'pbx400_certificate_end_timestamp_seconds')).toEqual([
      `pbx400_certificate_end_timestamp_seconds ${(NOW + 500) / 1000}`,
    ]);
  });

  it('has queues as they are now, and what they were asked', () => {
    const read = metricsWith(
      [agent('demo', '8001', 'ready'), agent('demo', '8002', 'talking'), agent('demo', '8003', 'break')],
      [
        queue('demo', 'sales', {
          waiting: 2,
          waitsSince: NOW - 31_500,
          isPeak: true,
          agents: ['8001', '8002', '9999'],
        }),
      ],
      [asked('sales', 4, 3)],
    );
    const labels = '{tenant="demo",queue="sales"}';
    expect(linesOf(read, 'pbx400_queue_')).toEqual([
      `pbx400_queue_waiting${labels} 2`,
      `pbx400_queue_longest_wait_seconds${labels} 31.5`,
      `pbx400_queue_peak${labels} 1`,
      ...['ready', 'on_call', 'wrap_up', 'away', 'unreachable'].map(
        (state, place) =>
          `pbx400_queue_agents{tenant="demo",queue="sales",state="${state}"} ${place < 2 ? 1 : 0}`,
      ),
      `pbx400_queue_asks_total${labels} 4`,
      `pbx400_queue_answered_total${labels} 3`,
      `pbx400_queue_abandoned_total${labels} 1`,
      `pbx400_queue_answered_in_time_total${labels} 3`,
      `pbx400_queue_service_level${labels} 0.75`,
    ]);
    expect(linesOf(read, 'pbx400_agents{tenant="demo",state="break"}')).toEqual([
      'pbx400_agents{tenant="demo",state="break"} 1',
    ]);
    expect(linesOf(read, 'pbx400_agents{tenant="demo",state="wrap-up"}')).toEqual([
      'pbx400_agents{tenant="demo",state="wrap-up"} 0',
    ]);
  });

  it('has no more series than a server of metrics can take: what is left out is summed up and counted', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `q${index}`);
    const queues = names.map((name) =>
      queue('demo', name, { waiting: 1, waitsSince: NOW - Number(name.slice(1)) }),
    );
    const tenants = names.map((name) => agent(`company-${name}`, '8001', 'ready'));
    const read = metricsWith(
      tenants,
      queues,
      names.map((name) => asked(name, 2, 1)),
    );
    expect(linesOf(read, 'pbx400_queue_waiting')).toHaveLength(201);
    expect(linesOf(read, 'pbx400_queue_waiting').at(-1)).toBe(
      'pbx400_queue_waiting{tenant="other",queue="other"} 800',
    );
    const others = '{tenant="other",queue="other"}';
    expect(linesOf(read, `pbx400_queue_longest_wait_seconds${others}`)).toEqual([
      `pbx400_queue_longest_wait_seconds${others} 0.999`,
    ]);
    expect(linesOf(read, `pbx400_queue_service_level${others}`)).toEqual([
      `pbx400_queue_service_level${others} 0.5`,
    ]);
    expect(linesOf(read, 'pbx400_agents{tenant="other",state="ready"}')).toEqual([
      'pbx400_agents{tenant="other",state="ready"} 900',
    ]);
    expect(linesOf(read, 'pbx400_queues_left_out')).toEqual(['pbx400_queues_left_out 800']);
    expect(linesOf(read, 'pbx400_tenants_left_out')).toEqual(['pbx400_tenants_left_out 900']);
    expect(renderMetrics(read()).split('\n').length).toBeLessThan(5_000);
  });

  it('keeps the series of who has one: a new queue before it takes none away', () => {
    const queues = Array.from({ length: 200 }, (_, index) => queue('demo', `q${index}`));
    const read = metricsWith([], queues, []);
    read();
    queues.unshift(queue('demo', 'a-new-one'));
    expect(linesOf(read, 'pbx400_queue_waiting{tenant="demo"')).toHaveLength(200);
    expect(linesOf(read, 'pbx400_queues_left_out')).toEqual(['pbx400_queues_left_out 1']);
  });
});

describe('what comes for monitoring', () => {
  const file = (name: string) => readFileSync(`scripts/deploy/monitoring/${name}`, 'utf8');

  it('is a dashboard that asks for nothing that is not exported, with names and labels that are there', () => {
    const { panels, templating } = JSON.parse(file('grafana-dashboard.json'));
    const asks = [...panels.flatMap(({ targets = [] }) => targets.map(({ expr }: { expr: string }) => expr))];
    asks.push(...templating.list.flatMap(({ definition = '' }) => definition));
    const metrics = metricsWith(
      [agent('demo', '8001', 'ready')],
      [queue('demo', 'sales')],
      [asked('sales', 1, 1)],
    )();
    const exported = new Map(metrics.map((metric) => [metric.name, metric]));
    const names = new Set(asks.flatMap((expr) => expr.match(/pbx400_\w+/g) ?? []));
    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter((name) => !exported.has(name))).toEqual([]);
    for (const expr of asks) {
      for (const [, name, selector] of expr.matchAll(/(pbx400_\w+)\{([^}]*)\}/g)) {
        const { value } = exported.get(name!)!;
        const labels = typeof value === 'number' ? [] : Object.keys(value[0]?.labels ?? {});
        const wanted = [...selector!.matchAll(/(\w+)[=!]/g)].map(([, label]) => label!);
        expect([...labels, 'job', 'instance'], `${name}{${selector}}`).toEqual(
          expect.arrayContaining(wanted),
        );
      }
    }
    const rates = asks.flatMap((expr) =>
      [...expr.matchAll(/(?:rate|increase)\((pbx400_\w+)/g)].map(([, name]) => name!),
    );
    expect(rates.every((name) => exported.get(name)?.type === 'counter')).toBe(true);
  });

  it('is a scrape with a key that reads metrics only', () => {
    const { scrape_configs } = parse(file('prometheus.yml'));
    expect(scrape_configs).toMatchObject([
      { metrics_path: '/metrics', authorization: { credentials_file: expect.any(String) } },
    ]);
    const named = file('prometheus.yml').match(/"permissions": \["([^"]+)"\]/)![1];
    expect(PERMISSIONS).toContain(named);
    expect(named).toBe('metric:read');
  });
});
