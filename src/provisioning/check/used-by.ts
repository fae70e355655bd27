import { type EntityName, keyOf } from '../change.ts';
import type { Proposal } from '../provisioning.ts';
import type { Named } from '../snapshot.ts';
import type { Mistake } from './mistake.ts';

/** Who names an entity, and in which field. */
export type User = Pick<Mistake, 'kind' | 'tenant' | 'name' | 'path'>;

/**
 * Who would miss an entity, as the checks find it where it is gone: references of schemas, prompts, and the flows of hotlines,
 * whose check does not say what is missing, but whose mistakes would all be due to this one.
 */
export function usersOf(
  gone: EntityName,
  entities: readonly Named[],
  propose: (entities: readonly Named[]) => Proposal,
): readonly User[] {
  const key = keyOf(gone);
  const { mistakes } = propose(entities.filter((entity) => keyOf(entity) !== key));
  return mistakes
    .filter(({ kind, missing }) => (missing ? keyOf(missing) === key : kind === 'hotline'))
    .map(({ kind, tenant, name, path }) => ({ kind, tenant, name, path }));
}
