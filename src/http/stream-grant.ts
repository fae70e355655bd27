import { AuthError } from '../auth/auth-error.ts';
import { maskFor, type Need, type Principal, scopeOf } from '../auth/principal.ts';
import type { Scope } from '../shared/scope.ts';
import type { EventResource } from '../stream/public-event.ts';
import type { Grant } from '../stream/topics.ts';
import { RequestError } from './errors.ts';

/** The rights of the routes that tell the same. */
const NEEDS: Readonly<Record<EventResource, Need>> = {
  call: { permission: 'call:read', reach: 'own' },
  queue: { permission: 'queue:read', reach: 'own' },
  agent: { permission: 'agent:read', reach: 'own' },
  entity: { permission: 'audit:read', reach: 'tenant' },
  job: { permission: 'job:read', reach: 'tenant' },
};

/** What a principal may hear of a company, and in which scope he sees what is there now. */
export interface Hearing {
  readonly grant: Grant;
  readonly scopes: Readonly<Partial<Record<EventResource, Scope>>>;
}

/**
 * `named`: the company that he names. Throws AuthError: `forbidden` where he may hear of nothing, `not-found`, `bad-request` as for
 * routes.
 */
export function hearingOf(principal: Principal, named: string | undefined): Hearing {
  if (principal.person?.user.mustChange)
    throw new AuthError('must-change-password', 'POST /api/v1/me/password first');
  const scopes: Partial<Record<EventResource, Scope>> = {};
  let refusal: AuthError | undefined;
  for (const [resource, need] of Object.entries(NEEDS) as [EventResource, Need][]) {
    try {
      scopes[resource] = scopeOf(principal, need, named);
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'forbidden') throw error;
      refusal = error;
    }
  }
  const [scope] = Object.values(scopes);
  if (!scope) throw refusal!;
  const { tenantId } = scope;
  if (tenantId === undefined)
    throw new RequestError('bad-request', 'name the company with the header Pbx-Tenant');
  const all = Object.entries(scopes) as [EventResource, Scope][];
  const resources = new Set(all.filter(([, { reached }]) => !reached).map(([resource]) => resource));
  const narrow = new Map(
    all.flatMap(([resource, { reached }]) => (reached ? [[resource, reached.agents] as const] : [])),
  );
  return { grant: { tenantId, resources, narrow, show: maskFor(principal) }, scopes };
}

/** Two grants with the same text let hear the same. */
export const textOf = ({ tenantId, resources, narrow, show }: Grant): string =>
  JSON.stringify([
    tenantId,
    [...resources],
    Array.from(narrow, ([resource, agents]) => [resource, [...agents]]),
    show.name,
  ]);
