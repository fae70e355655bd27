/** What a change of entities makes of the versions of hotlines, in every engine. */
import { type HotlineVersion, publish, retireAll, type VersionChange } from './hotline-version.ts';
import type { StoredChange, StoredEntity } from './store.ts';

/** The kind of entity that has versions. */
export const HOTLINE_KIND = 'hotline';

/** The hotlines that a change of entities touches, each once. */
export function hotlinesIn({ put, removed }: StoredChange): readonly StoredEntity[] {
  const byName = new Map<string, StoredEntity>();
  for (const entity of [...removed, ...put])
    if (entity.kind === HOTLINE_KIND) byName.set(`${entity.tenantId}\n${entity.name}`, entity);
  return [...byName.values()];
}

/** What a change of entities makes of the versions of its hotlines, and which of them each is now. Throws VersionOutdatedError. */
export function versionsMade(
  change: StoredChange,
  of: (entity: StoredEntity) => readonly HotlineVersion[],
): { readonly versions: ReadonlyMap<string, number>; readonly changes: readonly VersionChange[] } {
  const { put, at, by, publications } = change;
  const versions = new Map<string, number>();
  const changes = hotlinesIn(change).map((entity) => {
    if (!put.includes(entity)) return retireAll(of(entity));
    const made = publish(of(entity), entity, { at, by, as: publications?.get(entity.id) });
    versions.set(entity.id, made.version);
    return made.change;
  });
  return { versions, changes };
}
