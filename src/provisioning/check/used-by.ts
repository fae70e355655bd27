import type { Sliced } from '../../shared/slices.ts';
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
export function* usersOf(
  gone: EntityName,
  entities: readonly Named[],
  proposing: (entities: Iterable<Named>) => Sliced<Proposal>,
): Sliced<readonly User[]> {
  const key = keyOf(gone);
  const { mistakes } = yield* proposing(without(entities, gone));
  return mistakes
    .filter(({ kind, missing }) => (missing ? keyOf(missing) === key : kind === 'hotline'))
    .map(({ kind, tenant, name, path }) => ({ kind, tenant, name, path }));
}

function* without(entities: readonly Named[], { kind, tenant, name }: EntityName): Generator<Named, void> {
  for (const entity of entities)
    if (entity.name !== name || entity.kind !== kind || entity.tenant !== tenant) yield entity;
}
