/** Holds, deletion and erasure on each database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { Callback } from '../../../src/callback/callback.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { TABLE_FACTS, type TableFacts } from '../../../src/store/table-facts.ts';
import type { Erased, Hold, OldCall } from '../../../src/store/upkeep.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const PERSON = '13800138000';
const DAY_MS = 86_400_000;

/** A call of the person: recorded, with digits keyed and a message. */
function personCall(callId: string, tenantId: string, at = MONDAY_10): CallScript {
  return new CallScript(callId, { tenantId, at })
    .arrive({ caller: PERSON, sentFrom: `+86${PERSON}`, sentIdentity: `0086${PERSON}` })
    .emit('step', { step: 'block', why: `0${PERSON} is not on list nuisance, nor is 113800138000` })
    .emit('keyed', { purpose: 'id', digits: '440301199001011234' })
    .emit('recordingStarted', { file: `${callId}.wav` })
    .after(60_000)
    .emit('recordingEnded', { file: `${callId}.wav`, durationMs: 60_000, bytes: 9, sha256: 'ab' })
    .emit('voicemailLeft', { box: 'x', file: `${callId}-m.wav`, durationMs: 9, bytes: 9, sha256: 'cd' })
    .end();
}

const hold = (part: Partial<Hold>): Hold => ({
  id: 'h1',
  tenantId: 'a',
  reason: 'dispute',
  number: undefined,
  callId: undefined,
  from: undefined,
  to: undefined,
  at: 1,
  by: 'li',
  ...part,
});

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('upkeep of a store', engine), () => {
    let place: StorePlace;
    let store: Store;
    let deleted: string[];
    beforeEach(async () => {
      place = await engine.make();
      store = await openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });
      deleted = [];
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    function play(...scripts: CallScript[]): Promise<void> {
      for (const { events } of scripts) for (const event of events) store.journal.append(event);
      return store.journal.flush();
    }

    const erase = (number: string, dryRun = false): Promise<Erased> =>
      store.upkeep!.erase({
        tenantId: 'a',
        number,
        token: 'erased-1',
        now: 77,
        dryRun,
        deleteFiles: async (files) => {
          deleted.push(...files);
          return files.length;
        },
      });

    it('erases what agents noted of the person, after his call, too, and of nobody else', async () => {
      const call = (callId: string, caller: string) =>
        new CallScript(callId, { tenantId: 'a' })
          .arrive({ caller })
          .rung('8001', 'answered', 3_000)
          .emit('connected', { target: '8001', kind: 'agent' })
          .after(60_000)
          .end();
      const noted = (agent: string, callId: string, at: number, note: string): AgentEvent[] => {
        const work = { agent, callId, queue: 'sales', disposition: 'order', note, reason: undefined };
        const event = { type: 'agent', tenantId: 'a', ...work } as const;
        return [
          { ...event, at: MONDAY_10 + at, did: 'noted', state: 'wrap-up' },
          { ...event, at: MONDAY_10 + at + 5_000, did: 'wrapped-up', state: 'ready' },
        ];
      };
      await play(call('p1', PERSON), call('other', '075523456789'));
      const [his, another] = [
        noted('8001', 'p1', 61_000, '李先生'),
        noted('8001', 'other', 70_000, '王女士'),
      ];
      for (const event of [...his, ...another]) store.journal.append(event);
      await store.journal.flush();
      const notes = async () => {
        const { cdrs } = await store.cdrs.query({ tenantId: 'a' });
        return cdrs.map(({ targets }) => targets[0]!.note).sort();
      };
      expect(await notes()).toEqual(['李先生', '王女士'].sort());
      await erase(PERSON);
      expect(await notes()).toEqual(['', '王女士']);
      const left = JSON.stringify([await store.events.read('a', 0, 100), await rowsOf('agent_time')]);
      expect(left).not.toContain('李先生');
      expect(left).toContain('王女士');
    });

    async function rowsOf(table: string): Promise<string> {
      return JSON.stringify(await place.sql(`select * from ${table}`));
    }

    /** Of the company, in tables that may hold a person. */
    async function personalRows(): Promise<number> {
      const tables = Object.entries<TableFacts>(TABLE_FACTS).filter(
        ([, { texts, isInProgress }]) =>
          !isInProgress && Object.values(texts).some((form) => form.startsWith('personal')),
      );
      let rows = 0;
      for (const [table] of tables)
        rows += Number(
          (await place.sql(`select count(*) as n from ${table} where tenant_id = 'a'`))[0]!['n'],
        );
      return rows;
    }

    it('erases a person of one company, in every table and form, and nobody else', async () => {
      const body = JSON.stringify({ entries: [PERSON] });
      const list = { id: '1', tenantId: 'a', kind: 'list', name: 'nuisance', revision: 1, body };
      await store.entities.change({ put: [list], removed: [], at: 1, by: 'li' });
      const other = new CallScript('other', { tenantId: 'a' }).arrive().end();
      await play(
        personCall('p1', 'a'),
        other,
        personCall('p2', 'b'),
        personCall('p3', 'a', MONDAY_10 + DAY_MS),
      );
      const otherCall = (await store.cdrs.query({ tenantId: 'a', caller: '075523456789' })).cdrs;
      const ofB = [(await store.cdrs.query({ tenantId: 'b' })).cdrs, await store.events.read('b', 0, 100)];
      const before = await store.events.read('a', 0, 100);

      const found = (search: string) => store.cdrs.totals({ tenantId: 'a', search }, Scope.all);
      expect(await found('38001')).toMatchObject({ calls: 2 });

      const rowsBefore = await personalRows();
      const plan = await erase(`+86 138-0013-8000`, true);
      expect(plan).toMatchObject({ calls: 2, held: 0, files: 4, deletedFiles: 0, rows: { cdr: 2 } });
      expect(plan.setUp).toEqual(['entity list nuisance', 'entity_history list nuisance']);
      expect(plan.eventRows).toBeGreaterThan(0);
      expect([deleted, await store.events.read('a', 0, 100)]).toEqual([[], before]);

      const { proof, ...erased } = await erase(PERSON);
      expect(erased).toEqual({ ...plan, deletedFiles: 4 });
      // Their files are told the stream.
      expect(proof).toEqual({ rowsBefore, rowsAfter: rowsBefore + 2, fewer: [], left: 0 });
      expect(deleted.sort()).toEqual(['p1-m.wav', 'p1.wav', 'p3-m.wav', 'p3.wav']);
      const { cdrs } = await store.cdrs.query({ tenantId: 'a', caller: 'erased-1' });
      expect(cdrs).toHaveLength(2);
      expect([await found('38001'), await found('erased')]).toMatchObject([{ calls: 0 }, { calls: 2 }]);
      expect(cdrs[1]).toMatchObject({
        callId: 'p1',
        called: '4001234567',
        durationMs: 60_000,
        sent: { from: 'erased-1', identity: 'erased-1' },
        path: [{ why: 'erased-1 is not on list nuisance, nor is 113800138000' }],
        keys: [{ purpose: 'id', digits: '' }],
        recordings: [{ file: 'p1.wav', deletedAt: 77, sha256: 'ab' }],
        voicemail: { deletedAt: 77 },
      });
      const after = await store.events.read('a', 0, 100);
      const kindsOf = (events: typeof after) => events.map(({ seq, type, at }) => [seq, type, at]);
      expect(kindsOf(after.slice(0, before.length))).toEqual(kindsOf(before));
      expect(after.slice(before.length).map(({ type }) => type)).toEqual([
        'file',
        'message',
        'file',
        'message',
      ]);
      const left = after.filter((event) => event.type !== 'entity');
      expect(JSON.stringify(left).replaceAll('113800138000', '')).not.toContain(PERSON);
      expect(JSON.stringify(left)).not.toContain('440301199001011234');
      expect((await store.cdrs.query({ tenantId: 'a', caller: '075523456789' })).cdrs).toEqual(otherCall);
      expect([
        (await store.cdrs.query({ tenantId: 'b' })).cdrs,
        await store.events.read('b', 0, 100),
      ]).toEqual(ofB);
      expect(await erase(PERSON)).toMatchObject({ calls: 0, files: 0, eventRows: 0, rows: {} });
    });

    it('erases nothing that is on hold, and knows a hotline from a person', async () => {
      await play(personCall('p1', 'a'), personCall('p2', 'a'));
      await store.upkeep!.holds.add(hold({ callId: 'p1' }));
      expect(await erase(PERSON)).toMatchObject({ calls: 1, held: 1, files: 2 });
      const { cdrs } = await store.cdrs.query({ tenantId: 'a', caller: PERSON });
      expect(cdrs).toMatchObject([{ callId: 'p1', keys: [{ digits: '440301199001011234' }] }]);
      const events = await store.events.read('a', 0, 100);
      const arrived = events.filter(({ type }) => type === 'arrived') as unknown as { caller: string }[];
      expect(arrived.map(({ caller }) => caller)).toEqual([PERSON, 'erased-1']);
      await play(
        new CallScript('r', { tenantId: 'a' }).arrive().emit('routed', { hotline: '4001234567' }).end(),
      );
      await expect(erase('400-123-4567')).rejects.toThrow(/number of a hotline of the company/);
      await expect(erase('8001')).rejects.toThrow(/too short to be told from other numbers/);
    });

    it('takes promises to call the person back, which nobody keeps afterwards', async () => {
      const promise: Callback = {
        ...{ id: 'b1', tenant: 'a', queue: 'sales', number: PERSON, callId: 'p1', promisedAt: 5 },
        ...{ since: 3, priority: 1, state: 'waiting', tries: 0, nextAt: 5, result: '', lastCallId: '' },
      };
      await store.callbacks.put(promise, 5);
      await store.callbacks.put({ ...promise, id: 'b2', state: 'failed', result: 'no answer' }, 5);
      await store.callbacks.put({ ...promise, id: 'b3', number: '13900139000' }, 5);
      expect(await erase(PERSON, true)).toMatchObject({ rows: { callback: 2 } });
      expect(await store.callbacks.open()).toHaveLength(2);
      expect(await erase(PERSON)).toMatchObject({ rows: { callback: 2 }, proof: { left: 0, fewer: [] } });
      const left = (await store.callbacks.latest('a', 9)).map(({ number, state, result }) => [
        number,
        state,
        result,
      ]);
      expect(left).toEqual([
        ['13900139000', 'waiting', ''],
        ['erased-1', 'failed', 'no answer'],
        ['erased-1', 'withdrawn', 'erased'],
      ]);
      expect(await store.callbacks.put({ ...promise, state: 'calling' }, 80)).toBe(false);
      const told = await store.events.read('a', 0, 9);
      expect(told.at(-1)).toMatchObject({
        type: 'callback',
        id: 'b1',
        number: 'erased-1',
        state: 'withdrawn',
        at: 77,
      });
      expect(JSON.stringify(told)).not.toContain(PERSON);
    });

    it('holds calls by number, by id and by time, of one company', async () => {
      await play(
        personCall('p1', 'a'),
        new CallScript('o', { tenantId: 'a', at: MONDAY_10 + 5 }).arrive().end(),
      );
      const { holds } = store.upkeep!;
      const heldBy = async (part: Partial<Hold>) => {
        await holds.add(hold(part));
        const found: OldCall[] = [];
        for await (const page of store.upkeep!.callsBefore('a', MONDAY_10 + DAY_MS)) found.push(...page);
        expect(await holds.remove(part.tenantId ?? 'a', 'h1')).toBe(true);
        return found.filter(({ isHeld }) => isHeld).map(({ callId }) => callId);
      };
      expect(await heldBy({ number: `0${PERSON}` })).toEqual(['p1']);
      expect(await heldBy({ callId: 'o' })).toEqual(['o']);
      expect(await heldBy({ from: MONDAY_10 + 1 })).toEqual(['o']);
      expect(await heldBy({ from: MONDAY_10, to: MONDAY_10 + 5 })).toEqual(['p1']);
      expect(await heldBy({})).toEqual(['p1', 'o']);
      expect(await heldBy({ tenantId: 'b' })).toEqual([]);
      expect(await holds.remove('a', 'h1')).toBe(false);
      await holds.add(hold({ number: PERSON }));
      expect(await holds.all('b')).toEqual([]);
      expect(await holds.all('a')).toEqual([hold({ number: PERSON })]);
      const files = new Set(['p1.wav', 'p1-m.wav', 'x.wav']);
      expect(await store.upkeep!.heldFiles(files, 0, MONDAY_10 + 1)).toEqual(new Set(['p1.wav', 'p1-m.wav']));
      expect(await store.upkeep!.heldFiles(files, MONDAY_10 + 1, MONDAY_10 + 9)).toEqual(new Set());
    });

    it('removes calls of one company', async () => {
      await play(personCall('p1', 'a'), personCall('p2', 'b'));
      await play(personCall('p3', 'a', MONDAY_10 + DAY_MS));
      const { startedAt } = (await store.cdrs.query({ tenantId: 'b' })).cdrs[0]!;
      const calls = [
        { startedAt: MONDAY_10, callId: 'p1' },
        { startedAt, callId: 'p2' },
      ];
      await store.upkeep!.removeCalls('a', calls, 5);
      const { cdrs } = await store.cdrs.query({});
      expect(cdrs.map(({ callId }) => callId)).toEqual(['p3', 'p2']);
    });

    it('notes in the records that messages are deleted, too', async () => {
      await play(personCall('p1', 'a'));
      const deletion = { files: new Set(['p1-m.wav']), from: 0, to: MONDAY_10 + 1, deletedAt: 5 };
      expect(await store.recordings.markDeleted(deletion)).toBe(1);
      expect((await store.cdrs.query({})).cdrs[0]).toMatchObject({
        voicemail: { deletedAt: 5 },
        recordings: [{ deletedAt: null }],
      });
      expect(await rowsOf('cdr')).toContain('p1-m.wav');
    });
  });
}

it('can go over each table that holds persons by company', () => {
  for (const [name, { texts, isInProgress }] of Object.entries<TableFacts>(TABLE_FACTS)) {
    const isPersonal = Object.values(texts).some((form) => form.startsWith('personal'));
    if (isPersonal && !isInProgress) expect(texts, name).toHaveProperty('tenant_id');
  }
});
