import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import { operatorAnswers } from '../../../src/auth/operator-answers.ts';
import { OPERATOR_TOKEN, type Principal } from '../../../src/auth/principal.ts';
import { rightsOf } from '../../../src/auth/rights.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, PASSWORD, person } from '../../support/http.ts';

const HERE = { address: '192.0.2.1', device: '' };
const ADMIN: Principal = {
  name: 'admin@a',
  tenantId: 'a',
  rights: rightsOf(['company-admin']),
  address: HERE.address,
};
const FIELDS = { name: '李雷', roles: ['supervisor'], isActive: true, reseller: undefined };

let dir: string;
let file: string;
let store: MemoryStore;
let auth: Auth;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-users-'));
  file = join(dir, 'operator-password');
  store = new MemoryStore();
  auth = authOf(store, { firstPassword: file, resellers: { north: ['a'] } });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const code = (value: string) => expect.objectContaining({ code: value });
const audit = async () =>
  (await store.audit.newest(9, Scope.all)).map(({ action, by, details }) => [action, by, details]);

describe('a user', () => {
  it('is made with a password that opens nothing but the change of it', async () => {
    const { user, password } = await auth.users.add(ADMIN, 'a', { login: 'Li', ...FIELDS });
    expect(user).toMatchObject({ tenantId: 'a', login: 'li', mustChange: true, revision: 1 });
    const { token } = await auth.signIn.signIn({ tenantId: 'a', login: 'li', password }, HERE);
    const principal = (await auth.sessions.principalOf(token))!;
    const change = { old: password, password: 'a-better-one-8' };
    const opened = await auth.users.changePassword(principal, change, HERE);
    expect(opened.user).toMatchObject({ mustChange: false, revision: 2 });
    expect(await auth.sessions.principalOf(token), 'the session is another one').toBeUndefined();
    expect((await auth.sessions.principalOf(opened.token))?.name).toBe('li@a');
    expect(JSON.stringify(await audit())).not.toMatch(new RegExp(`${password}|better|argon2`));
    expect((await audit()).map(([action, by]) => [action, by])).toEqual([
      ['password', 'li@a'],
      ['sign-in', 'li@a'],
      ['user', 'admin@a'],
    ]);
  });

  it('is refused with a login that is taken, in a company that there is not, or with a role of others', async () => {
    await person(store, 'li');
    const add = (tenantId: string, fields: object) =>
      auth.users.add(OPERATOR_TOKEN, tenantId, { login: 'li', ...FIELDS, ...fields });
    await expect(add('a', {})).rejects.toThrow(code('exists'));
    await expect(add('none', {})).rejects.toThrow(code('not-found'));
    for (const roles of [['operator'], ['supervisor', 'king']])
      await expect(add('b', { roles })).rejects.toThrow(code('bad-role'));
    await expect(add('system', {})).rejects.toThrow('those of system may be operator');
    await expect(add('system', { reseller: 'south' })).rejects.toThrow('there is no reseller south');
    await expect(add('b', { reseller: 'north' })).rejects.toThrow(code('not-found'));
    for (const roles of [['operator'], ['supervisor']])
      await expect(add('system', { reseller: 'north', roles })).rejects.toThrow(
        'those of north may be reseller',
      );
    await expect(add('system', { reseller: 'north', roles: ['reseller'] })).resolves.toBeDefined();
  });

  it('is given no right by who lacks it', async () => {
    const supervisor = { ...ADMIN, rights: rightsOf(['supervisor']) };
    const add = (by: Principal, roles: readonly string[]) =>
      auth.users.add(by, 'a', { login: roles.join('-'), ...FIELDS, roles });
    await expect(add(supervisor, ['company-admin'])).rejects.toThrow(code('forbidden'));
    await expect(add(supervisor, ['agent'])).resolves.toBeDefined();
    const admin = (await add(ADMIN, ['company-admin'])).user;
    for (const act of [
      auth.users.change(supervisor, admin, { isActive: false }),
      auth.users.remove(supervisor, admin),
      auth.users.resetPassword(supervisor, admin),
    ])
      await expect(act).rejects.toThrow(code('forbidden'));
  });

  it('is one agent at most, of his company, and nobody else is', async () => {
    auth = authOf(store, { agents: new Set(['8001']), departments: new Set(['sales']) });
    const add = (login: string, more: object) => auth.users.add(ADMIN, 'a', { login, ...FIELDS, ...more });
    const { user } = await add('li', { agent: '8001', department: 'sales' });
    await expect(add('wang', { agent: '8001' })).rejects.toThrow('li@a is agent 8001 already');
    await expect(add('wang', { agent: '8002' })).rejects.toThrow(code('not-found'));
    await expect(add('wang', { department: 'none' })).rejects.toThrow(code('not-found'));
    const wang = await add('wang', {});
    const taking = () => auth.users.change(ADMIN, wang.user, { agent: '8001' });
    await expect(taking()).rejects.toThrow(code('exists'));
    expect((await auth.users.change(ADMIN, user, { name: '李' })).agent).toBe('8001');
    const former = await auth.users.get(Scope.all, user.id);
    await auth.users.change(ADMIN, former, { agent: undefined });
    expect(await taking()).toMatchObject({ agent: '8001', department: undefined });
  });

  it('is changed by who knows him as he is, and told before and after', async () => {
    await person(store, 'li', { roles: ['agent'] });
    const li = (await store.auth.users.withLogin('a', 'li'))!;
    const changed = await auth.users.change(ADMIN, li, { roles: ['supervisor'] });
    await expect(auth.users.change(ADMIN, li, { name: 'x' })).rejects.toThrow(code('changed-meanwhile'));
    await expect(auth.users.remove(ADMIN, li)).rejects.toThrow(code('changed-meanwhile'));
    expect((await audit())[0]).toEqual([
      'user',
      'admin@a',
      {
        user: 'li@a',
        did: 'change',
        before: { name: 'li', roles: ['agent'], isActive: true },
        after: { name: 'li', roles: ['supervisor'], isActive: true },
        address: '192.0.2.1',
      },
    ]);
    await auth.users.remove(ADMIN, changed);
    await expect(auth.users.get(Scope.all, li.id)).rejects.toThrow(code('not-found'));
  });

  it('is signed out when he is shut out, and when his password is reset', async () => {
    await person(store, 'li');
    const signIn = (password: string) => auth.signIn.signIn({ tenantId: 'a', login: 'li', password }, HERE);
    const { token, user } = await signIn(PASSWORD);
    const reset = await auth.users.resetPassword(ADMIN, user);
    expect(await auth.sessions.principalOf(token)).toBeUndefined();
    const again = await signIn(reset.password);
    await auth.users.change(ADMIN, reset.user, { isActive: false });
    expect(await store.auth.sessions.of(user.id)).toEqual([]);
    expect(await auth.sessions.principalOf(again.token)).toBeUndefined();
    await expect(signIn(PASSWORD)).rejects.toThrow(code('wrong-password'));
  });

  it('changes his password with the old one only, to a strong one', async () => {
    await person(store, 'li');
    const { token } = await auth.signIn.signIn({ tenantId: 'a', login: 'li', password: PASSWORD }, HERE);
    const li = (await auth.sessions.principalOf(token))!;
    const change = (old: string, password: string) => auth.users.changePassword(li, { old, password }, HERE);
    await expect(change(PASSWORD, 'too-short')).rejects.toThrow(code('weak-password'));
    await expect(change(PASSWORD, PASSWORD)).rejects.toThrow(code('weak-password'));
    await expect(change('wrong', 'a-better-one-8')).rejects.toThrow(code('wrong-password'));
    expect(await auth.sessions.principalOf(token)).toBeDefined();
  });
});

