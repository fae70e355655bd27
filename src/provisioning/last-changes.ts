import type { EntityChanged, EntityStore } from '../store/store.ts';

/** Changes that are kept. */
const KEPT = 20_000;

/** An entity of the database, at a revision. */
interface Revised {
  readonly id: string;
  readonly revision: number;
}

/** When and by whom entities were changed last: read once for each revision, for lists are asked for again and again. */
export class LastChanges {
  readonly #store: Pick<EntityStore, 'lastChanges'>;
  readonly #kept = new Map<string, { readonly revision: number; readonly change: EntityChanged }>();

  constructor(store: Pick<EntityStore, 'lastChanges'>) {
    this.#store = store;
  }

  /** By their ids; an entity that there is no more has none. */
  async of(wanted: readonly Revised[]): Promise<ReadonlyMap<string, EntityChanged>> {
    const changes = new Map<string, EntityChanged>();
    const unknown = wanted.filter(({ id, revision }) => {
      const kept = this.#kept.get(id);
      if (kept?.revision !== revision) return true;
      changes.set(id, kept.change);
      return false;
    });
    if (unknown.length === 0) return changes;
    const read = await this.#store.lastChanges(unknown.map(({ id }) => id));
    for (const { id, revision } of unknown) {
      const change = read.get(id);
      if (!change) continue;
      changes.set(id, change);
      this.#keep(id, revision, change);
    }
    return changes;
  }

  /** In place of the one that was kept first. */
  #keep(id: string, revision: number, change: EntityChanged): void {
    this.#kept.delete(id);
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(id, { revision, change });
  }
}
