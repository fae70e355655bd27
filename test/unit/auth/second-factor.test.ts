import { beforeEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import { operatorAnswers } from '../../../src/auth/operator-answers.ts';
import type { Principal } from '../../../src/auth/principal.ts';
import { codeAt, newSecret, SECRET_PATTERN, stepOf } from '../../../src/auth/totp.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { SecretBox } from '../../../src/shared/secret-box.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, PASSWORD, person } from '../../support/http.ts';

/** `12345678901234567890`, the secret of RFC 6238's test vectors. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes by time', () => {
  // RFC 6238 appendix B, the last six of eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s are %s', (seconds, code) => {
    const step = Math.floor(seconds / 30);
    expect(codeAt(RFC_SECRET, step)).toBe(code);
    expect(stepOf(code, RFC_SECRET, seconds * 1000, 0)).toBe(step);
  });

  it('are taken a step early or late, and not after one as late was used', () => {
    const code = codeAt(RFC_SECRET, 1000);
    const at = (step: number, used = 0) => stepOf(code, RFC_SECRET, step * 30_000, used);
    expect([998, 999, 1000, 1001, 1002].map((step) => at(step))).toEqual([
      undefined,
      1000,
      1000,
      1000,
      undefined,
    ]);
    expect([at(1000, 999), at(1000, 1000), at(1001, 1001)]).toEqual([1000, undefined, undefined]);
    for (const wrong of ['', '12345', `${code}0`, 'abcdef', '１２３４５６'])
      expect(stepOf(wrong, RFC_SECRET, 30_000_000, 0)).toBeUndefined();
  });

  it('have secrets of 160 bits', () => {
    expect(newSecret()).toMatch(new RegExp(SECRET_PATTERN));
    expect(newSecret()).not.toBe(newSecret());
  });
});

describe('an authenticator app', () => {
  const HERE = { address: '192.0.2.1', device: '' };
  let clock: ManualClock;
  let store: MemoryStore;
  let auth: Auth;
  let li: Principal;
  let secret: string;

  const now = () => codeAt(secret, Math.floor(clock.now() / 30_000));
  const signIn = (code?: string) =>
    auth.signIn.signIn({ tenantId: 'a', login: 'li', password: PASSWORD, code }, HERE);
  const refusal = (code: string) => expect.objectContaining({ code });

  beforeEach(async () => {
    clock = new ManualClock(1_800_000_000_000);
    store = new MemoryStore();
    auth = authOf(store, { clock });
    await person(store, 'li');
    li = (await auth.sessions.principalOf((await signIn()).token))!;
    secret = auth.secondFactor.offer(li).secret;
  });

  /** Each try counts as a wrong one until it was right, and holds the next one up. */
  async function wrong(code?: string): Promise<unknown> {
    const tried = signIn(code).catch((error: { code: string }) => error.code);
    await clock.runUntil(() => clock.pending === 0);
    return await tried;
  }

  it('is turned on by who shows that it has the secret, and has the password', async () => {
    const turnOn = (fields: object) =>
      auth.secondFactor.turnOn(li, { secret, code: now(), password: PASSWORD, ...fields }, HERE.address);
    await expect(turnOn({ code: '000000' })).rejects.toThrow(refusal('wrong-code'));
    expect(auth.secondFactor.offer(li).uri).toMatch(
      /^otpauth:\/\/totp\/pbx400:li%40a\?secret=[A-Z2-7]{32}&issuer=pbx400$/,
    );
    const codes = await turnOn({});
    expect(new Set(codes).size).toBe(10);
    const told = JSON.stringify(await store.audit.newest(9, Scope.all));
    for (const each of [secret, ...codes]) expect(told).not.toContain(each);
    await expect(turnOn({ password: 'wrong' })).rejects.toThrow(refusal('wrong-password'));
  });

  it('is asked for with the right password, and takes no code twice', async () => {
    await auth.secondFactor.turnOn(li, { secret, code: now(), password: PASSWORD }, HERE.address);
    expect(await wrong()).toBe('code-needed');
    expect(await wrong(now()), 'the code that turned it on').toBe('wrong-code');
    await clock.advance(30_000);
    const code = now();
    expect(await wrong(code)).toMatchObject({ user: { login: 'li' } });
    expect(await wrong(code)).toBe('wrong-code');
    expect(await wrong('000000')).toBe('wrong-code');
  });

  it('has its secret sealed where it is stored, for its owner alone; with another key its recovery codes open', async () => {
    const body = { secret, code: now(), password: PASSWORD };
    const [code] = await auth.secondFactor.turnOn(li, body, HERE.address);
    const stored = async () => (await store.auth.users.withLogin('a', 'li'))!;
    expect(JSON.stringify(await stored())).not.toContain(secret);
    await person(store, 'wang', { secondFactor: (await stored()).secondFactor });
    await clock.advance(30_000);
    const asWang = { tenantId: 'a', login: 'wang', password: PASSWORD, code: now() };
    await expect(auth.signIn.signIn(asWang, HERE)).rejects.toThrow(refusal('wrong-code'));
    const right = auth;
    auth = authOf(store, { clock, box: new SecretBox('another key of 32 characters ....') });
    expect(await wrong(now())).toBe('wrong-code');
    expect(await wrong(code)).toMatchObject({ user: { login: 'li' } });
    auth = right;
    expect(await wrong(now())).toMatchObject({ user: { login: 'li' } });
  });

  it('of before secrets were sealed is sealed at the start, once, and goes on', async () => {
    const secondFactor = { secret, recovery: [], usedStep: 0 };
    for (const login of ['old', 'older']) await person(store, login, { secondFactor });
    expect(await auth.secondFactor.sealOld()).toBe(2);
    expect(JSON.stringify(await store.auth.users.list(Scope.all, { limit: 9 }))).not.toContain(secret);
    expect(await auth.secondFactor.sealOld()).toBe(0);
    const old = { tenantId: 'a', login: 'old', password: PASSWORD, code: now() };
    await expect(auth.signIn.signIn(old, HERE)).resolves.toBeDefined();
    await expect(auth.signIn.signIn(old, HERE)).rejects.toThrow(refusal('wrong-code'));
  });

  it('that is lost has codes that are taken once', async () => {
    const [code, other] = await auth.secondFactor.turnOn(
      li,
      { secret, code: now(), password: PASSWORD },
      HERE.address,
    );
    expect(await wrong(code)).toMatchObject({ user: { login: 'li' } });
    expect(await wrong(code)).toBe('wrong-code');
    expect(await wrong(other)).toMatchObject({ user: { login: 'li' } });
  });

  it('is turned off with the password, or on the machine', async () => {
    await auth.secondFactor.turnOn(li, { secret, code: now(), password: PASSWORD }, HERE.address);
    const reset = operatorAnswers(auth)['reset-second-factor'] as (asked: object) => Promise<object>;
    expect(await reset({ tenantId: 'a', login: 'li', by: 'root' })).toEqual({ had: true });
    const again = (await auth.sessions.principalOf((await signIn()).token))!;
    await clock.advance(30_000);
    await auth.secondFactor.turnOn(again, { secret, code: now(), password: PASSWORD }, HERE.address);
    const user = (await auth.sessions.principalOf((await signIn(await codeLater())).token))!;
    await auth.secondFactor.turnOff(user, PASSWORD, HERE.address);
    await expect(signIn()).resolves.toBeDefined();
  });

  async function codeLater(): Promise<string> {
    await clock.advance(30_000);
    return now();
  }
});
