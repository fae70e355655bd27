import type { User } from './auth-store.ts';
import type { Companies } from './companies.ts';
import type { Principal } from './principal.ts';
import { isNarrow, type NarrowReach, type Right, type RightSet } from './rights.ts';

/**
 * What of the rights that a user has, or would have, goes beyond those of who manages him, `call:read:tenant`; undefined: nothing. A right that reaches
 * some agents of a company is compared by whom it reaches, from where each of the two stands: the same word reaches others in another department.
 */
export function lackedBy(
  by: Principal,
  user: User,
  rights: RightSet,
  companies: Companies,
): string | undefined {
  const lacked = rights.list().find((right) => !hasAsFar(by, user, right, companies));
  return lacked && `${lacked.permission}:${lacked.reach}`;
}

function hasAsFar(by: Principal, user: User, { permission, reach }: Right, companies: Companies): boolean {
  if (!by.rights.has(permission, reach)) return false;
  const own = by.rights.reachOf(permission)!;
  // As far as the company, or farther: nobody in it is left out.
  if (!isNarrow(own) || !isNarrow(reach)) return true;
  const manager = by.person?.user;
  return reachesNoFarther(user, reach, manager, own, companies);
}

function reachesNoFarther(
  user: User,
  reach: NarrowReach,
  manager: User | undefined,
  own: NarrowReach,
  companies: Companies,
): boolean {
  const { agents } = companies.reachedBy(user, reach);
  const known = manager && companies.reachedBy(manager, own).agents;
  if (![...agents].every((agent) => known?.has(agent))) return false;
  // A department without agents may have some tomorrow.
  const departments = companies.departmentsOf(user, reach);
  const ownDepartments = manager && companies.departmentsOf(manager, own);
  return [...departments].every((department) => ownDepartments?.has(department));
}
