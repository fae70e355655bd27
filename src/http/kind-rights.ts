import type { FastifyRequest } from 'fastify';
import { AuthError } from '../auth/auth-error.ts';
import type { Action, Permission } from '../auth/rights.ts';

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
