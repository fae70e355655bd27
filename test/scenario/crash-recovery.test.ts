import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cdr } from '../../src/cdr/cdr.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store, StoreLocation } from '../../src/store/store.ts';
import type { CrashReport, Moment } from '../support/crash-child.ts';
import { expectRebuilt } from '../support/rebuilt.ts';
import { titleOn } from '../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../support/store-engines.ts';

let child: ChildProcess | undefined;

/** What the child reported before it died: all calls that ended, those open at last, all contacts. */
interface Reported {
  readonly ended: string[];
  readonly open: readonly string[];
  readonly contacts: string[];
}

/** Runs the child until it has reported `rounds` rounds, and kills it with SIGKILL, or until it does that itself. */
async function crash(location: StoreLocation, when: { rounds: number } | Moment): Promise<Reported> {
  const script = join(import.meta.dirname, '../support/crash-child.ts');
  const moment = 'turns' in when ? [JSON.stringify(when)] : [];
  child = spawn(process.execPath, [script, JSON.stringify(location), ...moment], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ended: string[] = [];
  const contacts: string[] = [];
  let open: readonly string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    const report = JSON.parse(line) as CrashReport;
    ended.push(...report.ended);
    open = report.open;
    if (contacts.push(report.contact) === ('rounds' in when ? when.rounds : undefined)) break;
  }
  child.kill('SIGKILL');
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return { ended, open, contacts };
}

const crashAfter = (location: StoreLocation, rounds: number) => crash(location, { rounds });

async function everyCdr(store: Store): Promise<Cdr[]> {
  const all: Cdr[] = [];
  let before: string | undefined;
  do {
    const page = await store.cdrs.query({ limit: 500, ...(before ? { before } : {}) });
    all.push(...page.cdrs);
    before = page.next;
  } while (before);
  return all;
}

/** From before the batch has reached the database to after it is written. */
const MOMENTS: readonly Moment[] = [
  { round: 1, turns: 0 },
  { round: 2, turns: 1 },
  { round: 3, turns: 10 },
  { round: 2, turns: 40 },
];

const open = (location: StoreLocation) =>
  openStore(location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

for (const engine of DATABASES) {
  // Each of its processes starts a whole engine: seconds on a busy machine.
  describe.skipIf(engine.missing)(titleOn('after kill -9', engine), { timeout: 120_000 }, () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(async () => {
      child?.kill('SIGKILL');
      await place.remove();
    });

    it('every call has one record: those that ended their own, those cut one with cause restart', async () => {
      const { location } = place;
      const before = await crashAfter(location, 6);
      const store = await open(location);
      const cdrs = await everyCdr(store);
      const causes = new Map(cdrs.map((cdr) => [cdr.callId, cdr.cause]));
      expect(causes.size).toBe(cdrs.length);
      for (const callId of before.ended) expect(causes.get(callId), callId).toBe('normal');
      // The child may have got a little further than it told before it died.
      for (const callId of before.open) expect(['restart', 'normal'], callId).toContain(causes.get(callId));
      const cut = cdrs.filter(({ cause }) => cause === 'restart');
      expect(cut.length).toBeGreaterThanOrEqual(before.open.length - 1);
      expect(store.recoveredCalls).toBe(cut.length);
      for (const cdr of cut) {
        expect(cdr).toMatchObject({ q850: 41, endedBy: 'engine' });
        expect(cdr.endedAt).toBeGreaterThanOrEqual(cdr.startedAt);
      }
      await store.close();
    });

    it('loses nothing at whatever moment of writing, and keeps registrations', async () => {
      const { location } = place;
      const seen = new Map<string, string>();
      const contacts: string[] = [];
      for (const moment of MOMENTS) {
        const before = await crash(location, moment);
        const store = await open(location);
        const cdrs = await everyCdr(store);
        const causes = new Map(cdrs.map(({ callId, cause }) => [callId, cause]));
        expect(causes.size, 'one record a call').toBe(cdrs.length);
        for (const callId of before.ended) expect(causes.get(callId), callId).toBe('normal');
        for (const callId of before.open) expect(['restart', 'normal'], callId).toContain(causes.get(callId));
        for (const [callId, cause] of seen) expect(causes.get(callId), callId).toBe(cause);
        for (const [callId, cause] of causes) seen.set(callId, cause);
        contacts.push(...before.contacts);
        const bindings = await store.bindings.all();
        expect(bindings.map(({ contact }) => contact)).toEqual(expect.arrayContaining(contacts));
        await store.close();
      }
      await expectRebuilt(location);
      if (engine.name === 'SQLite') {
        expect(await place.sql('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      }
    });

    it('changes nothing at the start after that', async () => {
      const { location } = place;
      await crashAfter(location, 3);
      const first = await open(location);
      const cdrs = await everyCdr(first);
      await first.close();
      const second = await open(location);
      expect(second.recoveredCalls).toBe(0);
      expect(await everyCdr(second)).toEqual(cdrs);
      await second.close();
    });
  });
}
