import { type EntityName, keyOf } from '../change.ts';
import type { Mistake } from './mistake.ts';

/** What is wrong with a change that removes entities: one mistake for each that is still used, with all who use it. */
export function asStillUsed(
  mistakes: readonly Mistake[],
  removed: readonly EntityName[],
): readonly Mistake[] {
  const gone = new Map(removed.map((entity) => [keyOf(entity), entity]));
  const users = new Map<EntityName, Set<string>>();
  const others = mistakes.filter(({ kind, name, missing }) => {
    const entity = missing && gone.get(keyOf(missing));
    if (!entity) return true;
    users.set(entity, (users.get(entity) ?? new Set()).add(`${kind} '${name}'`));
    return false;
  });
  return [...Array.from(users, ([entity, by]) => stillUsed(entity, [...by])), ...others];
}

function stillUsed({ kind, tenant, name }: EntityName, users: readonly string[]): Mistake {
  const reason = `${kind} '${name}' cannot be removed: it is used by ${users.join(', ')}`;
  const fix = 'take it out of them in the same change, or before';
  return { kind, tenant, name, path: [], reason, fix, users };
}
