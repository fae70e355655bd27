import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, PASSWORD, person } from '../../support/http.ts';

/** What each hash costs that is computed. */
const work: object[] = [];
const { argon2 } = crypto;
// Files share a process: a mock of the module would come too late for who has imported it already.
beforeAll(() => {
  crypto.argon2 = (...args) => {
    const { memory, passes, parallelism, tagLength } = args[1];
    work.push({ algorithm: args[0], memory, passes, parallelism, tagLength });
    argon2(...args);
  };
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.argon2 = argon2;
  syncBuiltinESMExports();
});

let store: MemoryStore;
beforeEach(async () => {
  store = new MemoryStore();
  await person(store, 'li');
  await person(store, 'out', { isActive: false });
  await person(store, 'gone', { tenantId: 'gone' });
  work.length = 0;
});

it('the same work is done whatever is wrong, so that no time tells which accounts there are', async () => {
  const auth = authOf(store);
  const workOf = async (login: string, tenantId = 'a', password = 'wrong horse battery') => {
    work.length = 0;
    const tried = auth.signIn.signIn({ tenantId, login, password }, { address: '192.0.2.1', device: '' });
    const said = await tried.then(
      () => 'in',
      (error: { code: string }) => error.code,
    );
    return { said, work: [...work] };
  };
  const known = await workOf('li', 'a', PASSWORD);
  expect(known.said).toBe('in');
  expect(known.work).toHaveLength(1);
  const wrong: readonly [login: string, tenantId?: string, password?: string][] = [
    ['li'],
    ['nobody'],
    ['li', 'none'],
    ['li', 'b', PASSWORD],
    ['out', 'a', PASSWORD],
    ['gone', 'gone', PASSWORD],
  ];
  for (const each of wrong)
    expect([each, await workOf(...each)]).toEqual([each, { said: 'wrong-password', work: known.work }]);
});
