import { TypedEvents } from '../shared/events.ts';
import { atOnce, type Sliced } from '../shared/slices.ts';
import { checkingEntities } from './check/check-entities.ts';
import type { Mistake } from './check/mistake.ts';
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

/** Entities in place of all that are there: what would change, and what is wrong with it. */
export interface Proposal {
  readonly snapshot: Snapshot;
  readonly changes: readonly EntityChange[];
  /** Empty: it can be taken. */
  readonly mistakes: readonly Mistake[];
}

export interface ProvisioningChecks {
  /** Names in the prompt catalogue; left out: prompts are not checked. */
  readonly prompts?: ReadonlySet<string>;
  /** Proves the hotlines of companies in a snapshot that does not hold yet. */
  readonly hotlines?: (snapshot: Snapshot, tenants: ReadonlySet<string>) => readonly Mistake[];
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

  /** Checks `entities` in place of all that are there; takes nothing. */
  propose(entities: Iterable<Named>, checks?: ProvisioningChecks): Proposal {
    return atOnce(this.proposing(entities, checks));
  }

  /** The same in steps; what holds when it begins is what it compares with. */
  *proposing(entities: Iterable<Named>, { prompts, hotlines }: ProvisioningChecks = {}): Sliced<Proposal> {
    const before = this.#snapshot;
    const snapshot = yield* Snapshot.sliced(before.revision + 1, entities);
    const changes = yield* differences(before, snapshot);
    const tenants = new Set(changes.map(({ tenant }) => tenant));
    const between = yield* checkingEntities(snapshot, prompts ? { prompts, tenants } : { tenants });
    return { snapshot, changes, mistakes: [...between, ...(hotlines?.(snapshot, tenants) ?? [])] };
  }

  /** Takes a proposal that was made since the last one was taken; tells what is different. */
  take({ snapshot, changes }: Proposal): void {
    if (changes.length === 0) return;
    this.#snapshot = snapshot;
    this.events.emit('changed', { snapshot, changes });
  }

  /** Takes `entities`, which are known to be right, in place of all that were there. */
  replace(entities: Iterable<Named>): void {
    this.take(this.propose(entities));
  }
}

/** What is another object, new or gone: entities that did not change keep their objects. */
function* differences(before: Snapshot, after: Snapshot): Sliced<readonly EntityChange[]> {
  const changes: EntityChange[] = [];
  for (const kind of KIND_NAMES) {
    for (const { tenant, name, value } of after.entities(kind)) {
      const old = before.get(kind, tenant, name);
      if (old !== value) changes.push({ kind, tenant, name, before: old, after: value });
      yield 1;
    }
    for (const { tenant, name, value } of before.entities(kind)) {
      if (!after.get(kind, tenant, name))
        changes.push({ kind, tenant, name, before: value, after: undefined });
      yield 1;
    }
  }
  return changes;
}
