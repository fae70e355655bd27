/** What batches write beside records is what the pure projections make of the same events. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { AgentInput, AgentState } from '../../../src/acd/core/agent.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { withWrapUps } from '../../../src/cdr/wrap-ups.ts';
import { AgentTimeline } from '../../../src/metric/agent-timeline.ts';
import { BUCKET_MS } from '../../../src/metric/cubes.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { FlatEncoder } from '../../../src/store/journal/flat-events.ts';
import { openDatabase, openStore } from '../../../src/store/open-store.ts';
import { PROJECTED_TABLES, project } from '../../../src/store/project-batch.ts';
import { wrappedUp } from '../../../src/store/wrapped-up.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { crashed } from '../../support/crashed.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const NODE = 'n1';

/** The caller gives up in line. */
const missed = (callId: string, at: number) =>
  new CallScript(callId, { at })
    .arrive()
    .emit('routed', { hotline: '4001234567' })
    .emit('asked', { queue: 'sales', priority: 0 })
    .emit('segment', { kind: 'queue', owner: 'sales' })
    .after(20_000)
    .end({ cause: 'cancelled', q850: 16 });

/** 8001 calls a number back. */
const calledBack = (callId: string, at: number, called: string) =>
  new CallScript(callId, { at })
    .arrive({ direction: 'outbound', originKind: 'extension', originName: '8001', caller: '8001', called })
    .emit('segment', { kind: 'ring', owner: called })
    .after(3_000)
    .rung(called, 'answered', 3_000, { kind: 'line', reason: 'dial', trunk: 'carrier' })
    .emit('connected', { target: called, kind: 'line' })
    .emit('segment', { kind: 'talk', owner: called })
    .after(9_000)
    .end({ by: 'target' });

function worked(agent: string, ...changes: [at: number, did: AgentInput, state: AgentState][]): AgentEvent[] {
  return changes.map(([at, did, state]) => {
    const isAtWork = state !== 'ready' && state !== 'signed-out';
    const work = {
      reason: undefined,
      callId: isAtWork ? 'c1' : undefined,
      queue: isAtWork ? 'sales' : undefined,
    };
    return { type: 'agent', tenantId: 'demo', agent, at: MONDAY_10 + at, did, state, ...work };
  });
}

