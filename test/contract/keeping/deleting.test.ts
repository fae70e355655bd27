/** The daily deletion and the commands hold and erase, on each database, with files. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Callback } from '../../../src/callback/callback.ts';
import { run } from '../../../src/cli/run.ts';
import { deleteHere, keepingAnswers } from '../../../src/keeping/keeping-answers.ts';
import { RetentionJob } from '../../../src/keeping/retention-job.ts';
import type { Tenant } from '../../../src/provisioning/kind/tenant.ts';
import { Snapshot } from '../../../src/provisioning/snapshot.ts';
import { type Clock, systemClock } from '../../../src/shared/clock.ts';
import { TypedEvents } from '../../../src/shared/events.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { StoreUpkeep } from '../../../src/store/upkeep.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { company } from '../../support/companies.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const PERSON = '13800138000';

const PROMISE: Callback = {
  ...{ id: 'b1', tenant: 'a', queue: 'sales', number: PERSON, callId: 'p1', promisedAt: MONDAY_10 },
  ...{ since: 3, priority: 1, state: 'waiting', tries: 0, nextAt: 5, result: '', lastCallId: '' },
};

type Kept = readonly [id: string, retention: Tenant['retention']];

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('what is kept no longer', engine), () => {
    let dir: string;
    let place: StorePlace;
    let config: string;
    let store: Store;
    beforeEach(async () => {
      dir = mkdtempSync(join(tmpdir(), 'pbx400-keeping-'));
      const data = join(dir, 'data');
      mkdirSync(data, { mode: 0o700 });
      place = await engine.make();
      const { location } = place;
      const isFile = location.engine === 'sqlite';
      config = join(dir, 'pbx400.yaml');
      writeFileSync(config, isFile ? `data: ${data}\n` : `data: ${data}\nstore: ${location.url}\n`);
      const at = isFile ? { engine: 'sqlite' as const, file: join(data, 'pbx400.db') } : location;
      const waiting = { files: [fileOf('journal.jsonl')], maxBytes: 1_000_000 };
      store = await openStore(at, { nodeId: 'n1', clock: systemClock, logger: silentLogger, waiting });
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
      rmSync(dir, { recursive: true, force: true });
    });

    const sql = async (statement: string) => {
      if (place.location.engine === 'postgres') return void (await place.sql(statement));
      const db = new Database(fileOf('pbx400.db'));
      db.exec(statement);
      db.close();
    };
    const fileOf = (name: string) => join(dir, 'data', name);

    /** A call with a recording and a message, each with its file. */
    async function call(callId: string, tenantId: string, ageMs: number): Promise<void> {
      const [talk, message] = [fileOf(`${callId}.wav`), fileOf(`${callId}-m.wav`)];
      for (const file of [talk, message]) writeFileSync(file, 'RIFF');
      const script = new CallScript(callId, { tenantId, at: MONDAY_10 - ageMs })
        .arrive({ caller: PERSON })
        .emit('recordingStarted', { file: talk })
        .emit('recordingEnded', { file: talk, durationMs: 1000, bytes: 4, sha256: 'ab' })
        .emit('voicemailLeft', { box: 'x', file: message, durationMs: 1000, bytes: 4, sha256: 'cd' })
        .end();
      for (const event of script.events) store.journal.append(event);
      await store.journal.flush();
    }

    async function runJob(...tenants: readonly Kept[]): Promise<void> {
      const job = jobOf(store.upkeep!, ...tenants);
      await job.run();
      await job.close();
    }

    function jobOf(upkeep: StoreUpkeep, ...tenants: readonly Kept[]): RetentionJob {
      const clock: Clock = {
        now: () => MONDAY_10,
        monotonic: () => systemClock.monotonic(),
        after: (ms, fire) => systemClock.after(ms, fire),
        every: (ms, fire) => systemClock.every(ms, fire),
      };
      const snapshot = new Snapshot(
        1,
        tenants.map(([id, retention]) => company(id, { retention })),
      );
      const provisioning = { snapshot, events: new TypedEvents() } as never;
      return new RetentionJob({
        store,
        upkeep,
        provisioning,
        nodeId: 'n1',
        deleteFile: deleteHere,
        clock,
        ids: seededIds(),
        log: silentLogger,
      });
    }

    const there = (name: string) => existsSync(fileOf(name));

    async function pbx400(...args: string[]) {
      let out = '';
      let err = '';
      const code = await run([...args, '--config', config], {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        start: () => Promise.reject(new Error('not started')),
      });
      return { code, out, err };
    }

    it('goes by each company by its own terms, but what is on hold, with an entry in the audit trail', async () => {
      await call('old', 'a', 4 * YEAR_MS);
      await call('held', 'a', 4 * YEAR_MS);
      await call('month', 'a', 40 * DAY_MS);
      await call('new', 'a', DAY_MS);
      await call('of-b', 'b', 4 * YEAR_MS);
      for (const [id, state] of [
        ['over', 'done'],
        ['open', 'waiting'],
      ] as const)
        await store.callbacks.put({ ...PROMISE, id, state, promisedAt: MONDAY_10 - 4 * YEAR_MS }, 1);
      await store.upkeep!.holds.add({
        ...{ id: 'h', tenantId: 'a', reason: 'x', callId: 'held', at: 1, by: 'li' },
        ...{ number: undefined, from: undefined, to: undefined },
      });
      await runJob(['a', { recordYears: 3, recordingDays: 30, messageDays: 90, eventDays: 30 }], ['b', {}]);
      const ids = async (tenantId: string) =>
        (await store.cdrs.query({ tenantId })).cdrs.map(({ callId }) => callId);
      expect([await ids('a'), await ids('b')]).toEqual([['new', 'month', 'held'], ['of-b']]);
      const files = ['old', 'held', 'month', 'new', 'of-b'].flatMap((id) => [`${id}.wav`, `${id}-m.wav`]);
      expect(files.filter((file) => !there(file))).toEqual(['old.wav', 'old-m.wav', 'month.wav']);
      const month = (await store.cdrs.query({ tenantId: 'a' })).cdrs[1];
      expect(month).toMatchObject({ recordings: [{ deletedAt: MONDAY_10 }], voicemail: { deletedAt: null } });
      const jobs = (await store.events.read('a', 0, 100)).filter(({ type }) => type === 'job');
      expect(jobs).toMatchObject([
        { kind: 'retention', did: 'begin', by: 'pbx400', outcome: undefined },
        { kind: 'retention', did: 'end', outcome: { records: 1, held: 1 } },
      ]);
      // Events of a company with a hold stay.
      expect((await store.events.read('a', 0, 1))[0]).toMatchObject({ seq: 1 });
      const entries = await store.audit.newest(5, Scope.all);
      expect(entries).toMatchObject([{ tenantId: 'a', action: 'retention', by: 'pbx400' }]);
      expect(entries[0]!.details).toEqual({
        ...{ records: 1, recordings: 2, messages: 1, events: 0, callers: 0, callbacks: 0, held: 1 },
      });

      const promisesBefore = (await store.callbacks.latest('a', 9)).map(({ id }) => id);
      expect(await store.upkeep!.holds.remove('a', 'h')).toBe(true);
      await runJob(['a', { recordYears: 3, eventDays: 30 }]);
      expect([await ids('a'), there('held.wav')]).toEqual([['new', 'month'], false]);
      // With the hold its promise stayed, too.
      expect(promisesBefore).toEqual(['over', 'open']);
      expect((await store.callbacks.latest('a', 9)).map(({ id }) => id)).toEqual(['open']);
      // That files, messages and calls went is news of today.
      const left = (await store.events.read('a', 0, 100)).filter(
        ({ type }) => !['file', 'message', 'removed', 'job'].includes(type),
      );
      expect(new Set(left.map((event) => (event as { callId?: string }).callId))).toEqual(new Set(['new']));
      expect(await ids('b')).toEqual(['of-b']);
    });

    it('is not left where events of a person wait for a database that is away', async () => {
      await call('p1', 'a', DAY_MS);
      // Every batch needs the table.
      await sql('alter table journal_mark rename to broken');
      const { events } = new CallScript('p2', { tenantId: 'a' }).arrive({ caller: PERSON }).end();
      let last = 0;
      for (const event of events) last = store.journal.append(event);
      await store.journal.durable(last);
      expect(readFileSync(fileOf('journal.jsonl'), 'utf8')).toContain(PERSON);
      const erase = () =>
        keepingAnswers(store).erase!({
          ...{ ask: 'erase', tenantId: 'a', number: PERSON, dryRun: false, at: MONDAY_10, by: 'li' },
        } as never);
      await expect(erase()).rejects.toThrow(/^nothing is erased: the call journal cannot be written/);
      expect(there('p1.wav')).toBe(true);
      expect(await store.audit.newest(5, Scope.all)).toEqual([]);
      await sql('alter table broken rename to journal_mark');
      expect(await erase()).toMatchObject({ calls: 2, eventRows: expect.any(Number) });
      const [entry] = await store.audit.newest(1, Scope.all);
      expect(entry).toMatchObject({ tenantId: 'a', action: 'erase', by: 'li', at: MONDAY_10 });
      expect(entry!.details).toMatchObject({
        ...{ calls: 2, held: 0, files: 2, deletedFiles: 2, number: expect.stringMatching(/^scrypt:/) },
        proof: { fewer: [], left: 0 },
      });
      expect(JSON.stringify(entry)).not.toContain(PERSON);
      const told = (await store.events.read('a', 0, 100)).filter(({ type }) => type === 'job');
      expect(told).toMatchObject([
        { kind: 'erase', did: 'begin', by: 'li' },
        { kind: 'erase', did: 'end', outcome: { calls: 2 } },
      ]);
      const all = [await store.cdrs.query({ tenantId: 'a' }), await store.events.read('a', 0, 100)];
      expect(JSON.stringify(all)).not.toContain(PERSON);
      await store.close();
      expect(there('journal.jsonl')).toBe(false);
    });

    it('goes by whole months of records, whoever shares them, and looks for files of the rest only', async () => {
      const { upkeep } = store;
      // A month that is over for both, one that `b` keeps, and one that is not over although three years are.
      const ages = { over: 1200, shared: 1150, begun: 1100 };
      for (const [id, days] of Object.entries(ages)) await call(id, 'a', days * DAY_MS);
      await call('over-b', 'b', ages.over * DAY_MS);
      await call('shared-b', 'b', ages.shared * DAY_MS);
      const limit = new Date(MONDAY_10);
      limit.setUTCFullYear(limit.getUTCFullYear() - 3);
      const month = Date.UTC(limit.getUTCFullYear(), limit.getUTCMonth(), 1);
      await call('edge', 'a', MONDAY_10 - month);
      await call('before-edge', 'a', MONDAY_10 - month + 1);
      const looked: (number | undefined)[] = [];
      const seen: typeof upkeep = {
        ...upkeep!,
        holds: upkeep!.holds,
        months: upkeep!.months,
        callsBefore: (tenantId, before, from) => {
          if (tenantId === 'a') looked.push(from);
          return upkeep!.callsBefore(tenantId, before, from);
        },
        removeCalls: (...calls) => upkeep!.removeCalls(...calls),
      };
      const job = jobOf(
        seen,
        ['a', { recordYears: 3, recordingDays: 30 }],
        ['b', { recordYears: 100, messageDays: 9 }],
      );
      await job.run();
      const ids = async (tenantId: string) =>
        (await store.cdrs.query({ tenantId })).cdrs.map(({ callId }) => callId);
      expect([await ids('a'), await ids('b')]).toEqual([
        ['begun', 'edge'],
        ['shared-b', 'over-b'],
      ]);
      expect(
        ['over.wav', 'over-m.wav', 'edge.wav', 'edge-m.wav', 'over-b.wav', 'over-b-m.wav'].map(there),
      ).toEqual([false, false, false, true, true, false]);
      const [details] = (await store.audit.newest(2, Scope.all)).filter(({ tenantId }) => tenantId === 'a');
      expect(details).toMatchObject({ details: { records: 3, recordings: 5, messages: 3 } });
      // The next time: the month in which messages are left.
      looked.length = 0;
      await job.run();
      await job.close();
      expect(looked).toEqual([month, undefined]);
    });

    it('is held and erased by command, where no PBX runs', async () => {
      await call('p1', 'a', DAY_MS);
      await call('p2', 'a', 2 * DAY_MS);
      await call('p3', 'b', DAY_MS);
      await store.close();
      const added = await pbx400('hold', 'add', '--tenant', 'a', '--reason', '案 12', '--call', 'p2');
      expect(added).toMatchObject({ code: 0, err: '' });
      const [id] = added.out.split(' ');
      expect((await pbx400('hold')).out).toMatch(new RegExp(`${id} +a +call p2 +案 12`));
      const plan = await pbx400('erase', '--tenant', 'a', '--number', `+86${PERSON}`, '--dry-run');
      expect(plan.out).toContain('1 calls of the person would be erased\n2 recordings and messages\n');
      expect([there('p1.wav'), there('p2.wav')]).toEqual([true, true]);
      const erased = await pbx400('erase', '--tenant', 'a', '--number', PERSON, '--json');
      const counts = { calls: 1, held: 1, files: 2, deletedFiles: 2 };
      expect(JSON.parse(erased.out)).toMatchObject({ ...counts, proof: { fewer: [], left: 0 } });
      const again = await pbx400('erase', '--tenant', 'a', '--number', PERSON);
      expect(again).toMatchObject({ code: 0 });
      expect(again.out).toMatch(
        /compared: (\d+) rows of the company before, \1 after; the number is in none of them any more\n$/,
      );
      expect(['p1.wav', 'p1-m.wav', 'p2.wav', 'p3.wav'].map(there)).toEqual([false, false, true, true]);
      expect((await pbx400('hold', 'remove', '--tenant', 'b', id!)).err).toContain(`b has no hold ${id}`);
      expect(await pbx400('hold', 'remove', '--tenant', 'a', id!)).toMatchObject({ code: 0 });
      const trail = await pbx400('audit', '--json');
      expect(trail.out).not.toContain(PERSON);
      const actions = trail.out.trim().split('\n');
      expect(actions.map((line) => JSON.parse(line).action)).toEqual(['hold', 'erase', 'erase', 'unhold']);
      expect(JSON.parse(actions[1]!).details).toMatchObject({
        calls: 1,
        held: 1,
        number: expect.stringMatching(/^scrypt:/),
      });
      const short = await pbx400('hold', 'add', '--tenant', 'a', '--reason', 'x', '--number', '8001');
      expect(short).toMatchObject({ code: 69 });
    }, 120_000);
  });
}
