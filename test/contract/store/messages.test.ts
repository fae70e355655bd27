/** Messages (语音留言) in every store, and what databases make of their events anew. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOT_HANDLED } from '../../../src/cdr/message-state.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { rebuilt } from '../../support/rebuilt.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const message = (callId: string, box: string, minutes: number, tenantId = 'demo', caller = '13800138000') =>
  new CallScript(callId, { tenantId, at: MONDAY_10 + minutes * 60_000 })
    .arrive({ caller, sentFrom: caller })
    .emit('answered', {})
    .after(9_000)
    .emit('voicemailLeft', { box, file: `/v/${callId}.wav`, durationMs: 5_000, bytes: 80_044, sha256: 'ab' })
    .end();

const MESSAGES = [
  message('m1', 'night', 0),
  message('m2', 'night', 1),
  message('m3', 'sales', 2),
  message('m4', 'night', 3, 'other'),
  new CallScript('talk', { at: MONDAY_10 }).arrive().end(),
];
const demo = Scope.of('demo');

async function play(store: Store, scripts: readonly CallScript[] = MESSAGES): Promise<void> {
  for (const { events } of scripts) for (const event of events) store.journal.append(event);
  await store.journal.flush();
}

const open = (place: StorePlace) =>
  openStore(place.location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

function suite(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
    await play(store);
  });
  afterEach(() => store.close());

  const idsOf = async (...args: Parameters<Store['messages']['list']>) =>
    (await store.messages.list(...args)).map(({ callId }) => callId);
  const placeOf = async (callId: string) => (await store.messages.get(callId, Scope.all))!;

  it('are listed by mailbox, state and time, the newest first, page by page', async () => {
    expect(await idsOf({}, demo, 9)).toEqual(['m3', 'm2', 'm1']);
    expect(await idsOf({}, Scope.all, 2)).toEqual(['m4', 'm3']);
    expect(await idsOf({}, Scope.all, 2, await placeOf('m3'))).toEqual(['m2', 'm1']);
    expect(await idsOf({ boxes: ['night'] }, demo, 9)).toEqual(['m2', 'm1']);
    expect(await idsOf({ boxes: [] }, demo, 9)).toEqual([]);
    expect(await idsOf({ from: MONDAY_10 + 60_000, to: MONDAY_10 + 120_000 }, demo, 9)).toEqual(['m2']);
    expect(await idsOf({ states: ['heard', 'saved'] }, demo, 9)).toEqual([]);
    expect(await idsOf({ isDone: true }, demo, 9)).toEqual([]);
  });

  it('of another company are not there', async () => {
    expect(await store.messages.get('m4', demo)).toBeUndefined();
    expect(await store.messages.get('talk', demo)).toBeUndefined();
    expect(await store.messages.get('m4', Scope.of('other'))).toMatchObject({ voicemail: { box: 'night' } });
    expect(await store.messages.count('other', ['night', 'sales'])).toEqual({ fresh: 1, old: 0 });
  });

  it('say what people have done with them, in the record, the row and the stream', async () => {
    const head = await store.events.head('demo');
    const heard = { heardAt: 5, heardBy: 'li' };
    const change = async (callId: string, part: Partial<typeof NOT_HANDLED>) =>
      store.messages.change(await placeOf(callId), (before) => ({ ...before, ...part }), 'li', 5);
    expect(await change('m1', heard)).toMatchObject({ voicemail: { handling: heard } });
    await change('m1', { note: '要发票', doneAt: 6, doneBy: 'li' });
    await change('m2', { ...heard, savedAt: 7 });
    await store.messages.change(await placeOf('m3'), () => undefined, 'li', 5);
    expect(await store.messages.count('demo', ['night'])).toEqual({ fresh: 0, old: 2 });
    expect(await store.messages.count('demo', ['night', 'sales'])).toEqual({ fresh: 1, old: 2 });
    expect(await idsOf({ states: ['heard'] }, demo, 9)).toEqual(['m1']);
    expect(await idsOf({ states: ['new', 'saved'] }, demo, 9)).toEqual(['m3', 'm2']);
    expect(await idsOf({ isDone: true }, demo, 9)).toEqual(['m1']);
    expect(await placeOf('m1')).toMatchObject({
      voicemail: { handling: { ...NOT_HANDLED, ...heard, note: '要发票', doneAt: 6, doneBy: 'li' } },
    });
    const told = await store.events.read('demo', head, 9);
    expect(told).toMatchObject([
      { type: 'message', callId: 'm1', box: 'night', ...heard, by: 'li' },
      { type: 'message', callId: 'm1', note: '要发票', doneAt: 6 },
      { type: 'message', callId: 'm2', savedAt: 7 },
    ]);
    // Taken back, it is as it came.
    await change('m2', NOT_HANDLED);
    expect((await placeOf('m2')).voicemail).not.toHaveProperty('handling');
    expect(await idsOf({ states: ['new'] }, demo, 9)).toEqual(['m3', 'm2']);
  });

  it('that are deleted say why, count no more and change no more', async () => {
    const { startedAt } = await placeOf('m1');
    const head = await store.events.head('demo');
    const range = { from: startedAt, to: startedAt + 1, deletedAt: 9 };
    await store.recordings.markDeleted({
      files: new Set(['/v/m1.wav']),
      ...range,
      because: '客户要求',
      by: 'li',
    });
    expect(await placeOf('m1')).toMatchObject({
      voicemail: { deletedAt: 9, handling: { deletedBecause: '客户要求' } },
    });
    expect(await idsOf({ states: ['deleted'] }, demo, 9)).toEqual(['m1']);
    expect(await store.messages.count('demo', ['night'])).toEqual({ fresh: 1, old: 0 });
    expect(await store.events.read('demo', head, 9)).toMatchObject([
      { type: 'message', callId: 'm1', deletedAt: 9, because: '客户要求', by: 'li' },
    ]);
    const place = await placeOf('m1');
    expect(
      await store.messages.change(place, (before) => ({ ...before, heardAt: 5 }), 'li', 5),
    ).toBeUndefined();
  });
}

describe('messages in memory', () => suite(async () => new MemoryStore()));

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('messages', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(() => place.remove());

    describe('as in every store', () => suite(() => open(place)));

    it('are made anew of their events, as they stand', async () => {
      const store = await open(place);
      await play(store);
      const at = async (callId: string) => (await store.messages.get(callId, Scope.all))!;
      await store.messages.change(await at('m1'), (b) => ({ ...b, heardAt: 5, heardBy: 'li' }), 'li', 5);
      await store.messages.change(await at('m2'), (b) => ({ ...b, doneAt: 6, note: 'x' }), 'li', 6);
      const { startedAt } = await at('m3');
      const files = new Set(['/v/m3.wav']);
      await store.recordings.markDeleted({
        files,
        from: startedAt,
        to: startedAt + 1,
        deletedAt: 9,
        because: 'y',
      });
      await store.close();
      const rows = 'select call_id, box, state, done from voicemail_message order by call_id';
      const before = await place.sql(rows);
      expect(before).toEqual([
        { call_id: 'm1', box: 'night', state: 'heard', done: expect.anything() },
        { call_id: 'm2', box: 'night', state: 'new', done: expect.anything() },
        { call_id: 'm3', box: 'sales', state: 'deleted', done: expect.anything() },
        { call_id: 'm4', box: 'night', state: 'new', done: expect.anything() },
      ]);
      expect((await rebuilt(place.location, true)).differences).toEqual([]);
      await place.sql("update voicemail_message set state = 'new' where call_id = 'm1'");
      await place.sql("delete from voicemail_message where call_id = 'm3'");
      expect((await rebuilt(place.location, false)).differences.map(({ callId }) => callId)).toEqual([
        'm1',
        'm3',
      ]);
      expect(await place.sql(rows)).toEqual(before);
    });

    it('of a person who is erased are gone, with the words about him; those of a call that is removed, too', async () => {
      const store = await open(place);
      await play(store, [message('m1', 'night', 0), message('m2', 'night', 1, 'demo', '13900139000')]);
      const at = (await store.messages.get('m1', demo))!;
      await store.messages.change(
        at,
        (before) => ({ ...before, heardAt: 5, note: '李先生要退货' }),
        'li',
        MONDAY_10 + 3 * 86_400_000,
      );
      const erasure = { tenantId: 'demo', number: '13800138000', token: 'erased-1', now: 77, dryRun: false };
      await store.upkeep!.erase({ ...erasure, deleteFiles: async (files) => files.length });
      expect(await store.messages.get('m1', demo)).toMatchObject({
        caller: 'erased-1',
        voicemail: { deletedAt: 77, handling: { heardAt: 5, note: '' } },
      });
      expect(await store.messages.count('demo', ['night'])).toEqual({ fresh: 1, old: 0 });
      const left = JSON.stringify([
        await store.events.read('demo', 0, 99),
        await place.sql('select * from cdr'),
      ]);
      expect(left).not.toContain('李先生');
      await store.upkeep!.removeCalls('demo', [(await store.messages.get('m2', demo))!], 99);
      await store.close();
      expect(await place.sql('select call_id from voicemail_message')).toEqual([{ call_id: 'm1' }]);
      const { differences, tables } = await rebuilt(place.location, true);
      expect(differences).toEqual([]);
      for (const { table, unexplained } of tables) expect(unexplained, table).toBe(0);
    });
  });
}
