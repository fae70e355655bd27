import type { SavedView, ViewStore } from '../../workspace/view-store.ts';

export class MemoryViews implements ViewStore {
  readonly #all = new Map<string, SavedView>();
  readonly #firsts = new Map<string, string>();

  async list(tenantId: string, page: string, ownerId: string): Promise<readonly SavedView[]> {
    const isShown = (view: SavedView) => view.ownerId === ownerId || view.sharedWith !== undefined;
    return [...this.#all.values()]
      .filter((view) => view.tenantId === tenantId && view.page === page && isShown(view))
      .sort((one, other) =>
        one.name < other.name || (one.name === other.name && one.id < other.id) ? -1 : 1,
      );
  }

  async find(tenantId: string, id: string): Promise<SavedView | undefined> {
    const view = this.#all.get(id);
    return view?.tenantId === tenantId ? view : undefined;
  }

  async count(tenantId: string, ownerId: string): Promise<number> {
    return [...this.#all.values()].filter((view) => view.tenantId === tenantId && view.ownerId === ownerId)
      .length;
  }

  async add(view: SavedView): Promise<boolean> {
    if (this.#isTaken(view)) return false;
    this.#all.set(view.id, view);
    return true;
  }

  async change(view: SavedView): Promise<boolean> {
    if (this.#all.get(view.id)?.revision !== view.revision - 1 || this.#isTaken(view)) return false;
    this.#all.set(view.id, view);
    return true;
  }

  async remove({ id, revision }: SavedView): Promise<boolean> {
    if (this.#all.get(id)?.revision !== revision) return false;
    this.#all.delete(id);
    for (const [place, first] of this.#firsts) if (first === id) this.#firsts.delete(place);
    return true;
  }

  async firstOf(tenantId: string, userId: string, page: string): Promise<string | undefined> {
    return this.#firsts.get(placeOf(tenantId, userId, page));
  }

  async beginWith(tenantId: string, userId: string, page: string, id: string | undefined): Promise<void> {
    const place = placeOf(tenantId, userId, page);
    if (id === undefined) this.#firsts.delete(place);
    else this.#firsts.set(place, id);
  }

  /** What a user had for himself goes with him; what he shares stays. */
  dropOf(userId: string): void {
    for (const { id, ownerId, sharedWith } of [...this.#all.values()])
      if (ownerId === userId && sharedWith === undefined) this.#all.delete(id);
    for (const place of this.#firsts.keys()) if (place.split('\n')[1] === userId) this.#firsts.delete(place);
  }

  #isTaken({ id, tenantId, page, ownerId, name }: SavedView): boolean {
    return [...this.#all.values()].some(
      (each) =>
        each.id !== id &&
        each.tenantId === tenantId &&
        each.page === page &&
        each.ownerId === ownerId &&
        each.name === name,
    );
  }
}

const placeOf = (...parts: readonly string[]) => parts.join('\n');
