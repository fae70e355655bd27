import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { MONDAY_10 } from '../../support/call-events.ts';

let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-audit-'));
  const file = join(dir, 'pbx400.db');
  const store = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
  const entry = { at: MONDAY_10, action: 'backup', by: 'li (pbx400 backup)' } as const;
  await store.audit.append({ ...entry, tenantId: 'system', details: { file: 'a.backup', rows: 7 } });
  await store.audit.append({ ...entry, tenantId: 'demo', action: 'hold', details: {} });
  await store.close();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function audit(...args: string[]): Promise<string> {
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const parts = { out: write, err: write, start: () => Promise.reject(new Error('not started')) };
  expect(await run(['audit', '--data', dir, ...args], parts)).toBe(0);
  return out;
}

it('prints the audit trail, the oldest first, for people and for programs', async () => {
  const text = await audit();
  expect(text).toContain('2026-10-12 10:00:00');
  expect(text).toMatch(/system +backup +li \(pbx400 backup\) +file a\.backup, rows 7\n.*demo +hold/);
  expect(JSON.parse(await audit('--json', '--tenant', 'demo'))).toMatchObject({
    action: 'hold',
    tenantId: 'demo',
  });
  expect(await audit('--tenant', 'other')).toBe('nothing was done yet\n');
});
