import type { Insertable, Selectable } from 'kysely';
import type { User } from '../auth/auth-store.ts';
import { storableText } from './storable.ts';
import type { UserAccountTable } from './user-tables.ts';

export function userRow(user: User): Insertable<UserAccountTable> {
  return {
    id: user.id,
    tenant_id: user.tenantId,
    reseller: user.reseller ?? null,
    login: storableText(user.login),
    created_at: user.createdAt,
    ...changeable(user),
  };
}

/** What changes of a user; the rest is of the first day. */
export function changeable(user: User) {
  const { name, roles, isActive, agent, department, password, mustChange, secondFactor, revision } = user;
  const { secret, recovery } = secondFactor ?? {};
  return {
    name: storableText(name),
    roles: JSON.stringify(roles),
    is_active: Number(isActive),
    agent: agent ?? null,
    department: department ?? null,
    password,
    must_change: Number(mustChange),
    second_factor: secondFactor ? JSON.stringify({ secret, recovery }) : null,
    revision,
  };
}

export function userOf(row: Selectable<UserAccountTable>): User {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    reseller: row.reseller ?? undefined,
    login: row.login,
    name: row.name,
    roles: JSON.parse(row.roles),
    isActive: row.is_active === 1,
    agent: row.agent ?? undefined,
    department: row.department ?? undefined,
    password: row.password,
    mustChange: row.must_change === 1,
    secondFactor:
      row.second_factor === null ? undefined : { ...JSON.parse(row.second_factor), usedStep: row.used_step },
    createdAt: row.created_at,
    signedInAt: row.signed_in_at ?? undefined,
    revision: row.revision,
  };
}
