import { TypedEvents } from '../shared/events.ts';
import { type Entities, KIND_NAMES, type KindName } from './kinds.ts';
import { type Named, Snapshot } from './snapshot.ts';

/** One entity that came (`before` undefined), changed, or went (`after` undefined). */
export interface EntityChange<Kind extends KindName = KindName> {
  readonly kind: Kind;
  readonly tenant: string;
  readonly name: string;
  readonly before: Entities[Kind] | undefined;
  readonly after: Entities[Kind] | undefined;
}

export interface ProvisioningEvents {
  /** A change set was taken, as a whole; `snapshot` is what holds from now on. */
  changed: { readonly snapshot: Snapshot; readonly changes: readonly EntityChange[] };
}

/** What companies have set up, as every room sees it: read `snapshot` at each decision, reconcile on `changed`. */
export interface Provisioned {
  readonly snapshot: Snapshot;
  readonly events: TypedEvents<ProvisioningEvents>;
}

/** The entities of all companies. Changes are taken as a whole or not at all. */
export class Provisioning implements Provisioned {
  readonly events = new TypedEvents<ProvisioningEvents>();
  #snapshot: Snapshot;

  constructor(entities: Iterable<Named>) {
    this.#snapshot = new Snapshot(1, entities);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Takes `entities` in place of all that were there; tells what is different. */
  replace(entities: readonly Named[]): void {
    const before = this.#snapshot;
    const after = new Snapshot(before.revision + 1, entities);
    const changes = differences(before, after);
    if (changes.length === 0) return;
    this.#snapshot = after;
    this.events.emit('changed', { snapshot: after, changes });
  }
}

/** What is another object, new or gone: entities that did not change keep their objects. */
function differences(before: Snapshot, after: Snapshot): readonly EntityChange[] {
  const changes: EntityChange[] = [];
  for (const kind of KIND_NAMES) {
    for (const { tenant, name, value } of after.entities(kind)) {
      const old = before.get(kind, tenant, name);
      if (old !== value) changes.push({ kind, tenant, name, before: old, after: value });
    }
    for (const { tenant, name, value } of before.entities(kind)) {
      if (!after.get(kind, tenant, name))
        changes.push({ kind, tenant, name, before: value, after: undefined });
    }
  }
  return changes;
}
