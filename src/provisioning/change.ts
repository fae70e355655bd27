import type { NewBulkChange } from '../store/bulk-change.ts';
import type { Publication } from '../store/hotline-version.ts';
import type { Named } from './snapshot.ts';

/** Names one entity. */
export type EntityName = Pick<Named, 'kind' | 'tenant' | 'name'>;

/** An entity that comes, or takes the place of the one of its name. */
export interface ProposedEntity extends EntityName {
  /** As its kind's schema says, with tenant and key. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Secrets that are left out go; else they stay as they are. */
  readonly isWhole?: boolean;
}

/** Changes of entities that are taken together or not at all. */
export interface ChangeSet {
  readonly put: readonly ProposedEntity[];
  readonly removed: readonly EntityName[];
  /** Who asks for it. */
  readonly by: string;
  /** Hotlines of which it publishes a version that is there already, by {@link keyOf}. */
  readonly publications?: ReadonlyMap<string, Publication>;
  /** Revisions that who asks has seen, by {@link keyOf}; 0: that there was none. */
  readonly seen?: ReadonlyMap<string, number>;
  /** Kept as a change of many entities, which can be taken back. */
  readonly bulk?: NewBulkChange | undefined;
}

/** What becomes of one entity. */
export interface PlannedChange extends EntityName {
  readonly verb: 'add' | 'change' | 'remove';
  /** Fields that are not as they were, secrets without their text; for a change only. */
  readonly fields: readonly FieldChange[];
}

export interface FieldChange {
  /** As a file has it: `ring`, `register.expires`. */
  readonly field: string;
  /** As a file has it: `15s`; undefined: there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What tells entities of one installation apart. */
export const keyOf = ({ kind, tenant, name }: EntityName): string => `${kind}\n${tenant}\n${name}`;

/** All entities of a kind that a company has: what a section of a file stands for. */
export type EntityGroup = Pick<Named, 'kind' | 'tenant'>;

/** Those of `known` that are in one of the groups, and that `put` does not hold: what `--prune` removes. */
export function pruned(
  put: readonly EntityName[],
  groups: readonly EntityGroup[],
  known: Iterable<EntityName>,
): readonly EntityName[] {
  const named = new Set(groups.map(groupKey));
  const kept = new Set(put.map(keyOf));
  return [...known].filter((entity) => named.has(groupKey(entity)) && !kept.has(keyOf(entity)));
}

const groupKey = ({ kind, tenant }: EntityGroup): string => `${kind}\n${tenant}`;
