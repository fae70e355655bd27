import type { StoredHotline as Entity } from '../../provisioning/kind/hotline.ts';
import type { Named, Snapshot } from '../../provisioning/snapshot.ts';
import type { Hotline } from '../node/hotline.ts';

/** A hotline that companies have set up, in a file or the database. */
export type StoredHotline = Named<'hotline'>;

const hotlines = new WeakMap<Entity, Hotline>();

/** A stored hotline as the dialplan has it; the same object each time. Not proved. */
export function hotlineOf(value: Entity): Hotline {
  let hotline = hotlines.get(value);
  if (!hotline) {
    hotline = { type: 'hotline', ...value } as Hotline;
    hotlines.set(value, hotline);
  }
  return hotline;
}

/** Which of its versions a stored hotline is; undefined: the database does not own it. */
export type VersionOf = (value: Entity) => number | undefined;

/** Those of a snapshot; what `before` has too comes first. */
export function storedHotlines(
  snapshot: Snapshot,
  versionOf: VersionOf = () => undefined,
  before: Snapshot = snapshot,
): readonly {
  readonly value: Hotline;
  readonly stored: StoredHotline;
  readonly version: number | undefined;
}[] {
  const isNew = ({ tenant, name, value }: StoredHotline) => before.get('hotline', tenant, name) !== value;
  const all = [...snapshot.entities('hotline')];
  return [...all.filter((each) => !isNew(each)), ...all.filter(isNew)].map((stored) => ({
    value: hotlineOf(stored.value),
    stored,
    version: versionOf(stored.value),
  }));
}
