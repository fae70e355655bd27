import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptNumbers } from '../../../src/numbering/kept-numbers.ts';
import { type ListNumber, placeOfRevision } from '../../../src/numbering/list-number-store.ts';
import { NumberLists } from '../../../src/numbering/number-list.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import type { Store } from '../../../src/store/store.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { STORES } from '../../support/stores.ts';

const BLACK = { tenant: 'a', name: 'black' };
const OTHER = { tenant: 'b', name: 'black' };
const numberOf = (number: string, more: Partial<ListNumber> = {}): ListNumber => ({
  ...{ number, until: undefined, reason: undefined, owner: undefined, note: undefined },
  ...more,
});
const BY = { at: 1000, by: 'li@a' };

for (const engine of STORES) {
  describe.skipIf(engine.missing)(titleOn('numbers of lists', engine), () => {
    let store: Store;
    beforeEach(async () => {
      store = await engine.open();
    });
    afterEach(async () => {
      await store.close();
      await engine.remove();
    });

    const put = (list: typeof BLACK, numbers: readonly ListNumber[], movesAll = false) =>
      store.listNumbers.change({ ...list, put: numbers, removed: [], movesAll, ...BY });
    const remove = (list: typeof BLACK, ...removed: string[]) =>
      store.listNumbers.change({ ...list, put: [], removed, ...BY, at: 2000 });
    const listed = async (list = BLACK, query = {}) =>
      (await store.listNumbers.list(list, { limit: 10, ...query })).map(({ number }) => number);

    it('come, change, stay as they are, go and come again, and each change says how many', async () => {
      const why = "'; drop table list_number; -- \u0000 骚扰 \\";
      const whole = numberOf('13800138000', { until: 5000, reason: why, owner: '8001', note: '投诉' });
      expect(await put(BLACK, [whole, numberOf('+85291234567')])).toEqual({
        ...{ revision: 1, created: 2, updated: 0, unchanged: 0, removed: 0 },
      });
      const found = await store.listNumbers.find(BLACK, '13800138000');
      expect(found).toMatchObject({ until: 5000, owner: '8001', note: '投诉', at: 1000, by: 'li@a' });
      expect(found?.reason).toContain('骚扰 \\');
      const counts = { created: 1, updated: 1, unchanged: 1, removed: 0 };
      const next = [numberOf('075523456789'), { ...whole, reason: 'fraud' }, numberOf('+85291234567')];
      expect(await put(BLACK, next)).toEqual({ revision: 2, ...counts });
      expect(await listed()).toEqual(['13800138000', '075523456789', '+85291234567']);
      expect(await remove(BLACK, '13800138000', '10086')).toMatchObject({ removed: 1, revision: 3 });
      expect(await store.listNumbers.find(BLACK, '13800138000')).toBeUndefined();
      expect(await remove(BLACK, '13800138000')).toMatchObject({ removed: 0 });
      expect(await put(BLACK, [numberOf('13800138000')])).toMatchObject({ created: 1, updated: 0 });
      expect(await store.listNumbers.find(BLACK, '13800138000')).toMatchObject({ reason: undefined });
    });

    it('are of one list of one company', async () => {
      await put(BLACK, [numberOf('13800138000')]);
      await put({ ...BLACK, name: 'vip' }, [numberOf('13800138001')]);
      expect([await listed(OTHER), await store.listNumbers.find(OTHER, '13800138000')]).toEqual([
        [],
        undefined,
      ]);
      expect(await remove(OTHER, '13800138000')).toMatchObject({ removed: 0 });
      await store.listNumbers.empty(OTHER);
      expect([await listed(), await listed({ ...BLACK, name: 'vip' })]).toEqual([
        ['13800138000'],
        ['13800138001'],
      ]);
    });

    it('are listed the last changed first, in pages, by a part or the beginning', async () => {
      const numbers = ['13800138000', '13800138001', '075523456789', '+85291234567', '4001380013'];
      await put(
        BLACK,
        numbers.map((number) => numberOf(number)),
      );
      const [first, second] = await store.listNumbers.list(BLACK, { limit: 2 });
      expect([first!.number, second!.number]).toEqual(['4001380013', '+85291234567']);
      expect(await listed(BLACK, { before: second!.place })).toEqual([
        '075523456789',
        '13800138001',
        '13800138000',
      ]);
      expect(await listed(BLACK, { part: '1380013' })).toEqual(['4001380013', '13800138001', '13800138000']);
      expect(await listed(BLACK, { prefix: '1380013' })).toEqual(['13800138001', '13800138000']);
      expect(await listed(BLACK, { prefix: '+852' })).toEqual(['+85291234567']);
      expect(await listed(BLACK, { part: '%' })).toEqual([]);
    });

    it('go with all that stood before a place, at once; rows go later, a thousand at a time', async () => {
      await put(BLACK, [numberOf('13800138000'), numberOf('13800138001', { reason: 'old' })]);
      await put(BLACK, [numberOf('13800138001', { reason: 'old' }), numberOf('13800138002')], true);
      await store.listNumbers.empty(BLACK, placeOfRevision(2));
      expect(await listed()).toEqual(['13800138002', '13800138001']);
      expect(await put(BLACK, [numberOf('13800138000')])).toMatchObject({ created: 1 });
      await store.listNumbers.empty(BLACK);
      expect(await listed()).toEqual([]);
      expect(await store.listNumbers.steps(0, 10)).toHaveLength(3);
      expect([await store.listNumbers.sweep(0), await store.listNumbers.sweep(0)]).toEqual([3, 0]);
      expect(await store.listNumbers.steps(0, 10)).toEqual([]);
    });

    it('that were removed leave their rows for a while', async () => {
      await put(BLACK, [numberOf('13800138000', { note: 'x' })]);
      await remove(BLACK, '13800138000');
      const [step] = await store.listNumbers.steps(0, 10);
      expect(step).toMatchObject({ number: '13800138000', isRemoved: true, reason: undefined });
      expect([await store.listNumbers.sweep(2000), await store.listNumbers.sweep(2001)]).toEqual([0, 1]);
    });

    it('go with their list, in the transaction that removes it', async () => {
      const entity = { id: '1', tenantId: 'a', kind: 'list', name: 'black', revision: 1, body: '{}' };
      await store.entities.change({ put: [entity], removed: [], ...BY });
      await put(BLACK, [numberOf('13800138000')]);
      await put(OTHER, [numberOf('13800138000')]);
      await store.entities.change({ put: [{ ...entity, revision: 2 }], removed: [], ...BY });
      expect(await listed()).toEqual(['13800138000']);
      await store.entities.change({ put: [], removed: [{ ...entity, revision: 2 }], ...BY });
      await store.entities.change({ put: [{ ...entity, id: '2' }], removed: [], ...BY });
      expect([await listed(), await listed(OTHER)]).toEqual([[], ['13800138000']]);
    });

    it('of an import that is taken back are what they were, but those that somebody has changed since', async () => {
      const numbers = ['13800138000', '13800138001', '13800138002', '13800138003', '13800138004'];
      const [same, other, gone, changed, removed] = numbers as [string, string, string, string, string];
      await put(BLACK, [
        numberOf(same),
        numberOf(other, { until: 5000, reason: 'r', owner: '8001', note: 'n' }),
      ]);
      await put(BLACK, [numberOf(gone, { note: 'gone' }), numberOf(changed), numberOf(removed)]);
      const rows = async () =>
        (await store.listNumbers.list(BLACK, { limit: 10 }))
          .map(({ place: _, ...row }) => row)
          .sort((one, other) => one.number.localeCompare(other.number));
      const before = await rows();
      const known = { present: 2, same: 1 };
      expect(
        await store.listNumbers.known(BLACK, [numberOf(same), numberOf(other), numberOf('10086')]),
      ).toEqual(known);
      expect(await store.listNumbers.known(OTHER, [numberOf(same)])).toEqual({ present: 0, same: 0 });
      const part = { ...BLACK, at: 9000, by: 'wang@a', of: 'job1' };
      const wish = [
        numberOf(same),
        numberOf(other, { reason: 'x' }),
        numberOf('10086'),
        numberOf(changed, { note: 'y' }),
      ];
      await store.listNumbers.change({ ...part, put: wish, removed: [gone, '10010'] });
      await store.listNumbers.change({
        ...part,
        put: [numberOf('10087'), numberOf(removed)],
        removed: [],
        movesAll: true,
      });
      expect(await store.listNumbers.openImports()).toEqual([{ id: 'job1', tenant: 'a', name: 'black' }]);
      // Somebody else meanwhile.
      await put(BLACK, [numberOf(changed, { reason: 'by hand' })]);
      await remove(BLACK, removed, '10087');
      expect(await store.listNumbers.sweep(0)).toBe(0);
      // However long it takes until it is taken back: what somebody has removed goes, what it has itself stays.
      expect([await store.listNumbers.sweep(9001), await store.listNumbers.sweep(9001)]).toEqual([2, 0]);
      const taken = [];
      for (let times = 0; times < 3; times++)
        taken.push(await store.listNumbers.takeBack('job1', 9500, 'wang@a'));
      expect(taken).toEqual([true, true, false]);
      expect(await rows()).toEqual(
        before
          .filter(({ number }) => number !== removed)
          .map((row) => (row.number === changed ? { ...row, reason: 'by hand' } : row)),
      );
      const steps = await store.listNumbers.steps(placeOfRevision(7), 20);
      expect(steps.map(({ number, isRemoved }) => `${number} ${isRemoved}`).sort()).toEqual([
        '10086 true',
        `${other} false`,
        `${gone} false`,
      ]);
      expect(await store.listNumbers.openImports()).toEqual([]);
      expect([await store.listNumbers.sweep(0), await store.listNumbers.sweep(0)]).toEqual([0, 0]);
    });

    it('of an import that is settled stay, with those alone where it replaced; of a list that went nothing comes back', async () => {
      await put(BLACK, [numberOf('13800138000', { reason: 'old' }), numberOf('13800138001')]);
      const part = { ...BLACK, ...BY, removed: [], movesAll: true, of: 'job1' };
      const first = await store.listNumbers.change({ ...part, put: [numberOf('13800138000')] });
      await store.listNumbers.settle('job1', BLACK, placeOfRevision(first.revision));
      expect([await listed(), await store.listNumbers.openImports()]).toEqual([['13800138000'], []]);
      expect(await store.listNumbers.takeBack('job1', 1, 'li')).toBe(false);
      // The row of what went, and what was kept of it.
      expect([await store.listNumbers.sweep(0), await store.listNumbers.sweep(0)]).toEqual([
        engine.name === 'memory' ? 1 : 2,
        0,
      ]);
      await store.listNumbers.change({
        ...part,
        put: [numberOf('13800138000', { reason: 'new' })],
        of: 'job2',
      });
      await store.listNumbers.empty(BLACK);
      expect(await store.listNumbers.takeBack('job2', 1, 'li')).toBe(true);
      expect(await listed()).toEqual([]);
    });

    describe('in memory', () => {
      const keptOf = async () => {
        const lists = new NumberLists([
          { tenant: 'a', name: 'black', numbers: ['10010'], prefixes: ['0755'] },
          { tenant: 'b', name: 'black', numbers: [], prefixes: [] },
        ]);
        const parts = { store: store.listNumbers, lists, clock: new ManualClock(), log: silentLogger };
        const kept = new KeptNumbers(parts);
        await kept.open();
        const find = (number: string, now = 0) => lists.get('a', 'black')?.find(number, now);
        return { kept, lists, find };
      };

      it('are what the store has, whoever changed it', async () => {
        await put(BLACK, [numberOf('13800138000', { until: 5000, reason: 'fraud' })]);
        const here = await keptOf();
        const there = await keptOf();
        expect(here.find('13800138000')).toEqual({ by: 'number', reason: 'fraud' });
        expect(here.find('13800138000', 5000)).toBeUndefined();
        const change = { ...BLACK, put: [numberOf('13800138001', { owner: '8001' })], removed: [], ...BY };
        await here.kept.change(change);
        expect(here.find('13800138001')).toEqual({ by: 'number', reason: undefined });
        expect(here.lists.ownerOf('a', 'black', '13800138001', 0)).toBe('8001');
        expect(there.find('13800138001')).toBeUndefined();
        // Its own change comes after one that it has not seen: both count.
        await there.kept.change({ ...BLACK, put: [], removed: ['13800138000'], ...BY });
        expect([there.find('13800138000'), there.find('13800138001')?.by]).toEqual([undefined, 'number']);
        await here.kept.sync();
        expect(here.find('13800138000')).toBeUndefined();
        expect(here.lists.get('b', 'black')?.find('13800138001', 0)).toBeUndefined();
        for (const { kept } of [here, there]) kept.close();
      });

      it('go when the list is emptied, but those of its entity', async () => {
        const here = await keptOf();
        const there = await keptOf();
        await here.kept.change({ ...BLACK, put: [numberOf('13800138000')], removed: [], ...BY });
        const second = { ...BLACK, put: [numberOf('13800138001')], removed: [], ...BY };
        const { revision } = await here.kept.change(second);
        await there.kept.sync();
        await here.kept.empty(BLACK, placeOfRevision(revision));
        await there.kept.sync();
        for (const { find } of [here, there])
          expect(
            ['13800138000', '13800138001', '10010', '075523456789'].map((each) => find(each)?.by),
          ).toEqual([undefined, 'number', 'number', 'prefix']);
        const started = await keptOf();
        expect([started.find('13800138000'), started.find('13800138001')?.by]).toEqual([undefined, 'number']);
        for (const { kept } of [here, there, started]) kept.close();
      });
    });
  });
}