describe('the first operator', () => {
  it('is made once, with a random password in a file for its owner, which goes when it is changed', async () => {
    expect(await auth.firstOperator.make()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const password = readFileSync(file, 'utf8').trim();
    expect(await auth.firstOperator.make()).toBe(false);
    expect(readFileSync(file, 'utf8').trim()).toBe(password);
    const { token } = await auth.signIn.signIn({ tenantId: 'system', login: 'operator', password }, HERE);
    const operator = (await auth.sessions.principalOf(token))!;
    expect(operator).toMatchObject({
      name: 'operator',
      tenantId: 'system',
      person: { user: { mustChange: true } },
    });
    await auth.users.changePassword(operator, { old: password, password: 'a-better-one-8' }, HERE);
    expect(existsSync(file)).toBe(false);
  });

  it('cannot be removed, shut out or stripped while he is the last', async () => {
    await auth.firstOperator.make();
    const operator = (await store.auth.users.withLogin('system', 'operator'))!;
    await expect(auth.users.remove(OPERATOR_TOKEN, operator)).rejects.toThrow(code('last-operator'));
    for (const fields of [{ isActive: false }, { roles: [] }])
      await expect(auth.users.change(OPERATOR_TOKEN, operator, fields)).rejects.toThrow(
        code('last-operator'),
      );
    const second = { login: 'wang', name: '王', roles: ['operator'], isActive: true, reseller: undefined };
    await auth.users.add(OPERATOR_TOKEN, 'system', second);
    await auth.users.remove(OPERATOR_TOKEN, operator);
    expect(await auth.firstOperator.make(), 'somebody runs the installation').toBe(false);
  });

  it('gets a new password on the machine', async () => {
    await auth.firstOperator.make();
    const { 'reset-password': reset, users } = operatorAnswers(auth) as Record<
      string,
      (asked: object) => Promise<object>
    >;
    const asked = { tenantId: 'system', by: 'root (pbx400 users reset)' };
    const { password } = (await reset!({ ...asked, login: 'Operator' })) as { password: string };
    expect(existsSync(file)).toBe(false);
    await auth.signIn.signIn({ tenantId: 'system', login: 'operator', password }, HERE);
    expect((await audit())[1]).toEqual(['password', asked.by, { did: 'reset', user: 'operator' }]);
    await expect(reset!({ ...asked, login: 'nobody' })).rejects.toThrow(/no operator has the login nobody/);
    await person(store, 'li');
    const { users: rows } = (await users!({})) as { users: readonly object[] };
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('argon2');
    expect(await users!({ tenantId: 'a' })).toMatchObject({ users: [{ login: 'li' }] });
  });
});
