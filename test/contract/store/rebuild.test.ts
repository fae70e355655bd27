/** Projections are functions of events: what is stored is what is made of them anew. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { expectRebuilt, rebuilt } from '../../support/rebuilt.ts';
import { scenario } from '../../support/scenario.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/store/0.1.0.db');
const HOUR = 3_600_000;

/** Facts of a whole engine: callers in a queue, one after the other and together, one who gives up. */
async function eventsOfScenario() {
  const s = await scenario(async (call) => void (await call.queue('sales')));
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 6_000 });
  s.edge.phone('8002', { does: 'ring' });
  const callers = ['13800000001', '13800000002', '13800000003'].map((from) => s.call({ from }));
  await s.clock.advance(5_000);
  callers[2]!.remoteEnd('normal');
  await s.clock.runUntil(() => s.pbx.calls.size === 0, 600_000);
  await s.clock.advance(20_000);
  await s.close();
  return s.events;
}

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('rebuild', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());
    const open = () => openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

    async function play(store: Store, ...scripts: CallScript[]): Promise<void> {
      for (const { events } of scripts) for (const event of events) store.journal.append(event);
      await store.journal.flush();
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
      const [cdrs] = await expectRebuilt(place.location);
      expect(cdrs).toMatchObject({ table: 'cdr', calls: 7 });
    });

    it('says what differs and writes it anew, unless it only checks', async () => {
      const store = await open();
      await play(store, sampleCall('c1'), sampleCall('c2', { at: MONDAY_10 + 1 }), sampleCall('c3'));
      const before = await store.cdrs.query({});
      await store.close();
      await place.sql("update cdr set agent = 'x' where call_id = 'c1'");
      await place.sql("delete from cdr where call_id = 'c2'");
      const { tables, differences } = await rebuilt(place.location, true);
      expect(tables[0]).toMatchObject({ calls: 3, differing: 2 });
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
        .emit('keyed', { purpose: 'card', digits: '6222' })
        .emit('recordingStarted', { file: 'recordings/b.wav' })
        .after(5_000)
        .emit('recordingEnded', { file: 'recordings/b.wav', durationMs: 5_000, bytes: 9, sha256: 'b' })
        .end();
      await play(store, sampleCall('gone'), person, sampleCall('stays', { at: MONDAY_10 + 2 }));
      await store.upkeep!.removeCalls('demo', [{ startedAt: MONDAY_10, callId: 'gone' }], MONDAY_10 + HOUR);
      const erasure = { tenantId: 'demo', number: '13800138000', token: 'erased-1', now: MONDAY_10 + HOUR };
      const deleteFiles = async (files: readonly string[]) => files.length;
      const { calls } = await store.upkeep!.erase({ ...erasure, dryRun: false, deleteFiles });
      expect(calls).toBe(1);
      await store.close();
      const [cdrs] = await expectRebuilt(place.location);
      expect(cdrs).toMatchObject({ table: 'cdr', calls: 2 });
      await rebuilt(place.location, false);
      expect(await place.sql('select call_id from cdr order by call_id')).toEqual([
        { call_id: 'of-person' },
        { call_id: 'stays' },
      ]);
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
      expect([tables[0]!.calls, differences]).toEqual([1, []]);
      expect(await place.sql("select call_id from cdr where agent = 'x' order by call_id")).toHaveLength(2);
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
  expect(cdrs).toMatchObject({ calls: 7 });
  await place.sql("update cdr set record = json_set(record, '$.cause', 'busy') where call_id = 'lost'");
  expect((await rebuilt(location, true)).differences.map(({ callId }) => callId)).toEqual(['lost']);
  await place.remove();
});
