/** What an agent does after his part in a call (整理) comes into its record, whenever it ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { AgentInput, AgentState } from '../../../src/acd/core/agent.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { JournalEvent } from '../../../src/store/events.ts';
import { openDatabase, openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { crashed } from '../../support/crashed.ts';
import { expectRebuilt } from '../../support/rebuilt.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';
import { STORES } from '../../support/stores.ts';

type Change = readonly [at: number, did: AgentInput, state: AgentState];

/** 8002 at the sample call `callId`: he talks from 21,520 to 81,520, and the call ends at 84,520. */
function worked(callId: string, ...changes: readonly Change[]): readonly AgentEvent[] {
  return changes.map(([at, did, state]) => {
    const work = { reason: undefined, callId, queue: 'sales' };
    return { type: 'agent', tenantId: 'demo', agent: '8002', at: MONDAY_10 + at, did, state, ...work };
  });
}
const TALKED: readonly Change[] = [
  [0, 'sign-in', 'ready'],
  [19_000, 'ring', 'ringing'],
  [21_520, 'answer', 'talking'],
  [81_520, 'hang-up', 'wrap-up'],
];
const wrappedUp = (after: number): Change => [81_520 + after, 'wrapped-up', 'ready'];

const wrapUpsOf = async ({ cdrs }: Store, callId: string) => {
  const found = await cdrs.query({ tenantId: 'demo', limit: 100 });
  return found.cdrs.find((cdr) => cdr.callId === callId)?.targets.map(({ wrapUpMs }) => wrapUpMs);
};

for (const { name, missing, open, remove } of STORES) {
  describe.skipIf(missing)(titleOn('the record has the wrap-up', { name, missing }), () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await remove();
    });
    const play = async (...events: readonly JournalEvent[]) => {
      for (const event of events) store.journal.append(event);
      await store.journal.flush();
    };

    it('when it ends after the call, as most do', async () => {
      await play(...worked('c1', ...TALKED), ...sampleCall('c1').events);
      expect(await wrapUpsOf(store, 'c1')).toEqual([null, null]);
      await play(...worked('c1', wrappedUp(10_000)));
      expect(await wrapUpsOf(store, 'c1')).toEqual([null, 10_000]);
    });

    it('when it ends before the call, in another batch or in the same', async () => {
      const { events } = sampleCall('c1');
      await play(...worked('c1', ...TALKED), ...events.slice(0, -1));
      await play(...worked('c1', wrappedUp(2_000)));
      await play(events.at(-1)!);
      expect(await wrapUpsOf(store, 'c1')).toEqual([null, 2_000]);
      const later = 100_000;
      const again = TALKED.slice(1).map(([at, ...change]): Change => [at + later, ...change]);
      const { events: second } = sampleCall('c2', { at: MONDAY_10 + later });
      await play(...worked('c2', ...again, wrappedUp(later + 2_500)), ...second);
      expect(await wrapUpsOf(store, 'c2')).toEqual([null, 2_500]);
    });

    it('with what the agent noted of the call, in the talk and after it', async () => {
      const noted = (at: number, state: AgentState, note: string): AgentEvent => ({
        ...worked('c1', [at, 'noted', state])[0]!,
        disposition: 'order',
        note,
      });
      const [talk, hangUp] = [TALKED.slice(0, 3), TALKED.slice(3)].map((part) => worked('c1', ...part));
      const keeps = (event: AgentEvent, note: string) => ({ ...event, disposition: 'order', note });
      const inTalk = noted(40_000, 'talking', 'wants a ring');
      await play(...talk!, inTalk, keeps(hangUp![0]!, 'wants a ring'), ...sampleCall('c1').events);
      const notes = async () => {
        const { cdrs } = await store.cdrs.query({ tenantId: 'demo', limit: 10 });
        const { disposition, note, wrapUpMs } = cdrs[0]!.targets[1]!;
        return [disposition, note, wrapUpMs];
      };
      expect(await notes()).toEqual(['order', 'wants a ring', null]);
      await play(noted(85_000, 'wrap-up', '想买金戒指'));
      expect(await notes()).toEqual(['order', '想买金戒指', 3_480]);
      await play(...worked('c1', wrappedUp(10_000)));
      expect(await notes()).toEqual(['order', '想买金戒指', 10_000]);
    });

    it('of its own company only', async () => {
      const { events } = sampleCall('c1', { tenantId: 'other' });
      await play(...events, ...worked('c1', ...TALKED, wrappedUp(10_000)), ...sampleCall('c2').events);
      const { cdrs } = await store.cdrs.query({ tenantId: 'other', limit: 10 });
      expect(cdrs[0]!.targets.map(({ wrapUpMs }) => wrapUpMs)).toEqual([null, null]);
      expect(await wrapUpsOf(store, 'c2')).toEqual([null, null]);
    });
  });
}

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('wrap-ups in tables', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());
    const open = () => openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

    it('are the same in the record, beside it, in the counters, and in a rebuild', async () => {
      const store = await open();
      for (const event of [...worked('c1', ...TALKED), ...sampleCall('c1').events])
        store.journal.append(event);
      await store.journal.flush();
      await store.recordings.markDeleted({
        files: new Set(['recordings/a.wav']),
        from: MONDAY_10,
        to: MONDAY_10 + 1,
        deletedAt: MONDAY_10 + 90_000,
      });
      for (const event of worked('c1', wrappedUp(10_000))) store.journal.append(event);
      await store.journal.flush();
      expect(await wrapUpsOf(store, 'c1')).toEqual([null, 10_000]);
      await store.close();
      const [beside] = await place.sql('select sum(wrap_up_ms) as ms from call_target');
      const [counted] = await place.sql('select sum(wrap_up_ms) as ms from counter_agent');
      expect([Number(beside!['ms']), Number(counted!['ms'])]).toEqual([10_000, 10_000]);
      await expectRebuilt(place.location);
    });

    it('end with the process when it was cut', async () => {
      const database = await openDatabase(place.location, { nodeId: 'n1' });
      const seenAt = MONDAY_10 + 81_520 + 4_000;
      await crashed(database, [...worked('c1', ...TALKED), ...sampleCall('c1').events], seenAt);
      const store = await open();
      expect(await wrapUpsOf(store, 'c1')).toEqual([null, 4_000]);
      await store.close();
      await expectRebuilt(place.location);
    });
  });
}
