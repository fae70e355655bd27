import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANY_COMPANY } from '../../../src/auth/companies.ts';
import { NO_PHONES } from '../../../src/auth/phone-credentials.ts';
import { run } from '../../../src/cli/run.ts';
import { authOn } from '../../../src/open-auth.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';

const services = { clock: systemClock, ids: systemIds, logger: silentLogger };

let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-users-'));
  await withAuth((auth) => auth.firstOperator.make());
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function withAuth<Result>(work: (auth: ReturnType<typeof authOn>) => Promise<Result>): Promise<Result> {
  const store = await openSqliteStore({ file: join(dir, 'pbx400.db'), ...services });
  try {
    return await work(
      authOn(store, { dataDir: dir, secretKey: 'k'.repeat(32) }, ANY_COMPANY, NO_PHONES, services),
    );
  } finally {
    await store.close();
  }
}

async function pbx400(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  writeFileSync(join(dir, 'pbx400.yaml'), 'data: .\n');
  const code = await run([...args, '--config', join(dir, 'pbx400.yaml')], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started here')),
  });
  return { code, out, err };
}

it('lists who may sign in, and helps who has lost his password, on the record', async () => {
  expect(readFileSync(join(dir, 'operator-password'), 'utf8')).toMatch(/^[\w-]{16}\n$/);
  expect((await pbx400('users')).out).toMatch(
    /system +operator +operator +operator +has to change the password/,
  );
  const { password } = JSON.parse((await pbx400('users', 'reset', 'operator', '--json')).out);
  const origin = { address: '127.0.0.1', device: '' };
  const opened = await withAuth((auth) =>
    auth.signIn.signIn({ tenantId: 'system', login: 'operator', password }, origin),
  );
  expect(opened.user.login).toBe('operator');
  expect((await pbx400('users', 'reset', 'operator', '--second-factor')).out).toBe(
    'there was no authenticator app of operator\n',
  );
  const trail = (await pbx400('audit', '--json')).out;
  expect(trail).toMatch(/"action":"password","by":"\S+ \(pbx400 users reset\)"/);
  expect(trail).not.toContain(password);
  expect(await pbx400('users', 'reset', 'nobody')).toMatchObject({
    code: 69,
    err: 'no operator has the login nobody; pbx400 users lists them\n',
  });
  expect((await pbx400('users', 'reset', 'li', '--tenant', 'a')).err).toContain(
    'no user of a has the login li',
  );
});
