import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { keepingAnswers } from '../../../src/keeping/keeping-answers.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from '../../../src/provisioning/control/protocol.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store, StoreLocation } from '../../../src/store/store.ts';
import { CallScript, sampleCall } from '../../support/call-events.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

let dir: string;
const places: StorePlace[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-backup-'));
});
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** An installation: its configuration, data folder and database. */
interface Installation {
  readonly config: string;
  readonly data: string;
  readonly location: StoreLocation;
}

async function install(name: string, engine: (typeof DATABASES)[number]): Promise<Installation> {
  const data = join(dir, name);
  mkdirSync(data, { mode: 0o700 });
  const config = join(dir, `${name}.yaml`);
  const place = await engine.make();
  places.push(place);
  const { location } = place;
  const isFile = location.engine === 'sqlite';
  writeFileSync(config, isFile ? `data: ${data}\n` : `data: ${data}\nstore: ${location.url}\n`);
  return { config, data, location: isFile ? { engine: 'sqlite', file: join(data, 'pbx400.db') } : location };
}

async function pbx400(...args: string[]) {
  let out = '';
  let err = '';
  const code = await run(args, {
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

const open = ({ location }: Installation) =>
  openStore(location, { nodeId: 'n1', clock: systemClock, logger: silentLogger });

function play(store: Store, ...scripts: CallScript[]): Promise<void> {
  for (const { events } of scripts) for (const event of events) store.journal.append(event);
  return store.journal.flush();
}

/** What the stream of the installation says of long work. */
async function jobsOf(store: Store): Promise<unknown[][]> {
  const events = await store.events.read('system', 0, 100);
  return events.flatMap((event) => (event.type === 'job' ? [[event.kind, event.did, event.outcome]] : []));
}

function writeFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o644);
}

const [SQLITE, POSTGRESQL] = DATABASES;
const WAYS = [
  [SQLITE!, SQLITE!],
  [SQLITE!, POSTGRESQL!],
  [POSTGRESQL!, SQLITE!],
] as const;

for (const [from, to] of WAYS) {
  const missing = from.missing ?? to.missing;
  const why = missing ? ` (skipped: ${missing})` : '';
  describe.skipIf(missing)(`a backup from ${from.name} to ${to.name}${why}`, () => {
    it('is made while the PBX writes, and brings back what was there at its moment', async () => {
      const old = await install('old', from);
      const file = join(dir, 'nightly.backup');
      const running = await open(old);
      const control = await ControlServer.open(
        join(old.data, CONTROL_SOCKET),
        keepingAnswers(running),
        silentLogger,
      );
      try {
        await running.entities.change({
          put: [{ id: '1', tenantId: 'demo', kind: 'queue', name: 'sales', revision: 1, body: '{}' }],
          removed: [],
          at: 1,
          by: 'li',
        });
        const left = new CallScript('left', { tenantId: 'other' }).arrive();
        await play(running, sampleCall('done'), left);
        writeFile(join(old.data, 'api-token'), 'secret\n');
        writeFile(join(old.data, 'prompts/demo/hello.wav'), 'RIFF');
        writeFile(join(old.data, 'recordings/demo/a.wav'), 'talk');
        writeFile(join(old.data, 'backups/earlier.backup'), 'old');
        const made = await pbx400('backup', file, '--config', old.config, '--json');
        expect(made).toMatchObject({ code: 0 });
        expect(JSON.parse(made.out)).toMatchObject({
          engine: old.location.engine,
          files: [{ path: 'api-token', bytes: 7 }, { path: 'prompts/demo/hello.wav' }],
        });
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(await running.audit.newest(1, Scope.all)).toMatchObject([
          { action: 'backup', details: { files: 2 } },
        ]);
        expect(await jobsOf(running)).toEqual([
          ['backup', 'begin', undefined],
          ['backup', 'end', { bytes: statSync(file).size, files: 2, recordings: false }],
        ]);
        await play(running, sampleCall('later'));
      } finally {
        await control.close();
        await running.close();
      }

      const anew = await install('new', to);
      expect(await pbx400('restore', file, '--config', anew.config)).toMatchObject({ code: 0 });
      const store = await open(anew);
      const { cdrs } = await store.cdrs.query({});
      expect(cdrs.map(({ callId, tenantId, cause }) => [callId, tenantId, cause]).sort()).toEqual([
        ['done', 'demo', 'normal'],
        ['left', 'other', 'restart'],
      ]);
      expect((await jobsOf(store)).at(-1)).toEqual([
        'restore',
        'end',
        expect.objectContaining({ rows: expect.any(Number) }),
      ]);
      const saved = 1 + sampleCall('done').events.length;
      const [restored] = await store.events.read('demo', saved, 10);
      expect(restored).toMatchObject({ type: 'restored', from: saved + 1, to: saved + 1_000_000 });
      expect(restored!.seq).toBe(saved + 1_000_001);
      expect(await store.entities.history('1')).toHaveLength(1);
      expect(await store.audit.newest(9, Scope.all)).toMatchObject([
        { action: 'restore', tenantId: 'system' },
      ]);
      expect(readFileSync(join(anew.data, 'prompts/demo/hello.wav'), 'utf8')).toBe('RIFF');
      expect(statSync(join(anew.data, 'api-token')).mode & 0o777).toBe(0o600);
      expect(existsSync(join(anew.data, 'recordings'))).toBe(false);

      const beside = await pbx400('restore', file, '--config', anew.config, '--force');
      expect(beside).toMatchObject({ code: 69 });
      expect(beside.err).toContain('another PBX is running');
      await play(store, sampleCall('newer'));
      const head = await store.events.head('demo');
      await store.close();
      const unasked = await pbx400('restore', file, '--config', anew.config);
      expect(unasked).toMatchObject({ code: 69 });
      expect(unasked.err).toContain('--force replaces all that it holds');
      writeFile(join(anew.data, 'api-token'), 'another\n');
      const other = await pbx400('restore', file, '--config', anew.config);
      expect(other.err).toContain('has others of 1 files (api-token); --force');
      expect(await pbx400('restore', file, '--config', anew.config, '--force')).toMatchObject({ code: 0 });
      expect(readFileSync(join(anew.data, 'api-token'), 'utf8')).toBe('secret\n');
      const again = await open(anew);
      const skipped = head + 1_000_000;
      expect(await again.events.read('demo', saved, 10)).toMatchObject([{ seq: skipped + 1, to: skipped }]);
      expect((await again.cdrs.query({})).cdrs).toHaveLength(2);
      await again.close();
      // It opens nine databases, each with a start's work.
    }, 120_000);
  });
}

describe('pbx400 backup', () => {
  it('takes recordings along when asked, and refuses a place where the next backup would hold it', async () => {
    const old = await install('old', SQLITE!);
    await (await open(old)).close();
    writeFile(join(old.data, 'recordings/demo/a.wav'), 'talk');
    const inside = await pbx400('backup', join(old.data, 'x.backup'), '--config', old.config);
    expect(inside).toMatchObject({ code: 69 });
    expect(inside.err).toContain('or in its folder backups');
    const file = join(dir, 'all.backup');
    const made = await pbx400('backup', file, '--with-recordings', '--config', old.config);
    expect(made.out).toMatch(/all\.backup: \d+ bytes, the database and 1 files\n$/);
    expect((await pbx400('backup', file, '--config', old.config)).err).toContain('is there already');
    const anew = await install('new', SQLITE!);
    await pbx400('restore', file, '--config', anew.config);
    expect(readFileSync(join(anew.data, 'recordings/demo/a.wav'), 'utf8')).toBe('talk');
  });

  it('restores nothing from what is no backup', async () => {
    const anew = await install('new', SQLITE!);
    const file = join(dir, 'x.backup');
    writeFileSync(file, 'not a database');
    const refused = await pbx400('restore', file, '--config', anew.config);
    expect(refused).toMatchObject({ code: 69 });
    expect(refused.err).toContain('is no backup of pbx400');
    expect((await pbx400('restore', join(dir, 'none'), '--config', anew.config)).err).toContain(
      'there is no',
    );
  });
});
