/** Port ViewStore: lists as people want to see them (已存视图). Implemented by the store. Times in ms since 1970. */

/** In place of the name of a role: the whole company. */
export const WHOLE_COMPANY = '*';

/** Filters and columns of a list, under a name. */
export interface SavedView {
  readonly id: string;
  /** The company whose data it shows. */
  readonly tenantId: string;
  /** Of the user that made it; `owner` is what people call him (`li@demo`). */
  readonly ownerId: string;
  readonly owner: string;
  /** The list that it belongs to: `calls`. */
  readonly page: string;
  /** One of a name for an owner and page. */
  readonly name: string;
  /** Who else has it: those of a role, or {@link WHOLE_COMPANY}; undefined: nobody. */
  readonly sharedWith: string | undefined;
  /** As they stand in the page's address. */
  readonly filters: Readonly<Record<string, string>>;
  /** Keys of the columns, in their order; undefined: those that the page begins with. */
  readonly columns: readonly string[] | undefined;
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** Counts up with each change. */
  readonly revision: number;
}

export interface ViewStore {
  /** Those of an owner, and all that are shared, by name. */
  list(tenantId: string, page: string, ownerId: string): Promise<readonly SavedView[]>;
  /** Undefined: the company has none of this id. */
  find(tenantId: string, id: string): Promise<SavedView | undefined>;
  /** How many an owner has in the company, of all pages. */
  count(tenantId: string, ownerId: string): Promise<number>;
  /** Durable when it resolves; false: the owner has one of this name. */
  add(view: SavedView): Promise<boolean>;
  /** Takes the place of the one with the revision before; false: somebody else was first, or the owner has another of this name. */
  change(view: SavedView): Promise<boolean>;
  /** False: it is at another revision. Nobody begins with it any more. */
  remove(view: SavedView): Promise<boolean>;
  /** The view that a user begins with on a page. */
  firstOf(tenantId: string, userId: string, page: string): Promise<string | undefined>;
  /** Undefined: the page as it is. */
  beginWith(tenantId: string, userId: string, page: string, id: string | undefined): Promise<void>;
}
