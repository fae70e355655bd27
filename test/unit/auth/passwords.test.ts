import { expect, it } from 'vitest';
import { oneTimePassword, Passwords, requireStrength } from '../../../src/auth/passwords.ts';
import { systemIds } from '../../../src/shared/ids.ts';

it('are hashed with a salt of their own, and checked', async () => {
  const passwords = new Passwords();
  const [one, other] = [await passwords.hash('密码 and more'), await passwords.hash('密码 and more')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(other).not.toBe(one);
  expect(await passwords.check('密码 and more', one)).toBe(true);
  expect(await passwords.check('密码 and more!', one)).toBe(false);
  for (const hash of [undefined, one.slice(0, 40)]) expect(await passwords.check('', hash)).toBe(false);
});

// The reference implementation's test of version 19: argon2id, t 2, 64 MiB, one lane, salt `somesalt`.
it('of other settings are checked with those', async () => {
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await new Passwords().check('password', hash)).toBe(true);
  expect(await new Passwords().check('differentpassword', hash)).toBe(false);
});

it('wait for each other, and not without end', async () => {
  const passwords = new Passwords();
  const many = Array.from({ length: 51 }, () =>
    passwords.check('x', '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAA'),
  );
  const ends = await Promise.allSettled(many);
  expect(ends.map(({ status }) => status)).toEqual([...Array(50).fill('fulfilled'), 'rejected']);
  expect(ends.at(-1)).toMatchObject({ reason: { code: 'too-many-tries', retryAfterMs: 5_000 } });
  expect(await passwords.check('x', '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAA')).toBe(false);
});

it.each([
  ['short', /shorter than 10/],
  ['Li-is-my-name', /login/],
  ['aaaaaaaaaaaaaaa', /five different/],
])('%s is too weak', (password, why) => {
  expect(() => requireStrength(password, 'li')).toThrow(why);
});

it('are strong where they are made for one time', () => {
  const made = oneTimePassword(systemIds);
  expect(made).toMatch(/^[\w-]{16}$/);
  expect(oneTimePassword(systemIds)).not.toBe(made);
});
