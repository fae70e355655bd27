import { beforeEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import type { CompanyRole, User } from '../../../src/auth/auth-store.ts';
import type { Companies } from '../../../src/auth/companies.ts';
import { OPERATOR_TOKEN, type Principal } from '../../../src/auth/principal.ts';
import { COMPANY_PERMISSIONS, type Right, rightsOf } from '../../../src/auth/rights.ts';
import type { RoleFields } from '../../../src/auth/roles.ts';
import { agentsReached, departmentOf, departmentsReached } from '../../../src/provisioning/organisation.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { companiesIn } from '../../support/companies.ts';
import { authOf, person } from '../../support/http.ts';

const ADMIN: Principal = { name: 'admin@a', tenantId: 'a', rights: rightsOf(['company-admin']) };
const title = { en: 'Lead', zh: '组长' };
const to = (reach: Right['reach'], ...permissions: readonly Right['permission'][]): RoleFields => ({
  title,
  rights: permissions.map((permission) => ({ permission, reach })),
});
const code = (value: string) => expect.objectContaining({ code: value });

/** north > east; south beside them. */
const TREE = companiesIn(`
tenant: a
tenants: { a: {} }
departments: { north: {}, east: { parent: north }, south: {}, empty: {} }
extensions: { 8001: {}, 8002: {}, 8003: {} }
agents:
  '8001': { department: north }
  '8002': { department: east }
  '8003': { department: south }
`);
const ORGANISATION: Partial<Companies> = {
  hasAgent: (tenant, agent) => TREE.get('agent', tenant, agent) !== undefined,
  hasDepartment: (tenant, name) => TREE.get('department', tenant, name) !== undefined,
  isAtTop: (user) => departmentOf(TREE, user.tenantId, user) === undefined,
  departmentsOf: (user, reach) => departmentsReached(TREE, user.tenantId, user, reach),
  reachedBy: (user, reach) => agentsReached(TREE, user.tenantId, user, reach),
};

let store: MemoryStore;
let auth: Auth;

beforeEach(() => {
  store = new MemoryStore();
  auth = authOf(store, { organisation: ORGANISATION, resellers: { north: ['a'] } });
});

/** Somebody who is there, and as who he is signed in. */
async function enter(login: string, more: Partial<User> = {}) {
  await person(store, login, more);
  const user = (await store.auth.users.withLogin('a', login))!;
  const { token } = await auth.sessions.open(user, { address: '192.0.2.1', device: '' });
  return { user, principal: async () => (await auth.sessions.principalOf(token))! };
}
const userOf = async (login: string) => (await store.auth.users.withLogin('a', login))!;

describe("a company's own role", () => {
  it('gives its rights to who has it, beside those of presets, from its change on where he is signed in', async () => {
    const role = await auth.roles.add(ADMIN, 'a', 'lead', to('tenant', 'call:read', 'user:read'));
    const li = await enter('li', { roles: ['auditor', 'lead'] });
    const first = await li.principal();
    expect(first.rights.list().map(({ permission }) => permission)).toEqual([
      'audit:read',
      'call:read',
      'user:read',
    ]);
    expect((await li.principal()).rights, 'made once a revision').toBe(first.rights);
    const changed = await auth.roles.change(ADMIN, role, to('own', 'call:read'));
    const then = (await li.principal()).rights;
    expect(then.list()).toEqual([
      { permission: 'audit:read', reach: 'tenant' },
      { permission: 'call:read', reach: 'own' },
    ]);
    expect((await li.principal()).rights).toBe(then);
    await auth.users.change(ADMIN, li.user, { roles: ['auditor'] });
    await auth.roles.remove(ADMIN, changed);
    await auth.roles.add(ADMIN, 'a', 'lead', to('tenant', 'call:read'));
    expect((await li.principal()).rights.has('call:read', 'own')).toBe(false);
  });

  it('is nothing of another company of the same name', async () => {
    await auth.roles.add(ADMIN, 'a', 'lead', to('tenant', 'call:read'));
    await person(store, 'li', { tenantId: 'b', roles: ['lead'] });
    const li = (await store.auth.users.withLogin('b', 'li'))!;
    expect((await auth.roles.rightsOf(li)).list()).toEqual([]);
    const wanted = { login: 'wang', reseller: undefined, name: 'W', roles: ['lead'], isActive: true };
    await expect(auth.users.add(OPERATOR_TOKEN, 'b', wanted)).rejects.toThrow(code('bad-role'));
    await auth.users.add(OPERATOR_TOKEN, 'a', wanted);
    const reseller = { ...wanted, login: 'zhao', reseller: 'north' };
    await expect(auth.users.add(OPERATOR_TOKEN, 'system', reseller)).rejects.toThrow(code('bad-role'));
    await expect(auth.roles.add(ADMIN, 'none', 'lead', to('own', 'call:read'))).rejects.toThrow(
      code('not-found'),
    );
  });

  it('has no right that the company has not, nor one that reaches beyond it; presets stay', async () => {
    for (const [permission, reach] of [
      ['ban:read', 'tenant'],
      ['tenant:update', 'tenant'],
      ['call:read', 'all'],
      ['call:read', 'reseller'],
    ] as const)
      await expect(auth.roles.add(OPERATOR_TOKEN, 'a', 'lead', to(reach, permission))).rejects.toThrow(
        code('bad-role'),
      );
    await auth.roles.add(OPERATOR_TOKEN, 'a', 'lead', to('tenant', ...COMPANY_PERMISSIONS));
    for (const name of ['lead', 'operator', 'company-admin'])
      await expect(auth.roles.add(OPERATOR_TOKEN, 'a', name, to('own', 'call:read'))).rejects.toThrow(
        code('exists'),
      );
    await expect(auth.roles.get('a', 'operator')).rejects.toThrow(code('preset-role'));
    await expect(auth.roles.get('a', 'none')).rejects.toThrow(code('not-found'));
    await expect(
      auth.roles.add(OPERATOR_TOKEN, 'system', 'watch', to('tenant', 'node:read')),
    ).rejects.toThrow(code('bad-role'));
    await auth.roles.add(OPERATOR_TOKEN, 'system', 'watch', to('all', 'node:read'));
  });

  it('is removed when nobody has it; till then it is told who does', async () => {
    const role = await auth.roles.add(ADMIN, 'a', 'lead', to('tenant', 'call:read'));
    const { user } = await enter('li', { roles: ['lead'] });
    await expect(auth.roles.remove(ADMIN, role)).rejects.toMatchObject({
      code: 'still-used',
      message: 'li@a have lead',
      flaws: [{ pointer: `/users/${user.id}/roles` }],
    });
    await auth.users.change(ADMIN, user, { roles: [] });
    await auth.roles.remove(ADMIN, role);
    await expect(auth.roles.remove(ADMIN, role)).rejects.toThrow(code('changed-meanwhile'));
    await expect(auth.roles.change(ADMIN, role, {})).rejects.toThrow(code('changed-meanwhile'));
    expect(await store.auth.roles.list(Scope.all)).toEqual([]);
    const trail = await store.audit.newest(9, Scope.all);
    expect(trail.filter(({ action }) => action === 'role').map(({ by, details }) => [by, details])).toEqual([
      ['admin@a', { role: 'lead', did: 'remove', before: { title: 'Lead', rights: ['call:read:tenant'] } }],
      ['admin@a', { role: 'lead', did: 'add', after: { title: 'Lead', rights: ['call:read:tenant'] } }],
    ]);
  });
});

describe('nobody gives what he has not', () => {
  /** May manage users and roles of the company, and hears the calls of a part of it. */
  const MANAGE: readonly Right['permission'][] = ['user:create', 'user:update', 'role:create', 'role:update'];
  const chiefRights = (reach: Right['reach']): RoleFields => ({
    title,
    rights: [...to('tenant', ...MANAGE).rights, ...to(reach, 'call:read').rights],
  });
  let lead: CompanyRole;

  /** A chief who stands in a department, and whose calls reach so far. */
  async function chief(reach: Right['reach'], more: Partial<User>) {
    const role = await auth.roles.add(ADMIN, 'a', 'chief', chiefRights(reach));
    const entered = await enter('chief', { roles: ['chief'], ...more });
    return { ...entered, role };
  }
  const adding = (by: Principal, login: string, more: Partial<User>) =>
    auth.users.add(by, 'a', {
      ...{ login, reseller: undefined, name: login, isActive: true, roles: ['lead'] },
      ...more,
    });

  beforeEach(async () => {
    lead = await auth.roles.add(ADMIN, 'a', 'lead', to('subtree', 'call:read'));
  });

  it('by a role', async () => {
    const by = await (await chief('subtree', { department: 'north' })).principal();
    const refused = code('forbidden');
    const add = (fields: RoleFields) => auth.roles.add(by, 'a', 'mine', fields);
    await expect(add(to('own', 'recording:read'))).rejects.toThrow(refused);
    await expect(add(to('tenant', 'call:read'))).rejects.toThrow(refused);
    await expect(auth.roles.change(by, lead, to('tenant', 'call:read'))).rejects.toThrow(refused);
    const admins = await auth.roles.add(ADMIN, 'a', 'listener', to('tenant', 'recording:read'));
    await expect(auth.roles.change(by, admins, to('own', 'call:read')), 'takes none away').rejects.toThrow(
      refused,
    );
    await expect(add(to('subtree', 'call:read'))).resolves.toBeDefined();
  });

  it('by his own role', async () => {
    const { principal, role } = await chief('subtree', { department: 'north' });
    const by = await principal();
    const more = [...role.rights, ...to('own', 'recording:read').rights];
    await expect(auth.roles.change(by, role, { rights: more })).rejects.toThrow(code('forbidden'));
    await expect(auth.roles.change(by, role, chiefRights('tenant'))).rejects.toThrow(code('forbidden'));
    await auth.roles.change(by, role, chiefRights('own'));
    expect((await principal()).rights.reachOf('call:read')).toBe('own');
  });

  it('by a place from which the same right reaches others', async () => {
    const by = await (await chief('subtree', { department: 'north' })).principal();
    const refused = code('forbidden');
    for (const more of [{ department: 'south' }, { department: 'empty' }, { agent: '8003' }, {}])
      await expect(adding(by, 'x', more), JSON.stringify(more)).rejects.toThrow(refused);
    const li = (await adding(by, 'li', { department: 'east' })).user;
    await adding(by, 'wang', { agent: '8001' });
    for (const more of [{ department: 'south' }, { department: undefined }, { agent: '8003' }])
      await expect(auth.users.change(by, li, more), JSON.stringify(more)).rejects.toThrow(refused);
    const me = await userOf('chief');
    for (const more of [{ department: undefined }, { department: 'south' }])
      await expect(auth.users.change(by, me, more), JSON.stringify(more)).rejects.toThrow(refused);
    expect((await auth.users.change(by, li, { department: 'north' })).department).toBe('north');
  });

  it('by a reach that is wider below the same department', async () => {
    const by = await (await chief('group', { department: 'east' })).principal();
    await expect(adding(by, 'x', { department: 'east' })).rejects.toThrow(code('forbidden'));
    const own = await auth.roles.add(by, 'a', 'group-lead', to('group', 'call:read'));
    await adding(by, 'li', { department: 'east', roles: [own.name] });
    await expect(adding(by, 'x', { department: 'north', roles: [own.name] })).rejects.toThrow(
      code('forbidden'),
    );
  });

  it('by changing a role that somebody elsewhere has', async () => {
    const { principal } = await chief('subtree', { department: 'north' });
    const weak = await auth.roles.add(ADMIN, 'a', 'weak', to('tenant', 'user:create'));
    await person(store, 'south', { roles: ['weak'], department: 'south' });
    const by = await principal();
    await expect(auth.roles.change(by, weak, to('group', 'call:read'))).rejects.toThrow(
      'south@a would have call:read:group beyond what chief@a has',
    );
    await auth.users.change(ADMIN, await userOf('south'), { roles: ['lead'] });
    await auth.roles.change(by, weak, to('group', 'call:read'));
  });

  it('by making a role anew that somebody was left with', async () => {
    await person(store, 'left', { roles: ['former'], department: 'south' });
    const by = await (await chief('subtree', { department: 'north' })).principal();
    await expect(auth.roles.add(by, 'a', 'former', to('subtree', 'call:read'))).rejects.toThrow(
      code('forbidden'),
    );
    await auth.roles.add(ADMIN, 'a', 'former', to('subtree', 'call:read'));
  });
});
