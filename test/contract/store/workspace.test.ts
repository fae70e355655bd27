/** What agents have under their hands: drafts of calls, and what they are to do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import type { Store } from '../../../src/store/store.ts';
import type { AgentTask, CallDraft } from '../../../src/workspace/workspace-store.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { STORES } from '../../support/stores.ts';

const DEMO = Scope.of('demo');
const OF_8001 = DEMO.narrowedTo({ agents: new Set(['8001']), extensions: new Set() });
const DRAFT: CallDraft = {
  ...{ tenantId: 'demo', callId: 'c1', agent: '8001', at: 1000, note: '要开发票' },
  ...{ disposition: undefined, resolved: undefined, handOver: '' },
};
const TASK: AgentTask = {
  ...{ id: 't1', tenantId: 'demo', agent: '8001', kind: 'call-back', number: '13800138000', callId: 'c1' },
  ...{
    text: '确认抬头',
    dueAt: 2000,
    createdAt: 1000,
    createdBy: 'li@demo',
    called: undefined,
    done: undefined,
  },
  revision: 1,
};

for (const { name, missing, open, remove } of STORES) {
  describe.skipIf(missing)(titleOn('what agents have in hand', { name, missing }), () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await remove();
    });

    it('has one draft a call and agent, the newest first, and none of another company', async () => {
      const { workspace } = store;
      await workspace.keepDraft(DRAFT);
      await workspace.keepDraft({ ...DRAFT, agent: '8002', at: 1500, handOver: '客户已等三天' });
      const written = { ...DRAFT, at: 2000, note: '要开专票\u0000', disposition: 'deal', resolved: false };
      await workspace.keepDraft(written);
      const [own, other] = await workspace.drafts('demo', 'c1');
      expect(own).toMatchObject({ agent: '8001', disposition: 'deal', resolved: false });
      expect(own!.note.startsWith('要开专票')).toBe(true);
      expect(other).toEqual({ ...DRAFT, agent: '8002', at: 1500, handOver: '客户已等三天' });
      expect(await workspace.drafts('other', 'c1')).toEqual([]);
      await workspace.drop('demo', { drafts: 1800, tasks: 0 });
      expect((await workspace.drafts('demo', 'c1')).map(({ agent }) => agent)).toEqual(['8001']);
    });

    it('lists open tasks by when they are due, done ones the latest first, page by page', async () => {
      const { workspace } = store;
      for (const [id, dueAt] of [
        ['t3', 3000],
        ['t1', 2000],
        ['t2', 2000],
      ] as const)
        await workspace.addTask({ ...TASK, id, dueAt });
      await workspace.addTask({ ...TASK, id: 't4', agent: '8002' });
      await workspace.addTask({ ...TASK, id: 't5', tenantId: 'other' });
      const ids = async (...of: Parameters<typeof workspace.tasks>) =>
        (await workspace.tasks(...of)).map(({ id }) => id);
      expect(await ids(OF_8001, { isDone: false }, 10)).toEqual(['t1', 't2', 't3']);
      expect(await ids(OF_8001, { isDone: false }, 10, { dueAt: 2000, id: 't1' })).toEqual(['t2', 't3']);
      expect(await ids(DEMO, { isDone: false, agent: '8002' }, 10)).toEqual(['t4']);
      expect(await ids(DEMO, { isDone: false }, 2)).toEqual(['t1', 't2']);
      const done = { at: 4000, by: 'li@demo' };
      for (const id of ['t1', 't3']) {
        const before = (await workspace.task(DEMO, id))!;
        expect(await workspace.changeTask({ ...before, done, revision: 2 }, 4000)).toBe(true);
      }
      expect(await ids(OF_8001, { isDone: true }, 10)).toEqual(['t3', 't1']);
      expect(await ids(OF_8001, { isDone: true }, 10, { dueAt: 3000, id: 't3' })).toEqual(['t1']);
      await workspace.drop('demo', { drafts: 0, tasks: 4001 });
      expect(await ids(DEMO, { isDone: true }, 10)).toEqual([]);
      expect(await ids(Scope.of('other'), { isDone: false }, 10)).toEqual(['t5']);
    });

    it('changes a task of the revision that was read alone, and shows it to nobody else', async () => {
      const { workspace } = store;
      await workspace.addTask(TASK);
      const changed = { ...TASK, called: { at: 3000, callId: 'c2' }, dueAt: 9000, revision: 2 };
      expect(await workspace.changeTask(changed, 3000)).toBe(true);
      expect(await workspace.changeTask({ ...TASK, revision: 2 }, 3001)).toBe(false);
      // Who came too late has changed nothing, and nobody is told that he has.
      const told = await store.events.read('demo', 0, 10);
      expect(told).toMatchObject([
        { type: 'agentTask', did: 'add', agent: '8001', task: 't1', isDone: false, at: TASK.createdAt },
        { type: 'agentTask', did: 'change', task: 't1', dueAt: 9000, revision: 2, at: 3000 },
      ]);
      expect(told.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(JSON.stringify(told)).not.toContain(TASK.text);
      expect(await workspace.task(DEMO, 't1')).toEqual(changed);
      expect(await workspace.task(Scope.of('other'), 't1')).toBeUndefined();
      const of8002 = DEMO.narrowedTo({ agents: new Set(['8002']), extensions: new Set() });
      expect(await workspace.task(of8002, 't1')).toBeUndefined();
      expect(
        await workspace.task(DEMO.narrowedTo({ agents: new Set(), extensions: new Set() }), 't1'),
      ).toBeUndefined();
    });
  });
}
