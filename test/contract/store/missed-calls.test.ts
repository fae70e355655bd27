/** Missed calls (未接来电), and what is done about them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallFacts } from '../../../src/call/call-events.ts';
import {
  endingOf,
  type MissedFilter,
  type MissedWork,
  stateOfMissed,
} from '../../../src/cdr/missed-call-store.ts';
import { Scope } from '../../../src/shared/scope.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { STORES } from '../../support/stores.ts';

const [WANG, LI] = ['13800138000', '13900139000'];
const DEMO = Scope.of('demo');
const LEFT: MissedFilter = { from: MONDAY_10, states: ['open', 'assigned'] };

for (const { name, missing, open, remove } of STORES) {
  describe.skipIf(missing)(titleOn('missed calls', { name, missing }), () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await remove();
    });

    async function play(...scripts: readonly CallScript[]): Promise<void> {
      for (const { events } of scripts) for (const event of events) store.journal.append(event);
      await store.journal.flush();
    }
    /** He waits for 30 s, 8001 is rung and does not answer. */
    const abandons = (id: string, after: number, caller: string, queue = 'sales', tenantId = 'demo') =>
      new CallScript(id, { at: MONDAY_10 + after, tenantId })
        .arrive({ caller })
        .emit('routed', { hotline: '4001234567', version: undefined })
        .emit('answered', {})
        .emit('asked', { queue, priority: 0 })
        .emit('segment', { kind: 'queue', owner: queue })
        .after(30_000)
        .rung('8001', 'no-answer', 15_000)
        .end();
    const talks = (id: string, after: number, facts: Partial<CallFacts['arrived']>) =>
      new CallScript(id, { at: MONDAY_10 + after })
        .arrive(facts)
        .emit('answered', {})
        .emit('connected', { target: '8001', kind: 'agent' })
        .emit('segment', { kind: 'talk', owner: '8001' })
        .after(10_000)
        .end();
    const list = async (filter: Partial<MissedFilter> = {}, scope: Scope = DEMO, limit = 10) => {
      const found = await store.missedCalls.list({ ...LEFT, ...filter }, scope, limit);
      return found.map((each) => `${each.callId} ${stateOfMissed(each)} ${each.times}`);
    };
    const change = async (id: string, work: Partial<MissedWork>) =>
      await store.missedCalls.change((await store.missedCalls.get(id, DEMO))!, 'li', 77, (before) => ({
        ...before,
        ...work,
      }));

    it('are each caller once, by his last call, the newest first, by state, queue and who is to see to them', async () => {
      await play(
        abandons('m1', 1_000, WANG!),
        abandons('m2', 2_000, LI!, 'service'),
        abandons('m3', 3_000, WANG!),
        abandons('m4', 4_000, WANG!, 'sales', 'other'),
        abandons('m5', 5_000, ''),
      );
      expect(await list()).toEqual(['m3 open 2', 'm2 open 1']);
      expect(await list({ queue: 'service' })).toEqual(['m2 open 1']);
      expect(await list({ to: MONDAY_10 + 2_500 })).toEqual(['m2 open 1']);
      expect(await change('m2', { assignee: '8002' })).toMatchObject({ assignee: '8002', revision: 1 });
      expect(await list({ states: ['assigned'] })).toEqual(['m2 assigned 1']);
      expect(await list({ states: ['open'] })).toEqual(['m3 open 2']);
      expect(await list({ assignee: '8002' })).toEqual(['m2 assigned 1']);
      const [first] = await store.missedCalls.list(LEFT, DEMO, 1);
      expect(first).toMatchObject({ callId: 'm3', queue: 'sales', outcome: 'abandoned', waitMs: 30_000 });
      const rest = await store.missedCalls.list(LEFT, DEMO, 5, first);
      expect(rest.map(({ callId }) => callId)).toEqual(['m2']);
      expect(await list({}, Scope.of('other'))).toEqual(['m4 open 1']);
      expect(await list({}, Scope.all)).toEqual(['m4 open 1', 'm3 open 2', 'm2 assigned 1']);
      expect(await store.missedCalls.get('m4', DEMO)).toBeUndefined();
    });

    it('are seen by those whom they rang, or to whom they are given', async () => {
      await play(abandons('m1', 1_000, WANG!));
      const of = (agent: string) => DEMO.narrowedTo({ agents: new Set([agent]), extensions: new Set() });
      expect([await list({}, of('8001')), await list({}, of('8002'))]).toEqual([['m1 open 1'], []]);
      await change('m1', { assignee: '8002' });
      expect(await list({}, of('8002'))).toEqual(['m1 assigned 1']);
    });

    it('are done when the two have talked, or somebody says so, until he calls in vain again', async () => {
      await play(
        abandons('m1', 1_000, WANG!),
        abandons('m2', 2_000, LI!),
        abandons('m3', 3_000, '02012345678'),
      );
      await play(talks('t1', 60_000, { caller: WANG! }));
      await play(talks('t2', 70_000, { direction: 'outbound', caller: '8001', called: LI! }));
      const work = await change('m3', { done: { at: 77, by: 'li', how: 'no-need' }, note: '打错了' });
      expect(work).toMatchObject({ revision: 1, note: '打错了' });
      expect(await list()).toEqual([]);
      const done = await store.missedCalls.list({ ...LEFT, states: ['done'] }, DEMO, 10);
      expect(done.map((each) => ({ id: each.callId, ...endingOf(each) }))).toEqual([
        { id: 'm3', at: 77, by: 'li', how: 'no-need', callId: undefined },
        { id: 'm2', at: MONDAY_10 + 70_000, by: undefined, how: 'called-back', callId: 't2' },
        { id: 'm1', at: MONDAY_10 + 60_000, by: undefined, how: 'called-again', callId: 't1' },
      ]);
      await play(abandons('m4', 90_000, WANG!), abandons('m5', 91_000, '02012345678'));
      expect(await list()).toEqual(['m5 open 2', 'm4 open 2']);
      expect((await change('m3', { done: undefined })).revision).toBe(2);
      const told = await store.events.read('demo', 0, 500);
      const facts = told.filter(({ type }) => type === 'missedCall');
      expect(facts.map((fact) => 'ending' in fact && fact.ending)).toEqual(['no-need', undefined]);
    });
  });
}
