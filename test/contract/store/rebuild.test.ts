/** Projections are functions of events: what is stored is what is made of them anew. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { AgentInput, AgentState } from '../../../src/acd/core/agent.ts';
import { BUCKET_MS } from '../../../src/metric/cubes.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { Difference } from '../../../src/store/compare-table.ts';
import type { JournalEvent } from '../../../src/store/events.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { expectRebuilt, rebuilt } from '../../support/rebuilt.ts';
import { scenario } from '../../support/scenario.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/store/0.1.0.db');
const HOUR = 3_600_000;

/** Facts of a whole engine and its agents: callers in a queue, one after the other and together, one who gives up. */
async function eventsOfScenario(): Promise<readonly JournalEvent[]> {
  const s = await scenario(async (call) => void (await call.queue('sales')));
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 6_000 });
  s.edge.phone('8002', { does: 'ring' });
  const callers = ['13800000001', '13800000002', '13800000003'].map((from) => s.call({ from }));
  await s.clock.advance(5_000);
  callers[2]!.remoteEnd('normal');
  await s.clock.runUntil(() => s.pbx.calls.size === 0, 600_000);
  await s.clock.advance(20_000);
  await s.close();
  return [...s.events, ...s.agentEvents].sort((one, other) => one.at - other.at);
}

/** An agent's changes, minutes after 10:00. */
function worked(
  agent: string,
  ...changes: [minutes: number, did: AgentInput, state: AgentState][]
): AgentEvent[] {
  return changes.map(([minutes, did, state]) => {
    const at = MONDAY_10 + minutes * 60_000;
    const work = { reason: undefined, callId: undefined, queue: undefined };
    return { type: 'agent', tenantId: 'demo', agent, at, did, state, ...work };
  });
}

