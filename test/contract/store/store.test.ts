import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiKey, CompanyRole, Session, User } from '../../../src/auth/auth-store.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import type { Job, JobPage } from '../../../src/job/job-store.ts';
import type { RecordingShare } from '../../../src/recording/share-store.ts';
import { Scope } from '../../../src/shared/scope.ts';
import {
  OutdatedError,
  type Store,
  type StoredBinding,
  type StoredChange,
  type StoredEntity,
} from '../../../src/store/store.ts';
import type { WallboardLink } from '../../../src/wallboard/link-store.ts';
import type { Delivery, Webhook } from '../../../src/webhook/webhook-store.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { STORES } from '../../support/stores.ts';

for (const engine of STORES) {
  describe.skipIf(engine.missing)(titleOn('store', engine), () => {
    let store: Store;
    beforeEach(async () => {
      store = await engine.open();
    });
    afterEach(async () => {
      await store.close();
      await engine.remove();
    });

    function play(...scripts: CallScript[]): Promise<void> {
      for (const { events } of scripts) for (const event of events) store.journal.append(event);
      return store.journal.flush();
    }

    describe('journal', () => {
      it('leaves one record of a call that ended, the same as the projection', async () => {
        const script = sampleCall('c1');
        await play(script);
        expect((await store.cdrs.query({})).cdrs).toEqual([projectCdr(script.events)]);
        expect(store.journal.stats).toMatchObject({
          pendingEvents: 0,
          openCalls: 0,
          strayEvents: 0,
        });
      });

      it('joins the events of a call over several flushes', async () => {
        const script = sampleCall('c1');
        for (const event of script.events) {
          store.journal.append(event);
          await store.journal.flush();
        }
        expect((await store.cdrs.query({})).cdrs).toEqual([projectCdr(script.events)]);
      });

      it('keeps calls apart whose events are interleaved', async () => {
        const scripts = ['a', 'b', 'c'].map((id, index) => sampleCall(id, { at: MONDAY_10 + index }));
        for (let index = 0; index < scripts[0]!.events.length; index++) {
          for (const script of scripts) store.journal.append(script.events[index]!);
        }
        await store.journal.flush();
        const { cdrs } = await store.cdrs.query({});
        expect(cdrs).toEqual(scripts.toReversed().map(({ events }) => projectCdr(events)));
      });

      it('counts the calls that are open and gives them no record yet', async () => {
        await play(new CallScript('open').arrive().emit('answered', {}));
        expect(store.journal.stats.openCalls).toBe(1);
        expect((await store.cdrs.query({})).cdrs).toEqual([]);
      });

      it('counts events that belong to no call', async () => {
        await play(sampleCall('c1'), new CallScript('c1').emit('answered', {}).end());
        expect(store.journal.stats.strayEvents).toBe(2);
        expect((await store.cdrs.query({})).cdrs).toHaveLength(1);
      });

      it('keeps text as it is', async () => {
        const why = "'; drop table cdr; -- \\u0000 \t\n 不在名单 \u{1f600}";
        await play(new CallScript('c1').arrive({ caller: '' }).emit('step', { step: 'block', why }).end());
        const { cdrs } = await store.cdrs.query({});
        expect(cdrs[0]?.path[0]?.why).toBe(why);
      });
    });

    describe('records', () => {
      const minute = 60_000;
      beforeEach(async () => {
        const calls = Array.from({ length: 7 }, (_, index) =>
          new CallScript(`c${index}`, {
            at: MONDAY_10 + Math.floor(index / 2) * minute,
            tenantId: index < 5 ? 'a' : 'b',
          })
            .arrive({ caller: `1380000000${index % 3}`, called: index === 6 ? '4007654321' : '4001234567' })
            .end(),
        );
        await play(...calls);
      });

      const ids = async (query: Parameters<Store['cdrs']['query']>[0]) =>
        (await store.cdrs.query(query)).cdrs.map(({ callId }) => callId);

      it('gives the newest first, by time range, number and tenant', async () => {
        expect(await ids({})).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1', 'c0']);
        expect(await ids({ limit: 2 })).toEqual(['c6', 'c5']);
        expect(await ids({ from: MONDAY_10 + minute, to: MONDAY_10 + 2 * minute })).toEqual(['c3', 'c2']);
        expect(await ids({ caller: '13800000001' })).toEqual(['c4', 'c1']);
        expect(await ids({ called: '4007654321' })).toEqual(['c6']);
        expect(await ids({ tenantId: 'a', caller: '13800000002' })).toEqual(['c2']);
        expect(await ids({ tenantId: 'nobody' })).toEqual([]);
      });

      it('pages to the end without a gap or a double, also within one millisecond', async () => {
        const seen: string[] = [];
        let before: string | undefined;
        do {
          const page = await store.cdrs.query({ limit: 3, ...(before ? { before } : {}) });
          seen.push(...page.cdrs.map(({ callId }) => callId));
          before = page.next;
        } while (before);
        expect(seen).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1', 'c0']);
      });

      it('gives the same as text', async () => {
        const { records, next } = await store.cdrs.queryText({ limit: 4 }, Scope.all);
        const page = await store.cdrs.query({ limit: 4 });
        expect(records.map((record) => JSON.parse(record))).toEqual(page.cdrs);
        expect(next).toBe(page.next);
      });

      it('refuses a cursor that it did not give', async () => {
        await expect(store.cdrs.query({ before: 'nonsense' })).rejects.toMatchObject({ code: 'bad-cursor' });
      });
    });

    it('puts another file into the record of a recording, and only there', async () => {
      const script = sampleCall('c1');
      await play(script, sampleCall('c2', { at: MONDAY_10 + 1 }));
      const before = projectCdr(script.events)!;
      const { startedAt, recordings } = before;
      const from = recordings[0]!.file;
      const change = { callId: 'c1', startedAt, from, file: '/r/c1.opus', bytes: 7, sha256: 'abc' };
      expect(await store.recordings.replace(change, MONDAY_10)).toBe(true);
      expect(await store.recordings.replace(change, MONDAY_10), 'the old name is gone').toBe(false);
      expect(await store.recordings.replace({ ...change, callId: 'c3' }, MONDAY_10)).toBe(false);
      const { cdrs } = await store.cdrs.query({});
      expect(cdrs[1]).toEqual({
        ...before,
        recordings: [{ ...recordings[0]!, file: '/r/c1.opus', bytes: 7, sha256: 'abc' }],
      });
      expect(cdrs[0]!.recordings).toEqual(recordings);
    });

    it('notes in the records that the files of recordings are deleted, once', async () => {
      const scripts = [sampleCall('c1'), sampleCall('c2', { at: MONDAY_10 + 5000 })];
      await play(...scripts);
      const fileOf = (index: number) => projectCdr(scripts[index]!.events)!.recordings[0]!.file;
      const deletion = { from: MONDAY_10, to: MONDAY_10 + 1, deletedAt: MONDAY_10 + 90_000 };
      const files = new Set([fileOf(0), '/r/of-nobody.wav']);
      expect(await store.recordings.markDeleted({ ...deletion, files, to: MONDAY_10 }), 'too early').toBe(0);
      expect(await store.recordings.markDeleted({ ...deletion, files })).toBe(1);
      const later = { ...deletion, files, deletedAt: MONDAY_10 + 99_000 };
      expect(await store.recordings.markDeleted(later), 'the first time stays').toBe(0);
      const { cdrs } = await store.cdrs.query({});
      expect(cdrs.map(({ recordings }) => recordings[0]!.deletedAt)).toEqual([null, MONDAY_10 + 90_000]);
    });

    it('keeps accounts, one a user and realm', async () => {
      const account = { tenantId: 'a', username: '8001', realm: 'r', md5: 'm', sha256: 's' };
      await store.accounts.save([account, { ...account, username: '8002' }]);
      await store.accounts.save([{ ...account, md5: 'new' }]);
      const all = await store.accounts.all();
      expect(all.toSorted((one, other) => (one.username < other.username ? -1 : 1))).toEqual([
        { ...account, md5: 'new' },
        { ...account, username: '8002' },
      ]);
    });

    it('adds accounts knowing those that there are', async () => {
      const account = { tenantId: 'a', username: '8001', realm: 'r', md5: 'm', sha256: 's' };
      await store.accounts.save([account]);
      const seen: number[] = [];
      await store.accounts.add((present) => {
        seen.push(present.length);
        return [{ ...account, username: '8002' }];
      });
      await store.accounts.add((present) => {
        seen.push(present.length);
        return [];
      });
      expect(seen).toEqual([1, 2]);
    });

    it('keeps bindings, one an address of record and key', async () => {
      const binding: StoredBinding = {
        tenantId: 'a',
        aor: 'sip:8001@pbx',
        key: 'k1',
        contact: 'sip:8001@10.0.0.1:5060',
        q: 700,
        expiresAt: MONDAY_10,
        callId: 'x',
        cseq: 1,
        path: ['<sip:edge;lr>'],
        source: 'udp:10.0.0.1:5060',
        userAgent: undefined,
      };
      const other = { ...binding, key: 'k2', userAgent: 'Phone 1.0' };
      await store.bindings.apply([binding, other], []);
      await store.bindings.apply([{ ...binding, cseq: 2 }], [other]);
      expect(await store.bindings.all()).toEqual([{ ...binding, cseq: 2 }]);
      await store.bindings.apply([], [{ ...binding, expiresAt: MONDAY_10 - 1 }]);
      if (engine.name !== 'memory') expect(await store.bindings.all(), 'refreshed meanwhile').toHaveLength(1);
      await store.bindings.apply([], []);
    });

    it('finds what the audit trail has of a recording, of one company', async () => {
      const entry = { tenantId: 'a', at: 1, action: 'listen', by: 'li' } as const;
      for (const recording of ['c1.0', 'c1.1', 'c2.0'])
        await store.audit.append({ ...entry, details: { recording } });
      await store.audit.append({ ...entry, tenantId: 'b', details: { recording: 'c1.0' } });
      await store.audit.append({ ...entry, action: 'backup', details: {} });
      const found = async (scope: Scope, count = 10) =>
        (await store.audit.ofRecordings(['c1.0', 'c1.1'], count, scope)).map(({ tenantId, details }) => [
          tenantId,
          details['recording'],
        ]);
      expect(await found(Scope.of('a'))).toEqual([
        ['a', 'c1.1'],
        ['a', 'c1.0'],
      ]);
      expect(await found(Scope.all, 1)).toEqual([['b', 'c1.0']]);
      expect(await store.audit.ofRecordings([], 10, Scope.all)).toEqual([]);
    });

    it('keeps the audit trail, the newest first, of all companies or of one', async () => {
      const entry = { at: MONDAY_10, action: 'retention', by: 'pbx400', details: { records: 3 } } as const;
      for (const tenantId of ['a', 'b', 'a']) await store.audit.append({ ...entry, tenantId });
      const all = await store.audit.newest(2, Scope.all);
      expect(all).toMatchObject([
        { ...entry, tenantId: 'a' },
        { ...entry, tenantId: 'b' },
      ]);
      expect(all[0]!.seq).toBeGreaterThan(all[1]!.seq);
      expect(await store.audit.newest(10, Scope.of('a'))).toHaveLength(2);
      expect(await store.audit.newest(10, Scope.of('c'))).toEqual([]);
      const user = { tenantId: 'a', action: 'user', by: 'Wang@a', at: MONDAY_10 + 5 } as const;
      await store.audit.append({ ...user, details: { did: 'change', user: 'li_1@a', name: '李雷' } });
      const found = async (filter: object) =>
        (await store.audit.newest(10, Scope.of('a'), undefined, filter)).map(({ action }) => action);
      expect(await found({ action: 'user' })).toEqual(['user']);
      expect(await found({ by: 'wang' })).toEqual(['user']);
      expect(await found({ q: 'li_' })).toEqual(['user']);
      expect(await found({ q: 'l__1' }), 'nothing stands for any letter').toEqual([]);
      expect(await found({ q: '李雷', action: 'retention' })).toEqual([]);
      expect(await found({ from: MONDAY_10 + 5 })).toEqual(['user']);
      expect(await found({ to: MONDAY_10 + 5 })).toEqual(['retention', 'retention']);
      expect(await store.audit.newest(1, Scope.of('a'), all[0]!.seq, { action: 'retention' })).toHaveLength(
        1,
      );
    });

    describe('entities', () => {
      const entity = (id: string, more: Partial<StoredEntity> = {}): StoredEntity => ({
        id,
        tenantId: 'a',
        kind: 'queue',
        name: id,
        revision: 1,
        body: '{}',
        ...more,
      });

      it('come, change and go, each with its history', async () => {
        expect(await store.entities.isUntouched()).toBe(true);
        await store.entities.change({ put: [entity('1'), entity('2')], removed: [], at: 10, by: 'seed' });
        const changed = entity('1', { revision: 2, name: 'other', body: '{"x":1}' });
        await store.entities.change({ put: [changed], removed: [entity('2')], at: 20, by: 'li' });
        expect(await store.entities.all()).toEqual([changed]);
        expect(await store.entities.history('1')).toEqual([
          { revision: 1, name: '1', body: '{}', at: 10, by: 'seed' },
          { revision: 2, name: 'other', body: '{"x":1}', at: 20, by: 'li' },
        ]);
        const last = await store.entities.lastChanges(['1', '2', 'none']);
        expect([...last].filter(([id]) => id !== '2')).toEqual([['1', { at: 20, by: 'li' }]]);
        expect(await store.entities.history('2')).toEqual([
          { revision: 1, name: '2', body: '{}', at: 10, by: 'seed' },
          { revision: 2, name: '2', body: undefined, at: 20, by: 'li' },
        ]);
        await store.entities.change({ put: [], removed: [changed], at: 30, by: 'li' });
        expect(await store.entities.isUntouched()).toBe(false);
      });

      it('are written all or none', async () => {
        await store.entities.change({ put: [entity('1')], removed: [], at: 10, by: 'x' });
        const clash = [entity('2'), entity('3', { name: '1' })];
        await store.entities.change({ put: clash, removed: [entity('1')], at: 20, by: 'x' });
        const again = [entity('4'), entity('5', { name: '2' })];
        await expect(store.entities.change({ put: again, removed: [], at: 30, by: 'x' })).rejects.toThrow();
        expect((await store.entities.all()).map(({ id }) => id)).toEqual(['3', '2']);
        expect(await store.entities.history('4')).toEqual([]);
      });

      it('change by the hundred, as one change that says what each was before', async () => {
        const many = Array.from({ length: 120 }, (_, at) => entity(`e${String(at).padStart(3, '0')}`));
        await store.entities.change({ put: many.slice(0, 100), removed: [], at: 1, by: 'x' });
        const of = { tenantId: 'a', kind: 'queue', file: '队列.csv', undoes: undefined } as const;
        const put = [
          ...many.slice(0, 60).map((each) => ({ ...each, revision: 2, body: '{"x":1}' })),
          ...many.slice(100),
        ];
        const removed = many.slice(60, 100);
        const bulk = { ...of, id: 'c1', source: 'import' } as const;
        await store.entities.change({ put, removed, at: 2, by: 'li', bulk });
        const undoing = { ...of, id: 'c2', source: 'undo', file: undefined, undoes: 'c1' } as const;
        await store.entities.change({ put: [], removed: many.slice(100), at: 3, by: 'li', bulk: undoing });
        const { bulkChanges } = store;
        const made = { ...bulk, at: 2, by: 'li', created: 20, updated: 60, removed: 40 };
        expect(await bulkChanges.find(Scope.of('a'), 'c1')).toEqual(made);
        expect(await bulkChanges.find(Scope.of('b'), 'c1')).toBeUndefined();
        const [newest] = await bulkChanges.list(Scope.all, { limit: 1 });
        expect(newest).toMatchObject({
          id: 'c2',
          source: 'undo',
          undoes: 'c1',
          file: undefined,
          removed: 20,
        });
        expect(await bulkChanges.list(Scope.of('a'), { limit: 9, after: newest })).toEqual([made]);
        expect(await bulkChanges.list(Scope.of('b'), { limit: 9 })).toEqual([]);
        const first = await bulkChanges.items(made, 50);
        const rest = await bulkChanges.items(made, 99, first.at(-1)!.seq);
        expect([first.length, rest.length]).toEqual([50, 70]);
        const byName = new Map([...first, ...rest].map(({ seq: _, ...item }) => [item.name, item]));
        const item = (name: string) => ({ entityId: name, kind: 'queue', name });
        expect(byName.get('e000')).toEqual({ ...item('e000'), revision: 2, before: '{}', after: '{"x":1}' });
        expect(byName.get('e060')).toEqual({ ...item('e060'), revision: 2, before: '{}', after: undefined });
        expect(byName.get('e110')).toEqual({ ...item('e110'), revision: 1, before: undefined, after: '{}' });
        expect(await bulkChanges.items({ id: 'c1', tenantId: 'b' }, 9)).toEqual([]);
      });

      it('are not changed by who does not know the last change', async () => {
        const first = { put: [entity('1')], removed: [], at: 1, by: 'x' };
        const known = await store.entities.revision();
        const { revision: after } = await store.entities.change(first, known);
        expect(await store.entities.revision()).toBe(after);
        const late = { put: [entity('2')], removed: [], at: 2, by: 'x' };
        await expect(store.entities.change(late, known)).rejects.toThrow(OutdatedError);
        expect((await store.entities.all()).map(({ id }) => id)).toEqual(['1']);
        await store.entities.change(late, after);
      });

      it('may have the same name in two companies', async () => {
        const both = [entity('1', { name: 'vip' }), entity('2', { name: 'vip', tenantId: 'b' })];
        await store.entities.change({ put: both, removed: [], at: 1, by: 'x' });
        expect(await store.entities.all()).toEqual(both);
      });
    });

    describe('answers to requests with a key', () => {
      const request = { principal: 'li@a', tenantId: 'a', key: 'k1', fingerprint: 'f' };
      const answer = { status: 201, headers: { location: '/x' }, body: '{"id":"陈"}' };

      it('are kept for who asked, for his company, until they are old', async () => {
        const { answers } = store;
        expect(await answers.begin(request, 100, 0)).toBeUndefined();
        const running = { fingerprint: 'f', at: 100, answer: undefined };
        expect(await answers.begin({ ...request, fingerprint: 'other' }, 110, 0)).toEqual(running);
        await answers.end(request, answer);
        expect(await answers.begin(request, 120, 0)).toEqual({ ...running, answer });
        for (const other of [{ principal: 'key crm@a' }, { tenantId: 'b' }, { key: 'k2' }])
          expect(await answers.begin({ ...request, ...other }, 120, 0)).toBeUndefined();
        expect(await answers.begin(request, 130, 101)).toBeUndefined();
      });

      it('that came to nothing are forgotten', async () => {
        const { answers } = store;
        await answers.begin(request, 100, 0);
        await answers.forget(request);
        expect(await answers.begin(request, 101, 0)).toBeUndefined();
      });

      it('are of one request when many come at once', async () => {
        const { answers } = store;
        const found = await Promise.all(Array.from({ length: 20 }, () => answers.begin(request, 100, 0)));
        expect(found.filter((former) => former === undefined)).toHaveLength(1);
      });
    });

    it('links to recordings are kept, found by what is stored of their tokens, ended and forgotten', async () => {
      const { shares } = store;
      const share = (id: string, more: Partial<RecordingShare> = {}): RecordingShare => ({
        id,
        tenantId: 'a',
        callId: 'c1',
        no: 0,
        tokenHash: `hash of ${id}`,
        createdAt: MONDAY_10,
        createdBy: 'li@a',
        endsAt: MONDAY_10 + 1000,
        revokedAt: undefined,
        ...more,
      });
      for (const made of [
        share('1'),
        share('2', { createdAt: MONDAY_10 + 1 }),
        share('3', { tenantId: 'b' }),
      ])
        await shares.add(made);
      expect(await shares.withToken('hash of 2')).toEqual(share('2', { createdAt: MONDAY_10 + 1 }));
      expect(await shares.withToken('2')).toBeUndefined();
      const of = async (scope: Scope, no = 0) =>
        (await shares.of(scope, { callId: 'c1', no })).map(({ id }) => id);
      expect([await of(Scope.of('a')), await of(Scope.of('b')), await of(Scope.all, 1)]).toEqual([
        ['2', '1'],
        ['3'],
        [],
      ]);
      expect(await shares.revoke(Scope.of('b'), '1', MONDAY_10 + 5), 'of another company').toBeUndefined();
      const revoked = share('1', { revokedAt: MONDAY_10 + 5 });
      expect(await shares.revoke(Scope.of('a'), '1', MONDAY_10 + 5)).toEqual(revoked);
      expect(await shares.withToken('hash of 1')).toEqual(revoked);
      expect(await shares.revoke(Scope.of('a'), '1', MONDAY_10 + 6), 'again').toBeUndefined();
      expect(await shares.revoke(Scope.of('a'), '2', MONDAY_10 + 1000), 'over').toBeUndefined();
      expect([await shares.drop(MONDAY_10 + 1000), await shares.drop(MONDAY_10 + 1001)]).toEqual([0, 3]);
    });

    it('links to wallboards are kept, found by what is stored of their tokens, revoked and forgotten', async () => {
      const { wallboardLinks: links } = store;
      const link = (id: string, more: Partial<WallboardLink> = {}): WallboardLink => ({
        ...{ id, tenantId: 'a', wallboard: 'hall', title: '大厅', tokenHash: `hash of ${id}` },
        ...{ createdAt: MONDAY_10, createdBy: 'li@a', revokedAt: undefined },
        ...more,
      });
      const second = link('2', { createdAt: MONDAY_10 + 1 });
      for (const made of [link('1'), second, link('3', { tenantId: 'b' })]) await links.add(made);
      expect(await links.withToken('hash of 2')).toEqual(second);
      expect(await links.withToken('2')).toBeUndefined();
      const of = async (scope: Scope, wallboard = 'hall') =>
        (await links.of(scope, wallboard)).map(({ id }) => id);
      expect([await of(Scope.of('a')), await of(Scope.of('b')), await of(Scope.of('a'), 'x')]).toEqual([
        ['2', '1'],
        ['3'],
        [],
      ]);
      expect(await links.revoke(Scope.of('b'), '1', MONDAY_10 + 5), 'of another company').toBeUndefined();
      const revoked = link('1', { revokedAt: MONDAY_10 + 5 });
      expect(await links.revoke(Scope.of('a'), '1', MONDAY_10 + 5)).toEqual(revoked);
      expect(await links.withToken('hash of 1')).toEqual(revoked);
      expect(await links.revoke(Scope.of('a'), '1', MONDAY_10 + 6), 'again').toBeUndefined();
      const dropped = [
        await links.drop('a', MONDAY_10 + 5),
        await links.drop('b', MONDAY_10 + 6),
        await links.drop('a', MONDAY_10 + 6),
      ];
      expect([dropped, (await of(Scope.all)).toSorted()]).toEqual([
        [0, 0, 1],
        ['2', '3'],
      ]);
    });

    it('webhooks move from where they are known to be only, with what became of an event', async () => {
      const { webhooks } = store;
      const hook: Webhook = {
        ...{
          id: 'w1',
          tenantId: 'a',
          url: 'https://crm.example/',
          title: '客户',
          topics: ['calls'],
          resources: ['call', 'queue'],
          types: [],
        },
        ...{ seesNumbers: true, state: 'on', secret: 'whsec_1', oldSecret: { secret: 'whsec_0', until: 9 } },
        ...{ cursor: 4, attempts: 0, nextAt: 0, createdAt: MONDAY_10, createdBy: 'li@a', revision: 1 },
      };
      const delivery = (seq: number): Delivery => ({
        ...{ webhookId: 'w1', tenantId: 'a', seq, type: 'call.ended', state: 'delivered', attempts: 1 },
        ...{ at: MONDAY_10, tookMs: 3, status: 200, error: undefined },
      });
      await webhooks.add(hook);
      await webhooks.add({ ...hook, id: 'w2', tenantId: 'b', oldSecret: undefined });
      expect(await webhooks.find(Scope.of('a'), 'w1')).toEqual(hook);
      expect(await webhooks.find(Scope.of('b'), 'w1')).toBeUndefined();
      expect(await webhooks.count('a')).toBe(1);
      expect(await webhooks.list(Scope.all, { limit: 9, after: 'w1' })).toHaveLength(1);
      const to = { cursor: 5, attempts: 0, nextAt: 0, state: 'on' } as const;
      expect(await webhooks.move('w1', 4, to, delivery(5))).toBe(true);
      expect(await webhooks.move('w1', 4, to, delivery(5))).toBe(false);
      const seqs = async (scope: Scope, before?: number) =>
        (await webhooks.deliveries(scope, 'w1', { limit: 9, before })).map(({ seq }) => seq);
      for (const seq of [6, 7, 7]) await webhooks.keep(delivery(seq));
      expect(await webhooks.deliveries(Scope.all, 'w1', { limit: 1, before: 6 })).toEqual([delivery(5)]);
      expect([await seqs(Scope.of('a'), 7), await seqs(Scope.of('b'))]).toEqual([[6, 5], []]);
      await webhooks.forget(MONDAY_10, 2);
      expect(await seqs(Scope.all)).toEqual([7, 6]);
      const changed = { ...hook, title: 'x', revision: 2 };
      expect([await webhooks.put(changed, MONDAY_10 + 5), await webhooks.put(changed, 0)]).toEqual([
        true,
        false,
      ]);
      expect(await webhooks.changedSince(MONDAY_10 + 1)).toEqual([{ ...changed, cursor: 5 }]);
      const claims: readonly (readonly [string, number, number])[] = [
        ['n', 10, 20],
        ['m', 15, 25],
        ['n', 16, 30],
        ['m', 31, 40],
      ];
      const claimed = [];
      for (const claim of claims) claimed.push(await webhooks.claim(...claim));
      expect(claimed).toEqual([true, false, true, true]);
      expect([
        await webhooks.remove(Scope.of('b'), 'w1'),
        await webhooks.remove(Scope.of('a'), 'w1'),
      ]).toEqual([false, true]);
      expect(await seqs(Scope.all)).toEqual([]);
    });

    describe('jobs', () => {
      const job = (id: string, more: Partial<Job> = {}): Job => ({
        id,
        tenantId: 'a',
        kind: 'import',
        by: 'li@a',
        state: 'running',
        done: 0,
        total: undefined,
        startedAt: MONDAY_10,
        endedAt: undefined,
        result: undefined,
        error: undefined,
        file: undefined,
        ...more,
      });

      it('are kept as they were at last, the newest first, each for its company', async () => {
        const { jobs } = store;
        const file = { name: 'wrong.csv', type: 'text/csv', bytes: 7 };
        const over: Job = {
          ...job('1', { done: 3, total: 4, endedAt: MONDAY_10 + 5, file }),
          state: 'done',
          result: { taken: ['陈 \u{1f600}'] },
        };
        await jobs.add(job('1'));
        await jobs.add(job('2', { kind: 'replay' }));
        await jobs.add(job('3', { tenantId: 'b', startedAt: MONDAY_10 + 1 }));
        await jobs.put(over, MONDAY_10 + 5);
        expect(await jobs.find(Scope.of('a'), '1')).toEqual(over);
        expect(await jobs.find(Scope.of('b'), '1')).toBeUndefined();
        const ids = async (scope: Scope, page: Partial<JobPage> = {}) =>
          (await jobs.list(scope, { limit: 9, ...page })).map(({ id }) => id);
        expect(await ids(Scope.all)).toEqual(['3', '2', '1']);
        expect(await ids(Scope.all, { after: { startedAt: MONDAY_10, id: '2' } })).toEqual(['1']);
        expect(await ids(Scope.of('a'), { limit: 1 })).toEqual(['2']);
        expect(await ids(Scope.of('a'), { state: 'done' })).toEqual(['1']);
        expect(await ids(Scope.of('a'), { kind: 'replay' })).toEqual(['2']);
        expect(await jobs.drop(MONDAY_10 + 5)).toBe(0);
        expect(await jobs.drop(MONDAY_10 + 6)).toBe(1);
        expect(await ids(Scope.of('a'))).toEqual(['2']);
      });

      it('that nobody works at are interrupted, and their streams told', async () => {
        const { jobs } = store;
        await jobs.add(job('1'));
        await jobs.add(job('2', { state: 'waiting' }));
        await jobs.add(job('3', { state: 'failed', endedAt: 1, error: 'no' }));
        expect(await jobs.interrupt({ own: false }, 9), 'this node works at them').toBe(0);
        expect(await jobs.interrupt({ own: true }, 9)).toBe(2);
        expect(await jobs.find(Scope.all, '2')).toEqual(job('2', { state: 'interrupted', endedAt: 9 }));
        const events = await store.events.read('a', 0, 9);
        const told = events.map((event) => (event.type === 'job' ? `${event.job} ${event.did}` : ''));
        expect(told).toEqual(['1 begin', '2 begin', '3 begin', '1 interrupt', '2 interrupt']);
      });
    });

    describe('versions of hotlines', () => {
      const hotline = (body: string, revision = 1): StoredEntity => ({
        id: 'h',
        tenantId: 'a',
        kind: 'hotline',
        name: '4001234567',
        revision,
        body,
      });
      const put = (body: string, at: number, more: Partial<StoredChange> = {}) =>
        store.entities.change({ put: [hotline(body, at)], removed: [], at, by: 'li', ...more });
      const of = () => store.hotlineVersions.of('a', '4001234567');
      const states = async () => (await of()).map(({ version, state }) => `${version} ${state}`);

      it('are made by each change of the entity, which says which one it is', async () => {
        expect((await put('{"v":1}', 1)).versions).toEqual(new Map([['h', 1]]));
        expect((await put('{"v":2}', 2, { by: 'wang' })).versions).toEqual(new Map([['h', 2]]));
        expect(await store.entities.all()).toMatchObject([{ body: '{"v":2}', version: 2 }]);
        expect(await states()).toEqual(['2 published', '1 retired']);
        expect(await store.hotlineVersions.get('a', '4001234567', 1)).toEqual({
          ...{
            tenant: 'a',
            hotline: '4001234567',
            version: 1,
            state: 'retired',
            base: undefined,
            comment: '',
          },
          ...{ changedBy: 'li', changedAt: 1, publishedBy: 'li', publishedAt: 1, canary: undefined },
          ...{ revision: 2, body: '{"v":1}' },
        });
        expect(await store.hotlineVersions.get('b', '4001234567', 1)).toBeUndefined();
      });

      it('keep drafts and those that take a part of the calls, until the hotline goes', async () => {
        await put('{"v":1}', 1);
        const next = { ...(await of())[0]!, base: 1, state: 'draft', publishedAt: undefined } as const;
        const draft = { ...next, version: 2, publishedBy: undefined, comment: '' };
        await store.hotlineVersions.change('a', '4001234567', (versions) => {
          expect(versions).toHaveLength(1);
          return { put: [{ ...draft, comment: 'new menu', body: '{"wrong":1}' }], dropped: [] };
        });
        expect(await store.hotlineVersions.canaries()).toEqual([]);
        await store.hotlineVersions.change('a', '4001234567', ([two]) => ({
          put: [{ ...two!, state: 'canary', canary: { callers: ['13800138000'] } }],
          dropped: [],
        }));
        expect(await store.hotlineVersions.canaries()).toMatchObject([
          { version: 2, canary: { callers: ['13800138000'] }, comment: 'new menu', body: '{"wrong":1}' },
        ]);
        const refused = store.hotlineVersions.change('a', '4001234567', () => {
          throw new OutdatedError();
        });
        await expect(refused).rejects.toThrow(OutdatedError);
        await store.entities.change({ put: [], removed: [hotline('')], at: 3, by: 'li' });
        expect(await states()).toEqual(['2 retired', '1 retired']);
        expect((await put('{"v":3}', 4)).versions).toEqual(new Map([['h', 3]]));
      });

      it('are published again, unless something else was meanwhile; then nothing has changed', async () => {
        await put('{"v":1}', 1);
        await put('{"v":2}', 2);
        const back = { version: 1, revision: 2, instead: 2, comment: 'back' };
        const publications = new Map([['h', back]]);
        expect((await put('{"v":1}', 3, { publications })).versions).toEqual(new Map([['h', 1]]));
        expect(await states()).toEqual(['2 retired', '1 published']);
        expect(await of()).toMatchObject([{}, { comment: 'back', changedAt: 1, publishedAt: 3 }]);
        const late = put('{"v":2}', 4, { publications: new Map([['h', { ...back, version: 2 }]]) });
        await expect(late).rejects.toThrow(
          'version 1 was published meanwhile, by li at 1970-01-01T00:00:00.003Z',
        );
        expect(await store.entities.all()).toMatchObject([{ body: '{"v":1}', version: 1 }]);
      });
    });

    describe('people who sign in', () => {
      const li: User = {
        id: 'u1',
        tenantId: 'a',
        login: 'li',
        name: '李雷',
        roles: ['supervisor', 'auditor'],
        isActive: true,
        agent: undefined,
        department: 'sales',
        password: '$argon2id$',
        mustChange: true,
        secondFactor: undefined,
        reseller: undefined,
        createdAt: MONDAY_10,
        revision: 1,
      };
      const session: Session = {
        id: 's1',
        userId: 'u1',
        tenantId: 'a',
        tokenHash: 'h1',
        createdAt: MONDAY_10,
        seenAt: MONDAY_10,
        endsAt: MONDAY_10 + 1000,
        address: '192.0.2.1',
        device: 'Firefox \u0000',
      };

      it('are found in their company only, page by page', async () => {
        const { users } = store.auth;
        const all = [
          li,
          { ...li, id: 'u2', login: 'wang' },
          { ...li, id: 'u3', tenantId: 'b', reseller: 'north' },
        ];
        for (const user of all) expect(await users.add(user)).toBe(true);
        expect(await users.add({ ...li, id: 'u4', name: 'another' })).toBe(false);
        expect(await users.list(Scope.all, { limit: 9 })).toEqual(all);
        expect(await users.list(Scope.all, { limit: 9, after: li })).toEqual(all.slice(1));
        expect(await users.list(Scope.of('a'), { limit: 1, after: li })).toEqual([all[1]]);
        expect(await users.list(Scope.of('c'), { limit: 9 })).toEqual([]);
        expect(await users.find(Scope.of('a'), 'u1')).toEqual(li);
        expect(await users.find(Scope.of('b'), 'u1')).toBeUndefined();
        expect(await users.withLogin('b', 'li')).toEqual(all[2]);
        expect(await users.withLogin('b', 'wang')).toBeUndefined();
      });

      it('are found by what they are called, have, and did last', async () => {
        const { users } = store.auth;
        await users.add(li);
        await users.add({
          ...li,
          id: 'u2',
          login: 'w_ang',
          name: 'Wang',
          agent: '8001',
          department: undefined,
        });
        await users.add({ ...li, id: 'u3', login: 'zhao', roles: ['audit'], isActive: false });
        const found = async (filter: object) =>
          (await users.list(Scope.of('a'), { limit: 9, ...filter })).map(({ id }) => id);
        expect(await found({ q: 'w_a' })).toEqual(['u2']);
        expect(await found({ q: 'h_a' }), 'nothing stands for any letter').toEqual([]);
        expect(await found({ q: '雷' })).toEqual(['u1', 'u3']);
        expect(await found({ q: 'wang' }), 'of a name in any case').toEqual(['u2']);
        expect(await found({ q: '800' })).toEqual(['u2']);
        expect(await found({ role: 'audit' }), 'no other that begins so').toEqual(['u3']);
        expect(await found({ isActive: true })).toEqual(['u1', 'u2']);
        expect(await found({ department: { name: 'sales', agents: [] } })).toEqual(['u1', 'u3']);
        expect(await found({ department: { name: 'x', agents: ['8001', '8002'] } })).toEqual(['u2']);
        expect(await found({ awaySince: 1 }), 'never').toEqual(['u1', 'u2', 'u3']);
        await users.signedIn('u1', 1000);
        await users.signedIn('nobody', 1000);
        expect(await found({ awaySince: 1000 })).toEqual(['u2', 'u3']);
        expect(await found({ awaySince: 1001, isActive: true })).toEqual(['u1', 'u2']);
        expect(await users.change({ ...li, name: 'Li', revision: 2 })).toBe(true);
        expect(await users.find(Scope.of('a'), 'u1')).toEqual({
          ...li,
          name: 'Li',
          signedInAt: 1000,
          revision: 2,
        });
      });

      it('are one an agent of their company', async () => {
        const { users } = store.auth;
        const agent = { ...li, agent: '8001' };
        expect(await users.add(agent)).toBe(true);
        const wang = { ...li, id: 'u2', login: 'wang' };
        expect(await users.add({ ...wang, agent: '8001' })).toBe(false);
        expect(await users.add(wang)).toBe(true);
        expect(await users.add({ ...agent, id: 'u3', tenantId: 'b' })).toBe(true);
        expect(await users.change({ ...wang, agent: '8001', revision: 2 })).toBe(false);
        expect(await users.withAgent('a', '8001')).toEqual(agent);
        expect(await users.withAgent('a', '8002')).toBeUndefined();
        expect(await users.change({ ...agent, agent: undefined, revision: 2 })).toBe(true);
        expect(await users.change({ ...wang, agent: '8001', revision: 2 })).toBe(true);
        expect((await users.withAgent('a', '8001'))?.id).toBe('u2');
      });

      it('are taken by the hundred, all or none, as a change that says what each was', async () => {
        const { users, sessions } = store.auth;
        const many = Array.from({ length: 120 }, (_, at): User => {
          return { ...li, id: `m${at}`, login: `m${String(at).padStart(3, '0')}`, agent: `80${at}` };
        });
        const other = { ...li, id: 'b1', tenantId: 'b' };
        await users.add(other);
        const noted = (id: string) => {
          return { id, source: 'import', file: '账号.csv', undoes: undefined, at: 5, by: 'wang' } as const;
        };
        const nobody = { tenantId: 'a', added: [], changed: [], removed: [] };
        const take = (id: string, what: object) => users.takeMany({ ...nobody, ...what, noted: noted(id) });
        const all = async () => await users.list(Scope.of('a'), { limit: 999 });
        expect(await take('c1', { added: many })).toBe(true);
        expect(await all()).toEqual(many);
        const profile = (agent: string | undefined) => {
          return { name: '新', roles: ['agent'], agent, department: undefined, isActive: false };
        };
        // Agents change hands: each is the one of the next.
        const changed = many
          .slice(0, 60)
          .map((user, at) => ({ user, profile: profile(`80${(at + 1) % 60}`) }));
        await sessions.add({ ...session, userId: 'm100' });
        const fresh = { ...li, id: 'n1', login: 'm100', agent: '80100' };
        expect(await take('c2', { added: [fresh], changed, removed: many.slice(100) })).toBe(true);
        const now = await all();
        expect(now.map(({ login, agent, revision }) => [login, agent, revision])).toEqual([
          ...many.slice(0, 60).map(({ login }, at) => [login, `80${(at + 1) % 60}`, 2]),
          ...many.slice(60, 100).map(({ login, agent }) => [login, agent, 1]),
          ['m100', '80100', 1],
        ]);
        expect(now[0]).toEqual({ ...many[0], ...profile('801'), revision: 2 });
        expect(await sessions.withToken('h1')).toBeUndefined();
        expect(await users.find(Scope.all, 'b1')).toEqual(other);

        // Nothing of it is done where somebody is not as he was read, or a login or an agent is another's.
        const outdated = { user: many[1]!, profile: profile(undefined) };
        const some = { ...li, id: 'n2', login: 'some' };
        const taken = { user: now[5]!, profile: profile('80100') };
        for (const what of [
          { added: [some], changed: [outdated] },
          { added: [some], changed: [taken] },
          { added: [some], removed: [many[2]!] },
          { added: [some, { ...some, id: 'n3', login: 'm070' }] },
          { added: [some, { ...some, id: 'n3', login: 'new', agent: '8070' }] },
        ])
          expect(await take('c3', what)).toBe(false);
        expect(await all()).toEqual(now);
        const { bulkChanges } = store;
        expect(await bulkChanges.find(Scope.all, 'c3')).toBeUndefined();
        expect(await bulkChanges.find(Scope.of('b'), 'c2')).toBeUndefined();
        const made = { tenantId: 'a', kind: 'user', ...noted('c2'), created: 1, updated: 60, removed: 20 };
        expect(await bulkChanges.find(Scope.of('a'), 'c2')).toEqual(made);
        const items = await bulkChanges.items(made, 999);
        const byName = new Map(items.map(({ seq: _, ...item }) => [item.entityId, item]));
        const [first] = many as [User];
        const text = ({ name, roles, agent, department, isActive }: typeof li | ReturnType<typeof profile>) =>
          JSON.stringify({ name, roles, agent, department, isActive });
        expect([items.length, byName.get('m0')]).toEqual([
          81,
          {
            ...{ entityId: 'm0', kind: 'user', name: 'm000', revision: 2 },
            ...{ before: text(first), after: text(profile('801')) },
          },
        ]);
        expect(byName.get('m119')).toMatchObject({ revision: 2, before: text(many[119]!), after: undefined });
        expect(byName.get('n1')).toMatchObject({ revision: 1, before: undefined, after: text(fresh) });
        // Changed otherwise in between, he is noted as he was found.
        const found = { ...now[0]!, name: 'x', revision: 3 };
        await users.change(found);
        expect(await take('c4', { changed: [{ user: found, profile: profile(undefined) }] })).toBe(true);
        const [last] = await bulkChanges.items({ id: 'c4', tenantId: 'a' }, 9);
        expect(last).toMatchObject({ revision: 4, before: text(found), after: text(profile(undefined)) });
        expect(await store.entities.isUntouched()).toBe(true);
      });

      it('are changed and removed by who knows them as they are, with their sessions', async () => {
        const { users, sessions } = store.auth;
        await users.add(li);
        const changed = { ...li, isActive: false, mustChange: false, roles: [], revision: 2 };
        expect(await users.change(changed)).toBe(true);
        expect(await users.change({ ...changed, name: 'late' })).toBe(false);
        expect(await users.find(Scope.all, 'u1')).toEqual(changed);
        await sessions.add(session);
        expect(await users.remove(li)).toBe(false);
        expect(await sessions.withToken('h1')).toBeDefined();
        expect(await sessions.withHolder('h1')).toEqual({
          session: await sessions.withToken('h1'),
          user: changed,
        });
        expect(await sessions.withHolder('another')).toBeUndefined();
        const acting = { tenantId: 'b', userId: undefined, reason: 'help', since: 1 };
        expect(await sessions.act(session.id, acting)).toBe(true);
        expect((await sessions.withHolder('h1'))?.session).toMatchObject({
          acting: { reason: 'help' },
          tenantId: session.tenantId,
          createdAt: session.createdAt,
        });
        expect(await users.remove(changed)).toBe(true);
        expect(await sessions.withToken('h1')).toBeUndefined();
        expect(await sessions.withHolder('h1')).toBeUndefined();
        expect(await users.list(Scope.all, { limit: 9 })).toEqual([]);
      });

      it('have roles that their companies have made, which stay while somebody has them', async () => {
        const { users, roles } = store.auth;
        const lead: CompanyRole = {
          ...{ id: 'r1', tenantId: 'a', name: 'lead', title: { en: 'Lead \u0000', zh: '组长' } },
          ...{ rights: [{ permission: 'call:read', reach: 'subtree' }], createdAt: MONDAY_10, revision: 1 },
        };
        const kept = { ...lead, title: { en: lead.title.en.replace('\u0000', '\ufffd'), zh: '组长' } };
        const isMemory = engine.name === 'memory';
        const known = isMemory ? lead : kept;
        const others = [
          { ...kept, id: 'r2', name: 'checker' },
          { ...kept, id: 'r3', tenantId: 'b' },
        ];
        for (const role of [lead, ...others]) expect(await roles.add(role)).toBe(true);
        expect(await roles.add({ ...lead, id: 'r4' })).toBe(false);
        expect(await roles.list(Scope.all)).toEqual([others[0], known, others[1]]);
        expect(await roles.list(Scope.of('a'))).toEqual([others[0], known]);
        expect(await roles.list(Scope.of('c'))).toEqual([]);
        expect(await roles.named('a', ['lead', 'none'])).toEqual([known]);
        expect(await roles.named('b', ['checker'])).toEqual([]);

        const changed: CompanyRole = { ...kept, rights: [], revision: 2 };
        expect([await roles.change(changed), await roles.change(changed)]).toEqual([true, false]);
        expect(await roles.named('a', ['lead'])).toEqual([changed]);

        const first = { ...li, roles: ['supervisor', 'lead'] };
        const second = { ...li, id: 'u2', login: 'wang', roles: ['lead'] };
        const all = [first, second, { ...first, id: 'u3', tenantId: 'b' }];
        for (const user of all) await users.add(user);
        await users.add({ ...li, id: 'u4', login: 'zhao', roles: ['mislead', 'leader'] });
        expect((await users.withRole('a', 'lead')).map(({ id }) => id)).toEqual(['u1', 'u2']);
        expect([await roles.remove(kept), await roles.remove(changed)]).toEqual([false, false]);
        for (const user of all.slice(0, 2)) await users.change({ ...user, roles: [], revision: 2 });
        expect([await roles.remove(changed), await roles.remove(changed)]).toEqual([true, false]);
        expect((await roles.list(Scope.all)).map(({ id }) => id)).toEqual(['r2', 'r3']);
      });

      it('use each code of an app once, whoever changes them meanwhile', async () => {
        const { users } = store.auth;
        const secondFactor = { secret: 'S', recovery: ['r1', 'r2'], usedStep: 0 };
        await users.add({ ...li, secondFactor });
        expect([
          await users.useStep('u1', 7),
          await users.useStep('u1', 7),
          await users.useStep('u1', 6),
        ]).toEqual([true, false, false]);
        expect(await users.useStep('u9', 7)).toBe(false);
        const less = { ...secondFactor, recovery: ['r2'] };
        expect(await users.change({ ...li, secondFactor: less, revision: 2 })).toBe(true);
        expect((await users.withLogin('a', 'li'))?.secondFactor).toEqual({ ...less, usedStep: 7 });
        expect((await users.withApp(false, 9)).map(({ id }) => id)).toEqual(['u1']);
        expect(await users.withApp(true, 9)).toEqual([]);
        await users.add({ ...li, id: 'u2', login: 'wang' });
        const sealed = { ...less, secret: 's1.a.b', usedStep: 0 };
        await users.add({ ...li, id: 'u3', login: 'zhao', secondFactor: sealed });
        expect((await users.withApp(true, 9)).map(({ secondFactor }) => secondFactor)).toEqual([sealed]);
        expect(await users.withApp(false, 9)).toHaveLength(1);
        expect(await users.withApp(false, 0)).toEqual([]);
        await users.change({ ...li, revision: 3 });
        expect(await users.find(Scope.all, 'u1')).toEqual({ ...li, revision: 3 });
      });

      it('have sessions that are seen, listed, ended and forgotten', async () => {
        const { sessions } = store.auth;
        const later = {
          ...session,
          id: 's2',
          tokenHash: 'h2',
          createdAt: MONDAY_10 + 1,
          endsAt: MONDAY_10 + 9000,
        };
        const others = { ...session, id: 's3', tokenHash: 'h3', userId: 'u2' };
        for (const each of [session, later, others]) await sessions.add(each);
        await sessions.seen('s2', MONDAY_10 + 500);
        expect((await sessions.of('u1')).map(({ id, seenAt }) => [id, seenAt])).toEqual([
          ['s2', MONDAY_10 + 500],
          ['s1', MONDAY_10],
        ]);
        const acting = { tenantId: 'b', userId: 'u9', reason: 'help \u0000', since: MONDAY_10 };
        const whom = async () => (await sessions.withToken('h2'))?.acting;
        expect([await sessions.act('s2', acting), await sessions.act('s9', acting)]).toEqual([true, false]);
        expect(await whom()).toMatchObject({ ...acting, reason: expect.stringMatching(/^help ./) });
        await sessions.act('s2', { ...acting, userId: undefined });
        expect((await whom())?.userId).toBeUndefined();
        await sessions.act('s2', undefined);
        expect(await whom()).toBeUndefined();
        expect(await sessions.end('u1', 's3')).toBe(false);
        expect(await sessions.end('u2', 's3')).toBe(true);
        await sessions.endOthers('u1', 's2');
        expect((await sessions.of('u1')).map(({ id }) => id)).toEqual(['s2']);
        await sessions.dropEnded(MONDAY_10 + 8999, MONDAY_10 + 499);
        expect(await sessions.withToken('h2')).toMatchObject({ id: 's2' });
        await sessions.dropEnded(MONDAY_10 + 8999, MONDAY_10 + 500);
        expect(await sessions.withToken('h2')).toBeUndefined();
        await sessions.add({ ...later, endsAt: 1 });
        await sessions.dropEnded(1, 0);
        expect(await sessions.of('u1')).toEqual([]);
      });
    });

    it('keeps the keys of machines', async () => {
      const { apiKeys } = store.auth;
      const key: ApiKey = {
        id: 'k1',
        tenantId: 'a',
        name: 'crm',
        prefix: 'pbx_12345678',
        secretHash: 'h1',
        permissions: ['call:read', 'call:create'],
        addresses: ['192.0.2.0/24'],
        createdAt: MONDAY_10,
        createdBy: 'li@a',
        endsAt: MONDAY_10 + 1000,
        usedAt: undefined,
      };
      const all = [
        key,
        { ...key, id: 'k2', name: 'erp', secretHash: 'h2', endsAt: undefined, addresses: [] },
        { ...key, id: 'k3', tenantId: 'b', secretHash: 'h3' },
      ];
      for (const each of all) expect(await apiKeys.add(each)).toBe(true);
      expect(await apiKeys.add({ ...key, id: 'k4', secretHash: 'h4' })).toBe(false);
      expect(await apiKeys.list(Scope.all, { limit: 9 })).toEqual(all);
      expect(await apiKeys.list(Scope.of('a'), { limit: 9, after: key })).toEqual([all[1]]);
      expect(await apiKeys.list(Scope.of('c'), { limit: 9 })).toEqual([]);
      await apiKeys.used('k1', MONDAY_10 + 5);
      expect(await apiKeys.withSecret('h1')).toEqual({ ...key, usedAt: MONDAY_10 + 5 });
      expect(await apiKeys.withSecret('h4')).toBeUndefined();
      expect(await apiKeys.remove(Scope.of('b'), 'k1')).toBeUndefined();
      expect(await apiKeys.remove(Scope.of('a'), 'k1')).toMatchObject({ name: 'crm' });
      expect((await apiKeys.list(Scope.all, { limit: 1 })).map(({ id }) => id)).toEqual(['k2']);
    });

    it('keeps the switches that are on', async () => {
      const night = { tenant: 'a', name: 'night', untilMs: undefined };
      await store.switches.replace([night, { ...night, name: 'cut', untilMs: 5000 }]);
      await store.switches.replace([{ ...night, tenant: 'b', untilMs: 7000 }, night]);
      await store.switches.turn({ ...night, name: 'fire' }, true, 5);
      await store.switches.turn({ ...night, name: 'fire', untilMs: 1 }, true, 5);
      await store.switches.turn({ ...night, name: 'fire' }, false, 5);
      await store.switches.turn({ ...night, tenant: 'b', name: 'unknown' }, false, 5);
      const on = await store.switches.all();
      expect(on.toSorted((one, other) => (one.tenant < other.tenant ? -1 : 1))).toEqual([
        night,
        { ...night, tenant: 'b', untilMs: 7000 },
      ]);
    });

    it('adds up what calls outside cost in an hour, and forgets it', async () => {
      const own = { tenant: 'a', extension: '8001', hour: 3_600_000, calls: 1, ms: 0, spend: 0 };
      const all = { ...own, extension: '' };
      await store.outsideUse.add([own, all]);
      await store.outsideUse.add([{ ...own, calls: 0, ms: 61_000, spend: 300 }]);
      await store.outsideUse.add([
        { ...own, hour: 7_200_000 },
        { ...own, tenant: 'b' },
      ]);
      const key = ({ tenant, extension, hour }: typeof own) => `${tenant}/${extension}/${hour}`;
      const since = async (from: number) =>
        (await store.outsideUse.since(from)).toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
      const used = { ...own, ms: 61_000, spend: 300 };
      expect(await since(0)).toEqual([all, used, { ...own, hour: 7_200_000 }, { ...own, tenant: 'b' }]);
      await store.outsideUse.forget('a', '8001');
      expect(await since(0)).toEqual([all, { ...own, tenant: 'b' }]);
      await store.outsideUse.drop(3_600_001);
      expect(await since(0)).toEqual([]);
    });

    it('remembers what a caller chose last, and forgets what is old', async () => {
      const chosen = { tenant: 'a', number: '13800138000', what: 'language', value: 'yue', at: 5 } as const;
      const { callerMemory } = store;
      for (const value of ['yue', 'english']) await callerMemory.put({ ...chosen, value });
      await callerMemory.put({ ...chosen, tenant: 'b' });
      await callerMemory.put({ ...chosen, number: '', at: 4 });
      expect(await callerMemory.get('a', '13800138000', 'language')).toEqual({ ...chosen, value: 'english' });
      expect(await callerMemory.get('a', '13800138001', 'language')).toBeUndefined();
      await callerMemory.forget('b', '13800138001', 'language');
      await callerMemory.put({ ...chosen, number: '13800138002' });
      await callerMemory.forget('a', '13800138002', 'language');
      expect(await callerMemory.get('a', '13800138002', 'language')).toBeUndefined();
      expect([await callerMemory.drop('a', 5), await callerMemory.drop('a', 6)]).toEqual([1, 1]);
      expect(await callerMemory.get('a', '13800138000', 'language')).toBeUndefined();
      expect(await callerMemory.get('b', '13800138000', 'language')).toEqual({ ...chosen, tenant: 'b' });
    });

    it('keeps how agents stand, until they are gone', async () => {
      const { agentStandings } = store;
      const break_ = { tenant: 'a', agent: '8001', standing: '{"wish":{"state":"break","reason":"tea"}}' };
      await agentStandings.put({ ...break_, standing: '{}' });
      await agentStandings.put(break_);
      await agentStandings.put({ ...break_, tenant: 'b' });
      await agentStandings.drop('b', '8001');
      await agentStandings.drop('b', '8002');
      expect(await agentStandings.all()).toEqual([break_]);
    });

    it('closes twice without harm', async () => {
      await store.close();
      await store.close();
    });
  });
}