const SCRIPTS = [
  sampleCall('c1'),
  missed('c2', MONDAY_10 + BUCKET_MS - 5_000),
  sampleCall('c3', { at: MONDAY_10 + 5, tenantId: 'other' }),
  calledBack('c4', MONDAY_10 + 2 * BUCKET_MS, '13800138000'),
];
const AGENTS = [
  ...worked('8002', [0, 'sign-in', 'ready'], [19_000, 'ring', 'ringing'], [21_520, 'answer', 'talking']),
  ...worked('8002', [81_520, 'hang-up', 'wrap-up'], [BUCKET_MS + 7, 'wrapped-up', 'ready']),
  ...worked('8001', [0, 'sign-in', 'ready'], [9_000, 'sign-out', 'signed-out']),
];

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('what a batch makes of events', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());

    const open = () => openStore(place.location, { nodeId: NODE, clock: systemClock, logger: silentLogger });

    /** All rows of all tables of projections, as they are compared: in the order of their keys. */
    async function stored(): Promise<Record<string, string[]>> {
      const tables: Record<string, string[]> = {};
      for (const { name, columns } of PROJECTED_TABLES) {
        const rows = await place.sql(`select ${columns.map(([column]) => column).join(', ')} from ${name}`);
        tables[name] = rows
          .map((row) =>
            JSON.stringify(
              columns.map(([column, type]) => (type === 'integer' ? numberOf(row[column]) : row[column])),
            ),
          )
          .sort();
      }
      return tables;
    }

    function expected(): Record<string, string[]> {
      const timeline = new AgentTimeline();
      const times = AGENTS.flatMap((event) => timeline.take(event));
      const wrapUps = Map.groupBy(wrappedUp(times), ({ callId }) => callId);
      const cdrs = SCRIPTS.map(({ events }) => {
        const cdr = projectCdr(events)!;
        return withWrapUps(cdr, wrapUps.get(cdr.callId) ?? []) ?? cdr;
      });
      const { rows } = project(cdrs, times, NODE);
      const made = new Map(rows.map(({ table, rows: some }) => [table.name, some]));
      return Object.fromEntries(
        PROJECTED_TABLES.map(({ name }) => [
          name,
          (made.get(name) ?? []).map((row) => JSON.stringify(row)).sort(),
        ]),
      );
    }

    it('is the same rows in one batch as in many, and as the pure projection', async () => {
      const store = await open();
      const agents = [...AGENTS];
      for (const { events } of SCRIPTS) {
        for (const event of events) {
          store.journal.append(event);
          const next = agents.shift();
          if (next) store.journal.append(next);
          if (event.type === 'answered' || event.type === 'ended') await store.journal.flush();
        }
      }
      await store.journal.flush();
      expect(await stored()).toEqual(expected());
      await store.close();
    });

    it('changes nothing when a batch comes twice', async () => {
      const database = await openDatabase(place.location, { nodeId: NODE });
      const encoder = new FlatEncoder(MONDAY_10);
      const events: unknown[] = [];
      for (const event of [...SCRIPTS.flatMap((script) => script.events), ...AGENTS])
        encoder.encode(event, events);
      const number = database.recovered.lastBatch + 1;
      const batch = { number, now: MONDAY_10, epoch: MONDAY_10, events: JSON.stringify(events) };
      await database.journal.write(batch);
      const once = await stored();
      expect(once).toEqual(expected());
      await database.journal.write(batch);
      expect(await stored()).toEqual(once);
      await database.close();
    });

    it('settles a missed call when the two talk, whoever calls', async () => {
      const store = await open();
      const play = async (...scripts: CallScript[]) => {
        for (const { events } of scripts) for (const event of events) store.journal.append(event);
        await store.journal.flush();
      };
      const after = MONDAY_10 + 60_000;
      const closed = 'select call_id, closed_by, closed_at from missed_call order by call_id';
      // A call that was answered before, one of another company, and a later one to somebody else settle nothing.
      await play(
        sampleCall('before', { at: MONDAY_10 - 50_000 }),
        missed('m1', MONDAY_10),
        missed('m2', after),
      );
      await play(
        sampleCall('alien', { at: after + 30_000, tenantId: 'other' }),
        calledBack('b1', after + 30_000, '138'),
      );
      const settled = (row: Readonly<Record<string, unknown>>) => [
        row['call_id'],
        row['closed_by'],
        numberOf(row['closed_at']),
      ];
      expect((await place.sql(closed)).map(settled)).toEqual([
        ['m1', null, null],
        ['m2', null, null],
      ]);
      await play(calledBack('b2', MONDAY_10 + 25_000, '075523456789'));
      const first = (await place.sql(closed)).map(settled);
      expect(first).toEqual([
        ['m1', 'b2', MONDAY_10 + 28_000],
        ['m2', null, null],
      ]);
      await play(sampleCall('a1', { at: after + 40_000 }), sampleCall('a2', { at: after + 90_000 }));
      const second = (await place.sql(closed)).map(settled);
      expect(second).toEqual([first[0], ['m2', 'a1', after + 40_000 + 21_520]]);
      await store.close();
    });

    it('ends the time of agents that a crash left lasting when the process was last seen alive', async () => {
      const database = await openDatabase(place.location, { nodeId: NODE });
      const events = worked('8001', [0, 'sign-in', 'ready'], [4_000, 'busy', 'busy']);
      await crashed(database, events, MONDAY_10 + 9_000);
      const store = await open();
      const rows = await place.sql('select state, until_at - from_at as ms from agent_time order by from_at');
      expect(rows.map(({ state, ms }) => [state, numberOf(ms)])).toEqual([
        ['ready', 4_000],
        ['busy', 5_000],
      ]);
      const sums = await place.sql(
        'select sum(signed_in_ms) as ms, sum(ready_ms + busy_ms) as states from counter_agent',
      );
      expect(sums.map(({ ms, states }) => [numberOf(ms), numberOf(states)])).toEqual([[9_000, 9_000]]);
      await store.close();
    });
  });
}

/** PostgreSQL's driver gives 64-bit numbers as text. */
const numberOf = (value: unknown): number | null => (value === null ? null : Number(value));
