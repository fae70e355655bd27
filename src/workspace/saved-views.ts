/** Lists as people want to see them (已存视图): their own, and those that others share. */
import type { TellAudit } from '../auth/audit-note.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { type SavedView, type ViewStore, WHOLE_COMPANY } from './view-store.ts';

/** Of one owner in a company; more nobody finds again. */
const MOST_VIEWS = 200;

/** Who asks. */
export interface Viewer {
  readonly tenantId: string;
  readonly userId: string;
  /** `li@demo` */
  readonly name: string;
  readonly roles: readonly string[];
  /** He may share with others, and change what others share. */
  readonly mayShare: boolean;
}

export type ViewFields = Pick<SavedView, 'name' | 'sharedWith' | 'filters' | 'columns'>;

/** A view as somebody has it before him. */
export interface ShownView {
  readonly view: SavedView;
  readonly isOwn: boolean;
  readonly mayChange: boolean;
  /** He begins with it. */
  readonly isFirst: boolean;
}

export interface SavedViewsParts {
  readonly store: ViewStore;
  readonly tell: TellAudit;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
}

/** Holds nothing; what is not there, or is not for who asks, is PbxError `not-found`. */
export class SavedViews {
  readonly #parts: SavedViewsParts;

  constructor(parts: SavedViewsParts) {
    this.#parts = parts;
  }

  /** Those of a page that somebody may use, by name. */
  async list(viewer: Viewer, page: string): Promise<readonly ShownView[]> {
    const { store } = this.#parts;
    const { tenantId, userId } = viewer;
    const [all, first] = await Promise.all([
      store.list(tenantId, page, userId),
      store.firstOf(tenantId, userId, page),
    ]);
    return all.filter((view) => isFor(viewer, view)).map((view) => shown(viewer, view, first));
  }

  /** Throws PbxError `exists` where he has one of this name, `forbidden` where he may not share, `too-many-views`. */
  async add(viewer: Viewer, page: string, fields: ViewFields): Promise<ShownView> {
    const { store, clock, ids } = this.#parts;
    const { tenantId, userId, name } = viewer;
    if (fields.sharedWith !== undefined) requireSharing(viewer);
    if ((await store.count(tenantId, userId)) >= MOST_VIEWS)
      throw new PbxError('too-many-views', `${name} has ${MOST_VIEWS} views; delete one`);
    const view: SavedView = {
      ...{ id: ids.token(), tenantId, ownerId: userId, owner: name, page, ...fields },
      ...{ updatedAt: clock.now(), updatedBy: name, revision: 1 },
    };
    if (!(await store.add(view))) throw taken(fields.name);
    if (view.sharedWith !== undefined) await this.#tell('share', view, viewer);
    return shown(viewer, view, undefined);
  }

  async get(viewer: Viewer, id: string): Promise<SavedView> {
    const view = await this.#parts.store.find(viewer.tenantId, id);
    if (!view || !isFor(viewer, view)) throw new PbxError('not-found', `there is no view ${id}`);
    return view;
  }

  /**
   * What is left out stays. Throws PbxError `forbidden` where it is another's and he may not share, `exists`, `changed-meanwhile`; `not-found` as
   * {@link get}.
   */
  async change(viewer: Viewer, view: SavedView, fields: Partial<ViewFields>): Promise<ShownView> {
    const { store, clock } = this.#parts;
    requireHand(viewer, view);
    const wanted = { ...view, ...fields };
    const isTold = wanted.sharedWith !== view.sharedWith;
    if (isTold && wanted.sharedWith !== undefined) requireSharing(viewer);
    if (wanted.sharedWith === undefined && view.ownerId !== viewer.userId)
      throw new PbxError('forbidden', `it is ${view.owner}'s: it would be nobody's but his; delete it`);
    const changed = {
      ...wanted,
      ...{ updatedAt: clock.now(), updatedBy: viewer.name, revision: view.revision + 1 },
    };
    if (!(await store.change(changed))) {
      const now = await store.find(view.tenantId, view.id);
      if (now?.revision === view.revision) throw taken(changed.name);
      throw new PbxError('changed-meanwhile', 'somebody has changed it meanwhile; read it again');
    }
    if (isTold) await this.#tell(changed.sharedWith === undefined ? 'unshare' : 'share', changed, viewer);
    const first = await store.firstOf(viewer.tenantId, viewer.userId, view.page);
    return shown(viewer, changed, first);
  }

  /** Throws PbxError `forbidden`, `changed-meanwhile`. */
  async remove(viewer: Viewer, view: SavedView): Promise<void> {
    requireHand(viewer, view);
    if (!(await this.#parts.store.remove(view)))
      throw new PbxError('changed-meanwhile', 'somebody has changed it meanwhile; read it again');
    if (view.sharedWith !== undefined) await this.#tell('unshare', view, viewer);
  }

  /** He begins with it on its page, or (`false`) no more. */
  async beginWith(viewer: Viewer, { page, id }: SavedView, isFirst: boolean): Promise<void> {
    const { store } = this.#parts;
    const { tenantId, userId } = viewer;
    if (!isFirst && (await store.firstOf(tenantId, userId, page)) !== id) return;
    await store.beginWith(tenantId, userId, page, isFirst ? id : undefined);
  }

  async #tell(action: 'share' | 'unshare', view: SavedView, { name: by }: Viewer): Promise<void> {
    const { tenantId, id, page, name, sharedWith = null } = view;
    const details = { view: id, page, name, ...(action === 'share' && { with: sharedWith }) };
    await this.#parts.tell({ tenantId, at: this.#parts.clock.now(), action, by, details });
  }
}

const isOwn = ({ userId }: Viewer, { ownerId }: SavedView) => userId === ownerId;

/** Who may share sees all that are shared: he looks after them. */
function isFor(viewer: Viewer, view: SavedView): boolean {
  const { sharedWith } = view;
  if (isOwn(viewer, view)) return true;
  if (sharedWith === undefined) return false;
  return viewer.mayShare || sharedWith === WHOLE_COMPANY || viewer.roles.includes(sharedWith);
}

const mayChange = (viewer: Viewer, view: SavedView) => isOwn(viewer, view) || viewer.mayShare;

const shown = (viewer: Viewer, view: SavedView, first: string | undefined): ShownView => ({
  view,
  isOwn: isOwn(viewer, view),
  mayChange: mayChange(viewer, view),
  isFirst: view.id === first,
});

function requireHand(viewer: Viewer, view: SavedView): void {
  if (!mayChange(viewer, view)) throw new PbxError('forbidden', `it is a view of ${view.owner}`);
}

function requireSharing({ name, mayShare }: Viewer): void {
  if (!mayShare) throw new PbxError('forbidden', `${name} has no right to view:share`);
}

const taken = (name: string) =>
  new PbxError('exists', `there is a view ${name} already; choose another name`);
