import type { FastifyRequest } from 'fastify';
import { AuthError } from '../auth/auth-error.ts';
import type { Need } from '../auth/principal.ts';
import type { Action, Permission } from '../auth/rights.ts';
import { type KindName, kindOf } from '../provisioning/kinds.ts';
import { resourceOf } from './entity-schemas.ts';

export const ENTITY_ACTIONS = ['read', 'create', 'update', 'delete'] as const;
export type EntityAction = (typeof ENTITY_ACTIONS)[number];

/** What it takes to do that to one. All companies share some kinds, and companies themselves come and go by the word of the operator. */
export function entityNeed(kind: KindName, action: EntityAction): Need {
  const isOperators = kindOf(kind).isShared || (kind === 'tenant' && /create|delete/.test(action));
  const permission = `${resourceOf(kind)}:${action}` as Permission;
  return { permission, reach: isOperators ? 'all' : 'tenant' };
}

/** Who does to many what he may do to each by itself. `resource`: what rights call the kind. Throws AuthError `forbidden`. */
export function requireKindRights(
  { principal }: Pick<FastifyRequest, 'principal'>,
  resource: string,
  actions: readonly Action[],
): void {
  for (const action of actions) {
    const permission = `${resource}:${action}` as Permission;
    if (!principal.rights.has(permission, 'tenant'))
      throw new AuthError('forbidden', `${principal.name} has no right to ${permission}`);
  }
}
