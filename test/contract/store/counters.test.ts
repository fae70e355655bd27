/** Reports of counters: every store gives what a loop over all counters gives. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { AgentTimeline, countAgentTime } from '../../../src/metric/agent-timeline.ts';
import { countCall } from '../../../src/metric/count-call.ts';
import { CounterDelta } from '../../../src/metric/counter-delta.ts';
import { COUNTER_STEPS, type CounterQuery, type CounterStep } from '../../../src/metric/counter-query.ts';
import { AGENT_CUBE, BUCKET_MS, HISTOGRAM, HOTLINE_CUBE, RESULT_CUBE } from '../../../src/metric/cubes.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { reportIn } from '../../../src/store/counter-repository.ts';
import { openDatabase } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript } from '../../support/call-events.ts';
import { manyCounters } from '../../support/many-calls.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES } from '../../support/store-engines.ts';
import { STORES } from '../../support/stores.ts';

const CALLS = 150;
const FROM = Date.UTC(2026, 9, 30);
/** Over the end of two months, of summer time in New York, and of a week. */
const TO = FROM + 4 * 86_400_000;
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'UTC'];

const { random } = seededIds(11);
const below = (count: number) => Math.floor(random() * count);
const one = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;

function someCall(number: number): CallScript {
  const tenantId = one(['demo', 'demo', 'other']);
  const script = new CallScript(`c${number}`, { at: FROM + below(TO - FROM), tenantId });
  script.arrive({ direction: one(['inbound', 'inbound', 'outbound'] as const) });
  script.emit('routed', { hotline: one(['4001234567', '4007654321']) });
  for (let asks = below(3); asks > 0; asks--) {
    const queue = one(['sales', '售后']) + asks;
    script.emit('asked', { queue, priority: 0 }).emit('segment', { kind: 'queue', owner: queue });
    script.after(below(400_000)).emit('askEnded', { queue, ending: 'timeout', agent: '' });
  }
  return script.end({ cause: one(['normal', 'no-agent'] as const) });
}

/** An agent who takes breaks, over midnight too. */
function workOf(agent: string): AgentEvent[] {
  const events: AgentEvent[] = [];
  let at = FROM + below(3_600_000);
  const tell = (did: AgentEvent['did'], state: AgentEvent['state'], reason?: string) => {
    const work = { reason, callId: undefined, queue: undefined };
    events.push({ type: 'agent', tenantId: 'demo', agent, at, did, state, ...work });
    at += below(9 * 3_600_000);
  };
  tell('sign-in', 'ready');
  for (let breaks = 0; breaks < 6; breaks++) {
    tell('break', 'break', 'tea');
    tell('ready', 'ready');
  }
  tell('sign-out', 'signed-out');
  return events;
}

const SCRIPTS = Array.from({ length: CALLS }, (_, number) => someCall(number));
const AGENTS = ['8001', '8002', '8003'].flatMap(workOf);

const COUNTED = new CounterDelta();
for (const { events } of SCRIPTS) countCall(projectCdr(events)!, COUNTED);
for (const agent of Map.groupBy(AGENTS, (event) => event.agent).values()) {
  const timeline = new AgentTimeline();
  for (const event of agent) for (const time of timeline.take(event)) countAgentTime(time, COUNTED);
}

/** Letters of an ISO time that say which period it lies in. */
const LETTERS: Readonly<Record<CounterStep, number>> = { quarter: 16, hour: 13, day: 10, month: 7, all: 0 };

const WALLS = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
  ]),
);

/** What a calendar on the wall says of a time, up to what the period is named by. */
function labelOf(at: number, { step, zone }: CounterQuery): string {
  const wall = WALLS.get(zone)!.format(at).slice(0, LETTERS[step]);
  // An hour that is twice is two.
  const isTwice = zone === 'America/New_York' && (step === 'hour' || step === 'quarter');
  return `${wall} ${isTwice ? at - (at % 3_600_000) : ''}`;
}

