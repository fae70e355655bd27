import { beforeEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import { hashOf } from '../../../src/auth/tokens.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, PASSWORD, person } from '../../support/http.ts';

const HERE = { address: '192.0.2.1', device: 'Firefox' };
const MINUTE = 60_000;

let clock: ManualClock;
let store: MemoryStore;
let companies: Set<string>;
let auth: Auth;

beforeEach(async () => {
  clock = new ManualClock(1_000_000);
  store = new MemoryStore();
  companies = new Set(['a', 'b']);
  auth = authOf(store, { clock, companies });
  await person(store, 'li');
});

/** Signs in; the clock runs while he is held up. */
async function signIn(login = 'li', password = PASSWORD, { tenantId = 'a', address = HERE.address } = {}) {
  const asked = auth.signIn.signIn({ tenantId, login, password }, { ...HERE, address });
  const settled = asked.then(
    () => {},
    () => {},
  );
  let isOver = false;
  void settled.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((done) => setImmediate(done));
    if (clock.pending > 0) await clock.advance(clock.nextInMs!);
  }
  return await asked;
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'in',
    (error: { code: string }) => error.code,
  );

describe('signing in', () => {
  it('opens a session with a new token, of which the store has the hash', async () => {
    const one = await signIn('LI');
    const other = await signIn();
    expect(other.token).not.toBe(one.token);
    expect(await store.auth.sessions.withToken(hashOf(one.token))).toEqual(one.session);
    expect(JSON.stringify(await store.audit.newest(9, Scope.all))).not.toMatch(
      new RegExp(`${one.token}|${PASSWORD}`),
    );
    expect((await auth.sessions.principalOf(one.token))?.name).toBe('li@a');
    expect((await store.audit.newest(1, Scope.of('a')))[0]).toMatchObject({
      action: 'sign-in',
      by: 'li@a',
      details: { address: '192.0.2.1', device: 'Firefox' },
    });
  });

  it.each([
    ['a wrong password', 'li', 'wrong', 'a'],
    ['a login that there is not', 'wang', PASSWORD, 'a'],
    ['another company', 'li', PASSWORD, 'b'],
    ['a company that there is not', 'li', PASSWORD, 'none'],
  ])('gives one answer to %s', async (_, login, password, tenantId) => {
    const wrong = signIn(login, password, { tenantId });
    await expect(wrong).rejects.toThrow(
      expect.objectContaining({ code: 'wrong-password', message: 'login or password is wrong' }),
    );
  });

  it('gives the same answer to who is shut out, and where the company is gone', async () => {
    await person(store, 'wang', { isActive: false });
    expect(await codeOf(signIn('wang'))).toBe('wrong-password');
    companies.delete('a');
    expect(await codeOf(signIn('li'))).toBe('wrong-password');
  });

  it('hears no more of an account from an address after 20 wrong passwords; its owner is let in from elsewhere', async () => {
    for (let count = 0; count < 20; count++)
      expect(await codeOf(signIn('li', 'wrong'))).toBe('wrong-password');
    expect(await codeOf(signIn('li', 'wrong'))).toBe('too-many-tries');
    expect(await codeOf(signIn('li', PASSWORD))).toBe('too-many-tries');
    expect(await codeOf(signIn('li', PASSWORD, { address: '192.0.2.2' }))).toBe('in');
    await clock.advance(15 * MINUTE);
    expect(await codeOf(signIn('li', PASSWORD))).toBe('in');
  });

  it('treats accounts that there are not alike', async () => {
    for (let count = 0; count < 20; count++)
      expect(await codeOf(signIn('wang', 'wrong'))).toBe('wrong-password');
    expect(await codeOf(signIn('wang', 'wrong'))).toBe('too-many-tries');
  });

  it('counts tries that are under way', async () => {
    const tries = Array.from({ length: 25 }, () => codeOf(signIn('li', 'wrong')));
    const ends = await Promise.all(tries);
    expect(ends.filter((end) => end === 'too-many-tries')).toHaveLength(5);
  });

  it('holds each try of an account up by what was wrong before, from wherever', async () => {
    const took: number[] = [];
    for (let count = 0; count < 4; count++) {
      const begun = clock.now();
      await codeOf(signIn('li', 'wrong', { address: `192.0.2.${count}` }));
      took.push(clock.now() - begun);
    }
    expect(took).toEqual([0, 100, 200, 300]);
  });
});

describe('a session', () => {
  it('ends when it was not used for an hour, and 12 hours after it began', async () => {
    const { token } = await signIn();
    await clock.advance(59 * MINUTE);
    expect(await auth.sessions.principalOf(token)).toBeDefined();
    for (let hour = 1; hour < 12; hour++) {
      await clock.advance(59 * MINUTE);
      expect(await auth.sessions.principalOf(token), `${hour}`).toBeDefined();
    }
    await clock.advance(12 * MINUTE);
    expect(await auth.sessions.principalOf(token)).toBeUndefined();
    const idle = await signIn();
    await clock.advance(60 * MINUTE);
    expect(await auth.sessions.principalOf(idle.token)).toBeUndefined();
  });

  it('ends when its user signs out, is shut out, or his company goes', async () => {
    const { token, user } = await signIn();
    await auth.signIn.signOut((await auth.sessions.principalOf(token))!);
    expect(await auth.sessions.principalOf(token)).toBeUndefined();
    const again = await signIn();
    companies.delete('a');
    expect(await auth.sessions.principalOf(again.token)).toBeUndefined();
    companies.add('a');
    await store.auth.users.change({ ...user, isActive: false, revision: 2 });
    expect(await auth.sessions.principalOf(again.token)).toBeUndefined();
  });

  it('has the roles that its user has now', async () => {
    const { token, user } = await signIn();
    await store.auth.users.change({ ...user, roles: ['agent'], revision: 2 });
    expect((await auth.sessions.principalOf(token))?.rights.has('user:read', 'tenant')).toBe(false);
  });

  it.each(['', 'x', hashOf('x')])('is not opened by %j', async (token) => {
    await signIn();
    expect(await auth.sessions.principalOf(token)).toBeUndefined();
  });
});
