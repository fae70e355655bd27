import { PbxError } from '../../shared/errors.ts';
import type { IdSource } from '../../shared/ids.ts';
import { type Sliced, Slices } from '../../shared/slices.ts';
import type { NewBulkChange } from '../../store/bulk-change.ts';
import type { Publication } from '../../store/hotline-version.ts';
import type { EntityStore, StoredEntity } from '../../store/store.ts';
import { type EntityName, keyOf } from '../change.ts';
import { checkBody } from '../check/check-body.ts';
import { mistakeText } from '../check/mistake.ts';
import { KIND_NAMES, type KindName } from '../kinds.ts';
import type { Named } from '../snapshot.ts';

interface Owned {
  readonly entity: Named;
  readonly stored: StoredEntity;
}

/** When a change is made, by whom, and which versions of hotlines it publishes, by their keys. */
interface Circumstances {
  readonly at: number;
  readonly by: string;
  readonly publications?: ReadonlyMap<string, Publication> | undefined;
  readonly bulk?: NewBulkChange | undefined;
}

type Reading = Pick<EntityStore, 'all' | 'revision'>;
type Writing = Pick<EntityStore, 'change'>;

/** Entities that are read or written in a turn of the loop, in looks at one. */
const LOOKS = 1000;
/** What it is to write the body of an entity, and to read it and check it, in looks. */
const WRITTEN = 10;
const READ = 50;

/** The entities that the database owns. */
export class StoredEntities {
  readonly #store: Reading & Writing;
  readonly #ids: IdSource;
  readonly #slices: Slices;
  #owned: ReadonlyMap<string, Owned> = new Map();
  /** Of hotlines, by their values. */
  readonly #versions = new WeakMap<object, number>();
  /** What is known of the store. */
  #revision = 0;

  private constructor(store: Reading & Writing, ids: IdSource, slices: Slices) {
    this.#store = store;
    this.#ids = ids;
    this.#slices = slices;
  }

  /** Throws PbxError for what this version cannot read. */
  static async load(
    store: Reading & Writing,
    ids: IdSource,
    slices = new Slices(LOOKS),
  ): Promise<StoredEntities> {
    const entities = new StoredEntities(store, ids, slices);
    await entities.#read();
    return entities;
  }

  /** Reads them again when another node has changed some; true when it has. What did not change keeps its object. */
  async refresh(): Promise<boolean> {
    if ((await this.#store.revision()) === this.#revision) return false;
    await this.#read();
    return true;
  }

  get entities(): readonly Named[] {
    return Array.from(this.#owned.values(), ({ entity }) => entity);
  }

  get(name: EntityName): Named | undefined {
    return this.#owned.get(keyOf(name))?.entity;
  }

  /** Which of its versions a hotline's value is; undefined: the database does not own it. */
  versionOf(value: object): number | undefined {
    return this.#versions.get(value);
  }

  /** As it is in the store. */
  rowOf(name: EntityName): StoredEntity | undefined {
    return this.#owned.get(keyOf(name))?.stored;
  }

  /**
   * Writes a change, all of it or nothing; what is to be removed is there. Rejects with OutdatedError when another node was
   * faster, with VersionOutdatedError for a publication that comes too late.
   */
  async change(
    put: readonly Named[],
    removed: readonly EntityName[],
    { at, by, publications, bulk }: Circumstances,
  ): Promise<void> {
    const written = await this.#slices.run(this.#written(put));
    const gone = removed.map((name) => this.#owned.get(keyOf(name))!.stored);
    const asVersions = new Map<string, Publication>();
    for (const { entity, stored } of publications ? written : []) {
      const publication = publications?.get(keyOf(entity));
      if (publication) asVersions.set(stored.id, publication);
    }
    const bodies = { put: written.map(({ stored }) => stored), removed: gone, at, by, bulk };
    const outcome = await this.#store.change({ ...bodies, publications: asVersions }, this.#revision);
    this.#revision = outcome.revision;
    this.#owned = await this.#slices.run(this.#after(written, removed, outcome.versions));
  }

  *#written(put: readonly Named[]): Sliced<readonly Owned[]> {
    const written: Owned[] = [];
    for (const entity of put) {
      yield WRITTEN;
      written.push({ entity, stored: this.#stored(entity) });
    }
    return written;
  }

  *#after(
    written: readonly Owned[],
    removed: readonly EntityName[],
    versions: ReadonlyMap<string, number>,
  ): Sliced<ReadonlyMap<string, Owned>> {
    const owned = new Map<string, Owned>();
    for (const [key, each] of this.#owned) {
      yield 1;
      owned.set(key, each);
    }
    for (const name of removed) {
      yield 1;
      owned.delete(keyOf(name));
    }
    for (const each of written) {
      yield 1;
      this.#know(each.entity, versions.get(each.stored.id));
      owned.set(keyOf(each.entity), each);
    }
    return owned;
  }

  async #read(): Promise<void> {
    // What changes in between is read twice.
    this.#revision = await this.#store.revision();
    this.#owned = await this.#slices.run(this.#parsed(await this.#store.all()));
  }

  *#parsed(all: readonly StoredEntity[]): Sliced<ReadonlyMap<string, Owned>> {
    const owned = new Map<string, Owned>();
    for (const stored of all) {
      const key = keyOf(nameOf(stored));
      const before = this.#owned.get(key);
      const isSame = before?.stored.id === stored.id && before.stored.revision === stored.revision;
      yield isSame ? 1 : READ;
      const each = isSame ? before : { stored, entity: parse(stored) };
      this.#know(each.entity, stored.version);
      owned.set(key, each);
    }
    return owned;
  }

  #know({ value }: Named, version: number | undefined): void {
    if (version !== undefined) this.#versions.set(value, version);
  }

  #stored(entity: Named): StoredEntity {
    const { kind, tenant, name, value } = entity;
    const before = this.#owned.get(keyOf(entity))?.stored;
    return {
      id: before?.id ?? this.#ids.token(),
      tenantId: tenant,
      kind,
      name,
      revision: (before?.revision ?? 0) + 1,
      body: JSON.stringify(value),
    };
  }
}

function nameOf({ kind, tenantId, name }: StoredEntity): EntityName {
  return { kind: kind as KindName, tenant: tenantId, name };
}

function parse(stored: StoredEntity): Named {
  const name = nameOf(stored);
  if (!KIND_NAMES.includes(name.kind)) {
    throw new PbxError(
      'store',
      `the database has entities of kind ${stored.kind}: it was used by a newer pbx400`,
    );
  }
  const entity = checkBody({ ...name, value: JSON.parse(stored.body) as Record<string, unknown> });
  if (!Array.isArray(entity)) return entity as Named;
  throw new PbxError(
    'store',
    `the database has an entity that cannot be read: ${entity.map(mistakeText).join(', ')}`,
  );
}
