import { describe, expect, it } from 'vitest';
import {
  keyPrincipal,
  maskFor,
  OPERATOR_TOKEN,
  type Principal,
  scopeOf,
} from '../../../src/auth/principal.ts';
import { RESOURCES, RightSet, ROLE_NAMES, ROLES, rightsOf } from '../../../src/auth/rights.ts';

const of = (roles: readonly string[], tenantId = 'a'): Principal => {
  return { name: 'li', tenantId, rights: rightsOf(roles) };
};

describe('rights', () => {
  it('reach as far as the widest of all roles, and what includes less', () => {
    const rights = new RightSet([
      { permission: 'call:read', reach: 'own' },
      { permission: 'call:read', reach: 'tenant' },
      { permission: 'call:read', reach: 'group' },
    ]);
    expect(rights.list()).toEqual([{ permission: 'call:read', reach: 'tenant' }]);
    for (const reach of ['own', 'group', 'subtree', 'tenant'] as const)
      expect(rights.has('call:read', reach)).toBe(true);
    for (const reach of ['reseller', 'all'] as const) expect(rights.has('call:read', reach)).toBe(false);
    expect(rights.has('call:create', 'own')).toBe(false);
  });

  it('cover others when they have all of them, as far', () => {
    const [admin, supervisor, agent] = [['company-admin'], ['supervisor'], ['agent']].map(rightsOf);
    expect(admin!.covers(supervisor!)).toBe(true);
    expect(admin!.covers(agent!)).toBe(true);
    expect(supervisor!.covers(admin!)).toBe(false);
    expect(agent!.covers(supervisor!)).toBe(false);
    expect(rightsOf(['operator']).covers(admin!)).toBe(true);
    expect(rightsOf([]).covers(rightsOf(['of a newer version']))).toBe(true);
  });

  it('of companies never reach beyond one', () => {
    for (const name of ROLE_NAMES) {
      const role = ROLES[name];
      const reaches = new Set(role.rights.map(({ reach }) => reach));
      if (role.home !== 'installation') expect(reaches).not.toContain('all');
      if (role.home === 'company') expect(reaches).not.toContain('reseller');
      expect(role.rights.length).toBeGreaterThan(0);
    }
    for (const resource of RESOURCES) expect(OPERATOR_TOKEN.rights.has(`${resource}:read`, 'all')).toBe(true);
  });
});

describe('scope', () => {
  const read = { permission: 'call:read', reach: 'tenant' } as const;

  it('is the own company, whatever is named', () => {
    const li = of(['company-admin']);
    expect(scopeOf(li, read, undefined).tenantId).toBe('a');
    expect(scopeOf(li, read, 'a').tenantId).toBe('a');
    for (const other of ['b', 'none', 'system', ''])
      expect(() => scopeOf(li, read, other)).toThrow(`there is no company ${other}`);
  });

  it('is all of an operator, or the company that he names', () => {
    expect(scopeOf(OPERATOR_TOKEN, read, undefined).tenantId).toBeUndefined();
    expect(scopeOf(OPERATOR_TOKEN, read, 'b').tenantId).toBe('b');
  });

  it('is one of the companies of his reseller, which he names', () => {
    const wang: Principal = { ...of(['reseller'], 'system'), companies: ['a', 'c'] };
    expect(scopeOf(wang, read, 'c').tenantId).toBe('c');
    for (const other of ['b', 'system', 'none'])
      expect(() => scopeOf(wang, read, other)).toThrow('there is no company');
    expect(() => scopeOf(wang, read, undefined)).toThrow('Pbx-Tenant with one of a, c');
    expect(() => scopeOf(wang, { permission: 'ban:read', reach: 'all' }, 'a')).toThrow('no right');
    expect(() => scopeOf(wang, { permission: 'call:read', reach: 'all' }, undefined)).toThrow('no right');
  });

  it('has the agents whom a narrow right reaches, where a route takes one', () => {
    const own = { ...read, reach: 'own' } as const;
    const reached = (reach: string) => ({ agents: new Set([reach]), extensions: new Set<string>() });
    const [agent, supervisor] = [['agent'], ['supervisor']].map((roles) => ({ ...of(roles), reached }));
    expect(scopeOf(agent!, own, undefined).reached).toEqual(reached('own'));
    expect(scopeOf(supervisor!, own, undefined).reached).toEqual(reached('subtree'));
    const atTop = { ...supervisor!, rights: supervisor!.rights.atTop() };
    expect(scopeOf(atTop, read, undefined).reached).toBeUndefined();
    for (const narrow of [agent!, supervisor!])
      expect(() => scopeOf(narrow, read, undefined)).toThrow('no right');
    expect(scopeOf(of(['agent']), own, undefined).reached?.agents.size).toBe(0);
    expect(scopeOf(of(['company-admin']), own, undefined).reached).toBeUndefined();
  });

  it('hides numbers from who has no right to see them', () => {
    const seen = (roles: readonly string[]) =>
      scopeOf(of(roles), { ...read, reach: 'own' }, undefined).seesNumbers;
    expect([['company-admin'], ['supervisor'], ['quality'], ['report-reader']].map(seen)).toEqual([
      ...[true, true],
      ...[false, false],
    ]);
    const key = keyPrincipal({ name: 'crm', tenantId: 'system', permissions: ['call:read'] });
    expect(scopeOf(key, read, undefined)).toMatchObject({ tenantId: undefined, seesNumbers: false });
    expect(maskFor(key)('13800138000')).toBe('138****8000');
    expect(maskFor(OPERATOR_TOKEN)('13800138000')).toBe('13800138000');
  });

  it('is refused to who lacks the right, or whose right reaches less far', () => {
    const refusal =
      (roles: readonly string[], permission: 'call:read' | 'ban:read', reach: 'tenant' | 'all') => () =>
        scopeOf(of(roles), { permission, reach }, undefined);
    expect(refusal(['agent'], 'call:read', 'tenant')).toThrow('no right to call:read');
    expect(refusal(['auditor'], 'call:read', 'tenant')).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
    expect(refusal(['company-admin'], 'ban:read', 'all')).toThrow('no right');
    expect(refusal(['company-admin'], 'call:read', 'all')).toThrow('no right');
    expect(refusal([], 'call:read', 'tenant')).toThrow('no right');
  });
});
