import type { Place } from '../shared/errors.ts';
import type { Path } from '../shared/path.ts';
import type { Sliced } from '../shared/slices.ts';
import { type Entities, KIND_NAMES, type KindName } from './kinds.ts';

export type { Entities, KindName } from './kinds.ts';

/** Tenant that owns what all companies share: segment table, public holidays, shared trunks. */
export const SYSTEM_TENANT = 'system';

/** One entity as it is looked up: names are unique within a tenant only. */
export interface Named<Kind extends KindName = KindName> {
  readonly kind: Kind;
  readonly tenant: string;
  readonly name: string;
  readonly value: Entities[Kind];
  /** Where a part of it stands, or what is nearest around it; undefined: no file holds it. */
  placeOf?(path: Path): Place;
}

type ByName = ReadonlyMap<string, Named>;

const NONE: ByName = new Map();

/**
 * All entities of all companies at one revision. Immutable: who holds one sees no change; the next one comes with the
 * event `changed` of {@link Provisioned}.
 */
export class Snapshot implements Iterable<Named> {
  readonly revision: number;
  /** By kind, then by tenant, then by name, in the order in which they were made. */
  readonly #kinds = new Map<KindName, Map<string, Map<string, Named>>>();
  readonly #values = new Map<KindName, readonly unknown[]>();

  constructor(revision: number, entities: Iterable<Named>) {
    this.revision = revision;
    for (const entity of entities) this.#put(entity);
  }

  /** The same of many entities: a step each. */
  static *sliced(revision: number, entities: Iterable<Named>): Sliced<Snapshot> {
    const snapshot = new Snapshot(revision, []);
    for (const entity of entities) {
      snapshot.#put(entity);
      yield 1;
    }
    return snapshot;
  }

  get<Kind extends KindName>(kind: Kind, tenant: string, name: string): Entities[Kind] | undefined {
    return this.#names(kind, tenant).get(name)?.value as Entities[Kind] | undefined;
  }

  /** Those of one company. */
  of<Kind extends KindName>(kind: Kind, tenant: string): readonly Entities[Kind][] {
    return Array.from(this.#names(kind, tenant).values(), ({ value }) => value as Entities[Kind]);
  }

  /** Those of all companies; the same array each time. */
  all<Kind extends KindName>(kind: Kind): readonly Entities[Kind][] {
    let values = this.#values.get(kind);
    if (!values) {
      values = [...this.entities(kind)].map(({ value }) => value);
      this.#values.set(kind, values);
    }
    return values as readonly Entities[Kind][];
  }

  *entities<Kind extends KindName>(kind: Kind): Generator<Named<Kind>, void> {
    for (const names of this.#kinds.get(kind)?.values() ?? []) {
      yield* names.values() as Iterable<Named<Kind>>;
    }
  }

  /** All of them, kind by kind. */
  *[Symbol.iterator](): Generator<Named, void> {
    for (const kind of KIND_NAMES) yield* this.entities(kind);
  }

  /** Those of one company, with their names. */
  entitiesOf<Kind extends KindName>(kind: Kind, tenant: string): Iterable<Named<Kind>> {
    return this.#names(kind, tenant).values() as Iterable<Named<Kind>>;
  }

  #put(entity: Named): void {
    const tenants = this.#kinds.get(entity.kind) ?? new Map<string, Map<string, Named>>();
    this.#kinds.set(entity.kind, tenants);
    const names = tenants.get(entity.tenant) ?? new Map<string, Named>();
    tenants.set(entity.tenant, names);
    names.set(entity.name, entity);
  }

  #names(kind: KindName, tenant: string): ByName {
    return this.#kinds.get(kind)?.get(tenant) ?? NONE;
  }
}
