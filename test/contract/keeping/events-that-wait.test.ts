/** Call events that wait in a file for the database, and commands that save, copy, change or replace it. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { keepingAnswers } from '../../../src/keeping/keeping-answers.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from '../../../src/provisioning/control/protocol.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('while call events wait for the database', engine), () => {
    let place: StorePlace;
    let dir: string;
    let data: string;
    let config: string;
    let waiting: string;
    beforeEach(async () => {
      place = await engine.make();
      dir = mkdtempSync(join(tmpdir(), 'pbx400-waiting-'));
      const { location } = place;
      // SQLite's is in its data folder.
      data = location.engine === 'sqlite' ? join(location.file, '..') : join(dir, 'data');
      mkdirSync(data, { recursive: true, mode: 0o700 });
      config = join(dir, 'pbx400.yaml');
      const store = location.engine === 'sqlite' ? '' : `store: ${location.url}\n`;
      writeFileSync(config, `data: ${data}\n${store}`);
      writeFileSync(join(data, 'node-id'), 'n1\n', { mode: 0o600 });
      waiting = join(data, 'journal.jsonl');
    });
    afterEach(async () => {
      await place.remove();
      rmSync(dir, { recursive: true, force: true });
    });

    const open = (): Promise<Store> =>
      openStore(place.location, {
        nodeId: 'n1',
        clock: systemClock,
        logger: silentLogger,
        waiting: { files: [waiting], maxBytes: 1_000_000 },
      });

    /** The database breaks during a call, and is whole again when the PBX has stopped. */
    async function outage(callId: string): Promise<void> {
      const store = await open();
      const [first, ...rest] = sampleCall(callId).events;
      store.journal.append(first!);
      await store.journal.flush();
      await place.sql('alter table journal_mark rename to broken');
      for (const event of rest) store.journal.append(event);
      await store.close();
      await place.sql('alter table broken rename to journal_mark');
      expect(existsSync(waiting)).toBe(true);
    }

    async function records(): Promise<readonly string[]> {
      const store = await open();
      await store.journal.flush();
      const { cdrs } = await store.cdrs.query({});
      await store.close();
      return cdrs.map(({ callId, cause }) => `${callId} ${cause}`).sort();
    }

    async function pbx400(...args: string[]) {
      let text = '';
      const add = (more: string) => {
        text += more;
      };
      const start = () => Promise.reject(new Error('not started'));
      const code = await run([...args, '--config', config], { out: add, err: add, start });
      return { code, text };
    }

    it('backup, copy-store and rebuild refuse, and leave calls in progress as they are', async () => {
      await outage('cut');
      const refused = {
        code: 69,
        text: expect.stringContaining(`wait for the database in ${waiting}; a PBX`),
      };
      const file = join(dir, 'x.backup');
      const { location } = place;
      const here = location.engine === 'sqlite' ? location.file : location.url;
      const other = join(dir, 'other.db');
      writeFileSync(other, '');
      expect(await pbx400('backup', file)).toEqual(refused);
      expect(await pbx400('copy-store', here, other)).toEqual(refused);
      expect(await pbx400('copy-store', other, here, '--force')).toEqual(refused);
      expect(await pbx400('rebuild', '--check')).toEqual(refused);
      expect(existsSync(file)).toBe(false);
      expect(await records()).toEqual(['cut normal']);
      expect(await pbx400('backup', file)).toMatchObject({ code: 0 });
    });

    it('a backup of a PBX that runs has it store them, and refuses only while the database is away', async () => {
      const store = await open();
      const socket = join(data, CONTROL_SOCKET);
      const control = await ControlServer.open(socket, keepingAnswers(store), silentLogger);
      await place.sql('alter table journal_mark rename to broken');
      let last = 0;
      for (const event of sampleCall('late').events) last = store.journal.append(event);
      await store.journal.durable(last);
      expect(existsSync(waiting)).toBe(true);
      const file = join(dir, 'x.backup');
      const refused = await pbx400('backup', file);
      expect(refused).toMatchObject({ code: 69, text: expect.stringContaining('journal cannot be written') });
      await place.sql('alter table broken rename to journal_mark');
      // Before the store tries it again by itself.
      expect(await pbx400('backup', file)).toMatchObject({ code: 0 });
      await control.close();
      await store.close();
      const saved = new Database(file, { readonly: true });
      expect(saved.prepare('select call_id from cdr').pluck().all()).toEqual(['late']);
      saved.close();
    });

    it('restore refuses, and with --force sets them aside: none gets into what was restored', async () => {
      const store = await open();
      for (const event of sampleCall('saved').events) store.journal.append(event);
      await store.close();
      const file = join(dir, 'x.backup');
      expect(await pbx400('backup', file)).toMatchObject({ code: 0 });
      await outage('later');
      const refused = await pbx400('restore', file);
      expect(refused.code).toBe(69);
      expect(refused.text).toContain(`wait for the database in ${waiting}; a PBX`);
      expect(refused.text).toContain('--force sets them aside');

      const restored = await pbx400('restore', file, '--force');
      expect(restored.code).toBe(0);
      const [aside] = readdirSync(data).filter((name) => name.startsWith('journal'));
      expect(aside).toMatch(/^journal\.jsonl\.replaced-\d+$/);
      expect(restored.text).toContain(`database that was replaced: ${join(data, aside!)}`);
      expect(await records()).toEqual(['saved normal']);
    });

    it('import journal stores the very file that waits', async () => {
      await outage('cut');
      const imported = await pbx400('import', 'journal', waiting);
      expect(imported).toMatchObject({
        code: 0,
        text: expect.stringMatching(/^(\d+) batches .*, \1 of them new/),
      });
      expect(existsSync(waiting)).toBe(false);
      expect(await records()).toEqual(['cut normal']);
      const store = await open();
      const [event] = await store.events.read('system', 0, 9);
      await store.close();
      expect(event).toMatchObject({ type: 'job', kind: 'import', did: 'end', outcome: { broken: 0 } });
    });

    it('a command that opens the database by itself stores them first: calls keep their real end', async () => {
      await outage('cut');
      const held = await pbx400('hold', 'add', '--tenant', 'demo', '--reason', 'case 12', '--call', 'cut');
      expect(held).toMatchObject({ code: 0 });
      expect(readdirSync(data).filter((name) => name.startsWith('journal'))).toEqual([]);
      expect(await records()).toEqual(['cut normal']);
    });
  });
}
