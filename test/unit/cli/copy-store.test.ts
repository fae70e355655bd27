import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { sampleCall } from '../../support/call-events.ts';

let dir: string;
let from: string;
let to: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-copy-'));
  [from, to] = [join(dir, 'from.db'), join(dir, 'to.db')];
  const store = await openSqliteStore({ file: from, clock: systemClock, logger: silentLogger });
  for (const event of sampleCall('c1').events) store.journal.append(event);
  await store.close();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function copyStore(...args: string[]) {
  let out = '';
  let err = '';
  const code = await run(['copy-store', ...args], {
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

describe('pbx400 copy-store', () => {
  it('says what it copied, for people and for programs, and replaces nothing unasked', async () => {
    const first = await copyStore(from, to);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^cdr +1$/m);
    const rows = [...first.out.matchAll(/^\w+ +(\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect(first.out).toContain(`\n${rows} rows copied, read back and found equal\n`);
    const second = await copyStore(from, to);
    expect(second).toMatchObject({ code: 69, out: '' });
    expect(second.err).toMatch(/the target is not empty: \w+ has 1 rows; --force replaces/);
    const third = await copyStore(from, to, '--force', '--json');
    const tables = third.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(tables).toContainEqual({ table: 'cdr', rows: 1 });
  });

  it('refuses what is no database, and makes none by mistake', async () => {
    const mistyped = await copyStore(join(dir, 'form.db'), to);
    expect(mistyped).toMatchObject({ code: 69, err: `there is no ${join(dir, 'form.db')}\n` });
    expect(existsSync(join(dir, 'form.db'))).toBe(false);
    expect((await copyStore(from, from)).err).toContain('the same database');
    expect((await copyStore(from, 'postgres://host:port/x')).err).toContain('no URL of a database');
  });
});
