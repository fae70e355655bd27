import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { sampleCall } from '../../support/call-events.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-rebuild-'));
  file = join(dir, 'pbx400.db');
  const store = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
  for (const event of sampleCall('c1').events) store.journal.append(event);
  await store.close();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function rebuild(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(['rebuild', ...args], {
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

it('compares, and makes anew what differs', async () => {
  expect(await rebuild('--data', dir, '--check')).toMatchObject({ code: 0 });
  const db = new Database(file);
  db.exec("update cdr set agent = '9999'");
  db.close();

  const checked = await rebuild('--data', dir, '--check');
  expect(checked.code).toBe(65);
  expect(checked.out).toMatch(
    /cdr: call c1 of demo\n {2}stored {2}\[\{"agent":"9999".*\n {2}rebuilt \[\{"agent":"8002"/,
  );
  expect(checked.out).toMatch(/cdr +1 +1 +0/);
  const lines = (await rebuild('--data', dir, '--json')).out.trim().split('\n');
  expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toMatchObject([
    { table: 'cdr', callId: 'c1', tenantId: 'demo' },
    { table: 'cdr', compared: 1, differing: 1, unexplained: 0 },
  ]);
  expect(await rebuild('--data', dir, '--check')).toMatchObject({ code: 0 });
});

it('makes no database where there is none', async () => {
  const missing = await rebuild('--data', join(dir, 'elsewhere'));
  expect(missing.code).not.toBe(0);
});
