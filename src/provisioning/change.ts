import type { Named } from './snapshot.ts';

/** Names one entity. */
export type EntityName = Pick<Named, 'kind' | 'tenant' | 'name'>;

/** All entities of one kind that a company has. */
export type EntityGroup = Pick<Named, 'kind' | 'tenant'>;

/** An entity that comes, or takes the place of the one of its name. Secrets that are left out stay as they are. */
export interface ProposedEntity extends EntityName {
  /** As its kind's schema says, with tenant and key. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** Changes of entities that are taken together or not at all. */
export interface ChangeSet {
  readonly put: readonly ProposedEntity[];
  readonly removed: readonly EntityName[];
  /** Who asks for it. */
  readonly by: string;
}

/** What becomes of one entity. */
export interface PlannedChange extends EntityName {
  readonly verb: 'add' | 'change' | 'remove';
  /** Fields that are not as they were, secrets without their text; for a change only. */
  readonly fields: readonly FieldChange[];
}

export interface FieldChange {
  readonly field: string;
  /** JSON; undefined: there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What tells entities of one installation apart. */
export const keyOf = ({ kind, tenant, name }: EntityName): string => `${kind}\n${tenant}\n${name}`;

/**
 * The names that a change set with `--prune` removes: those of the kinds and companies that `put` names, and that `put`
 * does not hold; `empty`: of which nothing is to stay.
 */
export function pruned(
  put: readonly EntityName[],
  known: Iterable<EntityName>,
  empty: readonly EntityGroup[] = [],
): readonly EntityName[] {
  const groups = new Set([...put, ...empty].map(groupOf));
  const kept = new Set(put.map(keyOf));
  return [...known].filter((entity) => groups.has(groupOf(entity)) && !kept.has(keyOf(entity)));
}

/** All tenants are one group: `tenants: { a: {} }` with `--prune` leaves that one. */
const groupOf = ({ kind, tenant }: EntityGroup): string => (kind === 'tenant' ? kind : `${kind}\n${tenant}`);