/** As plainly as it can be said. */
function naively(query: CounterQuery): Record<string, number[]> {
  const { tenantId, cube, from, to, by, counters, only = {} } = query;
  const sums: Record<string, number[]> = {};
  for (const row of COUNTED.rows) {
    const value = (axis: string) => row.axes[cube.axes.indexOf(axis)];
    if (row.cube !== cube || row.tenantId !== tenantId || row.bucket < from || row.bucket >= to) continue;
    if (Object.entries(only).some(([axis, wanted]) => value(axis) !== wanted)) continue;
    const key = [labelOf(row.bucket, query), ...by.map(value)].join();
    const sum = sums[key] ?? counters.map(() => 0);
    sums[key] = sum;
    for (const [place, counter] of counters.entries())
      sum[place]! += row.counts[cube.counters.indexOf(counter)]!;
  }
  return sums;
}

const bucket = () => FROM + BUCKET_MS * below((TO - FROM) / BUCKET_MS);

function someQuery(step: CounterStep, zone: string): CounterQuery {
  const [from, to] = random() < 0.5 ? [FROM, TO] : [bucket(), bucket()].sort((left, right) => left - right);
  const common = { tenantId: one(['demo', 'other']), from: from!, to: to!, step, zone };
  return one<CounterQuery>([
    { ...common, cube: HOTLINE_CUBE, by: ['queue'], counters: ['asks', 'wait_ms', 'queue_ms'] },
    { ...common, cube: HOTLINE_CUBE, by: ['hotline', 'direction'], counters: ['calls'] },
    { ...common, cube: HOTLINE_CUBE, by: [], counters: ['calls', 'asks'], only: { hotline: '4001234567' } },
    { ...common, cube: AGENT_CUBE, by: ['agent'], counters: ['signed_in_ms', 'ready_ms', 'break_ms'] },
    { ...common, cube: RESULT_CUBE, by: ['class', 'result'], counters: ['calls'] },
    { ...common, cube: HISTOGRAM, by: ['measure', 'bound'], counters: ['n'], only: { bound: 30_000 } },
  ]);
}

for (const engine of STORES) {
  describe.skipIf(engine.missing)(titleOn('reports', engine), () => {
    let store: Store;
    beforeAll(async () => {
      store = await engine.open();
      for (const event of [...SCRIPTS.flatMap(({ events }) => events), ...AGENTS])
        store.journal.append(event);
      await store.journal.flush();
    });
    afterAll(async () => {
      await store.close();
      await engine.remove();
    });

    it('add up what was counted, by period and axes', async () => {
      for (const step of COUNTER_STEPS) {
        for (const zone of [...ZONES, ...ZONES, ...ZONES]) {
          const query = someQuery(step, zone);
          const rows = await store.counters.report(query);
          const told = rows.map(({ at, axes, counts }) => [[labelOf(at, query), ...axes].join(), counts]);
          expect(Object.fromEntries(told), JSON.stringify(query)).toEqual(naively(query));
          expect(told.length).toBe(Object.keys(naively(query)).length);
          expect(rows.map(({ at }) => at)).toEqual(
            rows.map(({ at }) => at).sort((left, right) => left - right),
          );
        }
      }
    });
  });
}

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('plans of reports', engine), () => {
    it('read a range of the key of their company, however the periods', async () => {
      const place = await engine.make();
      const database = await openDatabase(place.location);
      await place.sql(manyCounters(database.engine, { from: FROM, to: TO }));
      if (database.engine === 'postgres') await place.sql('vacuum analyze counter_hotline');
      for (const step of COUNTER_STEPS) {
        const by = { cube: HOTLINE_CUBE, by: ['queue'], counters: ['asks'], zone: 'Asia/Shanghai' };
        const report = reportIn(database.engine, {
          tenantId: 't3',
          from: FROM,
          to: FROM + 86_400_000,
          step,
          ...by,
        });
        const explain =
          database.engine === 'sqlite' ? sql`explain query plan ${report}` : sql`explain ${report}`;
        const { rows } = await (explain as typeof report).execute(database.db);
        const plan = rows.flatMap((row) => Object.values(row)).join('\n');
        expect(plan, step).toMatch(
          /SEARCH counter_hotline USING PRIMARY KEY \(tenant_id=\? AND bucket>\? AND bucket<\?\)|(Index Scan using|Bitmap Index Scan on) counter_hotline_pk/,
        );
      }
      await database.close();
      await place.remove();
    });
  });
}