/** The caller of the sample call gives up in line. */
const missed = (callId: string, at: number) =>
  new CallScript(callId, { at })
    .arrive()
    .emit('routed', { hotline: '4001234567' })
    .emit('asked', { queue: 'sales', priority: 0 })
    .emit('segment', { kind: 'queue', owner: 'sales' })
    .after(20_000)
    .end({ cause: 'cancelled', q850: 16 });

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('rebuild', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());
    const open = () => openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

    async function play(
      store: Store,
      ...scripts: readonly { readonly events: readonly JournalEvent[] }[]
    ): Promise<void> {
      for (const { events } of scripts) for (const event of events) store.journal.append(event);
      await store.journal.flush();
    }

    /** Tells what differs, makes it anew, and proves that all is equal then. */
    async function mended(): Promise<readonly Difference[]> {
      const { differences } = await rebuilt(place.location, true);
      const { differences: again, tables } = await rebuilt(place.location, false);
      expect(again).toEqual(differences);
      for (const { table, unexplained } of tables) expect(unexplained, table).toBe(0);
      await expectRebuilt(place.location);
      return differences;
    }

    it('finds all as it is: calls of the engine, cut ones, recordings with other files, odd text', async () => {
      const first = await open();
      for (const [index, event] of (await eventsOfScenario()).entries()) {
        first.journal.append(event);
        if (index % 9 === 0) await first.journal.flush();
      }
      await play(first, new CallScript('cut', { tenantId: 'other' }).arrive().emit('answered', {}));
      await first.close();
      const store = await open();
      const odd = new CallScript('odd', { at: MONDAY_10 + 2 }).arrive({ caller: '\u0000\ud800达' }).end();
      await play(store, sampleCall('c1'), sampleCall('c2', { at: MONDAY_10 + 1 }), odd);
      const from = 'recordings/a.wav';
      const file = 'recordings/a.opus';
      const replacement = { callId: 'c1', startedAt: MONDAY_10, from, file, bytes: 7, sha256: 'ab' };
      expect(await store.recordings.replace(replacement, MONDAY_10 + HOUR)).toBe(true);
      const deletedAt = MONDAY_10 + 2 * HOUR;
      const files = new Set([file, from]);
      await store.recordings.markDeleted({ files, from: MONDAY_10, to: MONDAY_10 + 2, deletedAt });
      await store.close();
      const tables = await expectRebuilt(place.location);
      expect(tables[0]).toMatchObject({ table: 'cdr', compared: 7 });
      for (const { table, compared } of tables) expect(compared, table).toBeGreaterThan(0);
    });

    it('makes counters and times of agents anew, whatever became of their rows', async () => {
      const store = await open();
      const agent = worked(
        '8002',
        [0, 'sign-in', 'ready'],
        [20, 'busy', 'busy'],
        [40, 'sign-out', 'signed-out'],
      );
      // More than are compared at once, or fit in one statement of SQLite.
      const crowd = Array.from({ length: 1_100 }, (_, n) =>
        worked(`9${n}`, [0, 'sign-in', 'ready'], [1, 'sign-out', 'signed-out']),
      ).flat();
      await play(store, sampleCall('c1'), { events: [...agent, ...crowd] });
      await play(store, sampleCall('c2', { at: MONDAY_10 + HOUR }), sampleCall('c3', { tenantId: 'other' }));
      await store.close();
      const before = await place.sql('select * from counter_agent order by tenant_id, bucket, agent, queue');
      const next = MONDAY_10 + HOUR;
      await place.sql(
        "update counter_hotline set calls = calls + 1 where tenant_id = 'other' and queue = ''",
      );
      await place.sql(`delete from counter_area where bucket = ${next}`);
      await place.sql(`insert into counter_trunk (tenant_id, bucket, trunk, direction, calls, answered, occupied_ms)
        values ('demo', ${next}, 'nowhere', 'inbound', 3, 0, 0)`);
      await place.sql("update counter_agent set busy_ms = 0 where agent = '8002'");
      await place.sql("update agent_time set until_at = until_at - 1 where state = 'busy'");
      const named = (await mended()).map(({ table, tenantId, key }) => [table, tenantId, key]);
      const at = MONDAY_10 + 20 * 60_000;
      const hotline = { hotline: '', queue: '', direction: 'inbound' };
      expect(named).toEqual([
        ['agent_time', 'demo', { agent: '8002', from_at: at }],
        ...[1, 2].map((quarter) => {
          const bucket = MONDAY_10 + quarter * BUCKET_MS;
          return ['counter_agent', 'demo', { bucket, agent: '8002', queue: '' }];
        }),
        ['counter_trunk', 'demo', { bucket: next, trunk: 'nowhere', direction: 'inbound' }],
        ['counter_area', 'demo', { bucket: next, hotline: '', area: '广东深圳' }],
        ['counter_hotline', 'other', { bucket: MONDAY_10, ...hotline }],
      ]);
      expect(await place.sql('select * from counter_agent order by tenant_id, bucket, agent, queue')).toEqual(
        before,
      );
    });

    it('counts what was removed, and takes what was counted back for nothing', async () => {
      const store = await open();
      await play(store, sampleCall('gone'), sampleCall('stays', { at: MONDAY_10 + HOUR }));
      await store.upkeep!.removeCalls('demo', [{ startedAt: MONDAY_10, callId: 'gone' }], MONDAY_10 + HOUR);
      await store.close();
      // What was counted and counted back.
      await place.sql(`insert into counter_result (tenant_id, bucket, hotline, class, result, calls)
        values ('demo', ${MONDAY_10}, '', 'failed', 'node-lost', 0)`);
      const tables = await expectRebuilt(place.location);
      const counted = tables.find(({ table }) => table === 'counter_result');
      expect(counted).toMatchObject({ compared: 2 });
    });

    it('settles missed calls as they were', async () => {
      const store = await open();
      await play(store, missed('m1', MONDAY_10), missed('m2', MONDAY_10 + 1000));
      await play(
        store,
        sampleCall('a1', { at: MONDAY_10 + HOUR }),
        sampleCall('a2', { at: MONDAY_10 + 2 * HOUR }),
      );
      await play(store, missed('m3', MONDAY_10 + 3 * HOUR));
      await store.close();
      const closings = 'select call_id, closed_by, closed_at from missed_call order by call_id';
      const before = await place.sql(closings);
      expect(before.map((row) => row['closed_by'])).toEqual(['a1', 'a1', null]);
      await place.sql("update missed_call set closed_at = null, closed_by = null where call_id = 'm1'");
      await place.sql("update missed_call set caller = 'x' where call_id = 'm2'");
      await place.sql("delete from missed_call where call_id = 'm3'");
      expect((await mended()).map(({ callId }) => callId)).toEqual(['m1', 'm2', 'm3']);
      expect(await place.sql(closings)).toEqual(before);
    });

    it('knows when a crash signed agents out', async () => {
      const crashed = await open();
      await play(crashed, { events: worked('8001', [0, 'sign-in', 'ready'], [1, 'busy', 'busy']) });
      await play(crashed, { events: worked('8002', [0, 'sign-in', 'ready'], [1, 'ring', 'ringing']) });
      await crashed.close();
      const store = await open();
      const told = (await store.events.read('demo', 0, 100)).slice(4);
      const signOut = { type: 'agent', did: 'sign-out', state: 'signed-out', reason: 'restart' };
      expect(told).toMatchObject([
        { ...signOut, agent: '8001' },
        { ...signOut, agent: '8002' },
      ]);
      await play(store, sampleCall('c1'), { events: worked('8001', [100_000, 'sign-in', 'ready']) });
      await play(store, missed('m1', MONDAY_10 + HOUR));
      await store.close();
      const tables = await expectRebuilt(place.location);
      const times = tables.find(({ table }) => table === 'agent_time');
      expect(times).toMatchObject({ compared: 5 });
    });

    it('says what differs and writes it anew, unless it only checks', async () => {
      const store = await open();
      await play(store, sampleCall('c1'), sampleCall('c2', { at: MONDAY_10 + 1 }), sampleCall('c3'));
      const before = await store.cdrs.query({});
      await store.close();
      await place.sql("update cdr set agent = 'x' where call_id = 'c1'");
      await place.sql("delete from cdr where call_id = 'c2'");
      const { tables, differences } = await rebuilt(place.location, true);
      expect(tables[0]).toMatchObject({ compared: 3, differing: 2 });
      expect(differences.map(({ callId, stored }) => [callId, stored === '[]'])).toEqual([
        ['c1', false],
        ['c2', true],
      ]);
      expect((await rebuilt(place.location, false)).differences).toEqual(differences);
      await expectRebuilt(place.location);
      const again = await open();
      expect(await again.cdrs.query({})).toEqual(before);
      await again.close();
      expect(await place.sql("select node_id from cdr where call_id = 'c1'")).toEqual([{ node_id: 'n1' }]);
    });

    it('brings back no call that was removed, and nothing of a person who was erased', async () => {
      const store = await open();
      const at = MONDAY_10 + 1;
      const person = new CallScript('of-person', { at })
        .arrive({ caller: '13800138000', sentFrom: '13800138000' })
        .emit('answered', {})
        .emit('connected', { target: '8002', kind: 'agent' })
        .emit('segment', { kind: 'talk', owner: '8002' })
        .emit('keyed', { purpose: 'card', digits: '6222' })
        .emit('recordingStarted', { file: 'recordings/b.wav' })
        .after(5_000)
        .emit('recordingEnded', { file: 'recordings/b.wav', durationMs: 5_000, bytes: 9, sha256: 'b' })
        .end();
      const tried = new CallScript('tried', { at: MONDAY_10 - 60_000 })
        .arrive({ caller: '13800138000', sentFrom: '13800138000' })
        .emit('asked', { queue: 'sales', priority: 0 })
        .emit('segment', { kind: 'queue', owner: 'sales' })
        .after(20_000)
        .end({ cause: 'cancelled' });
      await play(store, tried, sampleCall('gone'), person, sampleCall('stays', { at: MONDAY_10 + 2 }));
      await store.upkeep!.removeCalls('demo', [{ startedAt: MONDAY_10, callId: 'gone' }], MONDAY_10 + HOUR);
      const erasure = { tenantId: 'demo', number: '13800138000', token: 'erased-1', now: MONDAY_10 + HOUR };
      const deleteFiles = async (files: readonly string[]) => files.length;
      const { calls } = await store.upkeep!.erase({ ...erasure, dryRun: false, deleteFiles });
      expect(calls).toBe(2);
      await store.close();
      const missedCalls = 'select caller, closed_by from missed_call';
      const settled = [{ caller: 'erased-1', closed_by: 'of-person' }];
      expect(await place.sql(missedCalls)).toEqual(settled);
      const [cdrs] = await expectRebuilt(place.location);
      expect(cdrs).toMatchObject({ table: 'cdr', compared: 3 });
      // Also where its tables are made anew.
      await place.sql('delete from missed_call');
      await place.sql("delete from cdr where call_id = 'of-person'");
      await rebuilt(place.location, false);
      expect(await place.sql('select call_id from cdr order by call_id')).toEqual([
        { call_id: 'of-person' },
        { call_id: 'stays' },
        { call_id: 'tried' },
      ]);
      expect(await place.sql(missedCalls)).toEqual(settled);
      const texts = [await place.sql('select * from cdr'), await place.sql('select body from event_batch')];
      expect(JSON.stringify(texts)).not.toContain('13800138000');
    });

    it('leaves calls alone whose events are not all there any more', async () => {
      const store = await open();
      await play(store, sampleCall('old'));
      const half = sampleCall('half', { at: MONDAY_10 + HOUR }).events;
      for (const event of half.slice(0, 5)) store.journal.append(event);
      await store.journal.flush();
      for (const event of half.slice(5)) store.journal.append(event);
      await play(store, sampleCall('young', { at: MONDAY_10 + 2 * HOUR }));
      await store.events.drop('demo', half[5]!.at);
      await store.close();
      await place.sql("update cdr set agent = 'x' where call_id <> 'young'");
      const { tables, differences } = await rebuilt(place.location, false);
      expect([tables[0]!.compared, differences]).toEqual([1, []]);
      expect(await place.sql("select call_id from cdr where agent = 'x' order by call_id")).toHaveLength(2);
    });

    it('leaves counters alone of quarters of an hour whose events are not all there any more', async () => {
      const store = await open();
      const agent = worked(
        '8002',
        [0, 'sign-in', 'ready'],
        [95, 'busy', 'busy'],
        [130, 'sign-out', 'signed-out'],
      );
      await play(store, sampleCall('old'), { events: agent.slice(0, 1) });
      // It goes on in the next quarter, in a batch of its own.
      const { events } = sampleCall('across', { at: MONDAY_10 + HOUR + 14 * 60_000 });
      for (const part of [events.slice(0, 5), events.slice(5, 12), events.slice(12)]) {
        await play(store, { events: part });
      }
      await play(store, { events: agent.slice(1, 2) });
      await play(store, sampleCall('young', { at: MONDAY_10 + 2 * HOUR }), { events: agent.slice(2) });
      await store.events.drop('demo', events[5]!.at);
      await store.close();
      await place.sql('update counter_hotline set calls = calls + 7');
      await place.sql('update counter_agent set ready_ms = ready_ms + 7');
      const differences = await mended();
      const buckets = (name: string) =>
        differences.flatMap(({ table, key }) =>
          table === name ? [(Number(key!['bucket']) - MONDAY_10) / 60_000] : [],
        );
      expect([...new Set(buckets('counter_hotline'))]).toEqual([120]);
      expect([...new Set(buckets('counter_agent'))]).toEqual([105, 120]);
    });
  });
}

it('takes records of 0.1.0 as they came', async () => {
  const place = await DATABASES[0]!.make();
  const { location } = place;
  copyFileSync(FIXTURE, (location as { file: string }).file);
  const store = await openStore(location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });
  await store.close();
  const [cdrs] = await expectRebuilt(location);
  expect(cdrs).toMatchObject({ compared: 7 });
  await place.sql("update cdr set record = json_set(record, '$.cause', 'busy') where call_id = 'lost'");
  expect((await rebuilt(location, true)).differences.map(({ callId }) => callId)).toEqual(['lost']);
  await place.remove();
});
