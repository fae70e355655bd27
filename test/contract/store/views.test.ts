/** Saved views of lists: who has them, who began with them, and what goes with a user. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../src/auth/auth-store.ts';
import { Scope } from '../../../src/shared/scope.ts';
import type { Store } from '../../../src/store/store.ts';
import { type SavedView, WHOLE_COMPANY } from '../../../src/workspace/view-store.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { STORES } from '../../support/stores.ts';

const VIEW: SavedView = {
  ...{ id: 'v1', tenantId: 'demo', ownerId: 'u1', owner: 'li@demo', page: 'calls', name: '今天放弃的' },
  ...{ sharedWith: undefined, filters: { range: 'today', q: '13800138000' }, columns: ['started', 'caller'] },
  ...{ updatedAt: 1000, updatedBy: 'li@demo', revision: 1 },
};
const USER: User = {
  ...{ id: 'u1', tenantId: 'demo', reseller: undefined, login: 'li', name: 'li', roles: [], isActive: true },
  ...{ agent: undefined, department: undefined, password: '', mustChange: false, secondFactor: undefined },
  ...{ createdAt: 1, revision: 1 },
};

for (const { name, missing, open, remove } of STORES) {
  describe.skipIf(missing)(titleOn('saved views', { name, missing }), () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await remove();
    });
    const listed = async (tenant = 'demo', owner = 'u1', page = 'calls') =>
      (await store.views.list(tenant, page, owner)).map(({ id }) => id);

    it('are listed to who made them, and shared ones to all of the company, by name', async () => {
      const { views } = store;
      const shared = { ...VIEW, id: 'v2', name: '昨天', ownerId: 'u2', sharedWith: WHOLE_COMPANY };
      const made = [
        VIEW,
        shared,
        { ...VIEW, id: 'v3', ownerId: 'u2', name: 'b', columns: undefined },
        { ...VIEW, id: 'v4', name: 'a', page: 'voicemails' },
        { ...VIEW, id: 'v5', tenantId: 'other', sharedWith: WHOLE_COMPANY },
      ];
      for (const view of made) expect(await views.add(view)).toBe(true);
      expect(await views.add({ ...VIEW, id: 'v6' }), 'of the same name').toBe(false);
      expect([await listed(), await listed('demo', 'u2'), await listed('demo', 'u3')]).toEqual([
        ['v1', 'v2'],
        ['v3', 'v2'],
        ['v2'],
      ]);
      expect([await listed('other', 'u9'), await listed('demo', 'u1', 'voicemails')]).toEqual([
        ['v5'],
        ['v4'],
      ]);
      expect([await views.find('demo', 'v1'), await views.find('demo', 'v3')]).toEqual([VIEW, made[2]]);
      expect(await views.find('other', 'v1')).toBeUndefined();
      expect([await views.count('demo', 'u1'), await views.count('other', 'u2')]).toEqual([2, 0]);
    });

    it('change from where they are known to be only, and never to a name that is taken', async () => {
      const { views } = store;
      await views.add(VIEW);
      await views.add({ ...VIEW, id: 'v2', name: '昨天' });
      const next = { ...VIEW, name: '今天', sharedWith: 'supervisor', columns: undefined, revision: 2 };
      expect(await views.change({ ...next, name: '昨天' })).toBe(false);
      expect(await views.change(next)).toBe(true);
      expect(await views.change(next), 'again').toBe(false);
      expect(await views.find('demo', 'v1')).toEqual(next);
    });

    it('are what somebody begins with until they are gone', async () => {
      const { views } = store;
      await views.add(VIEW);
      await views.add({ ...VIEW, id: 'v2', name: '昨天' });
      for (const id of ['v2', 'v1']) await views.beginWith('demo', 'u1', 'calls', id);
      await views.beginWith('demo', 'u2', 'calls', 'v1');
      expect(await views.firstOf('demo', 'u1', 'calls')).toBe('v1');
      expect(await views.firstOf('other', 'u1', 'calls')).toBeUndefined();
      await views.beginWith('demo', 'u1', 'calls', undefined);
      expect(await views.firstOf('demo', 'u1', 'calls')).toBeUndefined();
      expect(await views.remove({ ...VIEW, revision: 2 })).toBe(false);
      expect(await views.remove(VIEW)).toBe(true);
      expect(await views.firstOf('demo', 'u2', 'calls')).toBeUndefined();
    });

    it('go with a user, but for those that he shares', async () => {
      const { views, auth } = store;
      await auth.users.add(USER);
      await views.add(VIEW);
      await views.add({ ...VIEW, id: 'v2', name: '昨天', sharedWith: 'supervisor' });
      await views.beginWith('demo', 'u1', 'calls', 'v2');
      expect(await auth.users.remove((await auth.users.find(Scope.all, 'u1'))!)).toBe(true);
      expect([await listed(), await views.firstOf('demo', 'u1', 'calls')]).toEqual([['v2'], undefined]);
    });
  });
}
