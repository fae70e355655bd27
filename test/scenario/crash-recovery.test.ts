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
import { titleOn } from '../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../support/store-engines.ts';

let child: ChildProcess | undefined;

/** Runs the child until it has reported `rounds` rounds, kills it with SIGKILL, returns what it reported. */
async function crashAfter(
  location: StoreLocation,
  rounds: number,
): Promise<{ ended: string[]; open: string[] }> {
  const script = join(import.meta.dirname, '../support/crash-child.ts');
  child = spawn(process.execPath, [script, JSON.stringify(location)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ended: string[] = [];
  let open: string[] = [];
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    const report = JSON.parse(line) as { ended: string[]; open: string[] };
    ended.push(...report.ended);
    open = report.open;
    if (++seen === rounds) break;
  }
  child.kill('SIGKILL');
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return { ended, open };
}

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

const open = (location: StoreLocation) =>
  openStore(location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('after kill -9', engine), () => {
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
