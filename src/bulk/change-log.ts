import type { ManyUsers } from '../auth/many-users.ts';
import type { Job } from '../job/job-store.ts';
import type { Jobs } from '../job/jobs.ts';
import { type ChangeSet, type EntityName, keyOf, type ProposedEntity } from '../provisioning/change.ts';
import { ChangeRefused } from '../provisioning/check/mistake.ts';
import type { Companies } from '../provisioning/companies.ts';
import type { KindName } from '../provisioning/kinds.ts';
import type { Clock } from '../shared/clock.ts';
import { type Flaw, PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Scope } from '../shared/scope.ts';
import { Slices } from '../shared/slices.ts';
import type {
  BulkChange,
  BulkChangeItem,
  BulkChangePage,
  BulkChangeStore,
  NewBulkChange,
} from '../store/bulk-change.ts';
import type { AuditEntry } from '../store/store.ts';
import type { Manager, Orderer } from './imports.ts';
import { USER } from './user-columns.ts';
import { UserUndo } from './user-undo.ts';

const UNDO = 'undo';
/** Items that are read at once. */
const PAGE = 200;
/** Of what was changed since, that is named. */
const TOLD = 100;

export interface ChangeLogParts {
  readonly store: BulkChangeStore;
  readonly companies: Companies;
  readonly users: ManyUsers;
  readonly jobs: Jobs;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/** What a change is taken back with, and what it leaves as it is, since somebody has changed that. */
interface WayBack {
  readonly items: readonly BulkChangeItem[];
  readonly kept: readonly BulkChangeItem[];
}

/** Changes of many entities at once (批量变更): listed, and taken back. */
export class ChangeLog {
  readonly #parts: ChangeLogParts;

  constructor(parts: ChangeLogParts) {
    this.#parts = parts;
  }

  /** The newest first. */
  list(scope: Scope, page: BulkChangePage): Promise<readonly BulkChange[]> {
    return this.#parts.store.list(scope, page);
  }

  /** Throws PbxError `not-found`. */
  async find(scope: Scope, id: string): Promise<BulkChange> {
    const change = await this.#parts.store.find(scope, id);
    if (!change) throw new PbxError('not-found', `there is no change ${id}`);
    return change;
  }

  /** What it did, in its order. `after`: the `seq` of the last one before. */
  items(change: BulkChange, limit: number, after?: number): Promise<readonly BulkChangeItem[]> {
    return this.#parts.store.items(change, limit, after);
  }

  /**
   * Begins a job that makes everything what it was before. What somebody has changed since is left as it is where `isPartial`; else that is refused
   * with PbxError `changed-since`, which names them.
   */
  async undo(
    change: BulkChange,
    { isPartial }: { readonly isPartial: boolean },
    orderer: Manager,
  ): Promise<Job> {
    const { jobs, ids, users } = this.#parts;
    const { tenantId } = change;
    const ofUsers = change.kind === USER ? new UserUndo(users, orderer.principal) : undefined;
    ofUsers?.requireWayBack(change, isPartial);
    requireAllowed(await this.#wayBack(change, ofUsers), isPartial);
    return await jobs.start({ kind: UNDO, tenantId, by: orderer.by }, async (work) => {
      const way = await this.#wayBack(change, ofUsers);
      requireAllowed(way, isPartial);
      work.signal.throwIfAborted();
      const { kind, id: undoes } = change;
      const bulk = { id: ids.token(), tenantId, source: 'undo', kind, file: undefined, undoes } as const;
      await this.#take(change, way.items, bulk, orderer.by, ofUsers);
      work.progress(way.items.length, way.items.length);
      const result = { change: bulk.id, restored: way.items.length, kept: way.kept.length };
      await this.#note(change, orderer, result);
      return result;
    });
  }

  async #take(
    change: BulkChange,
    items: readonly BulkChangeItem[],
    bulk: NewBulkChange,
    by: string,
    ofUsers: UserUndo | undefined,
  ): Promise<void> {
    if (ofUsers) return await ofUsers.take(items, bulk);
    const entities = await this.#changeOf(change, items, by);
    try {
      await this.#parts.companies.take({ ...entities, bulk });
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      throw new PbxError('still-used', error.message, { cause: error });
    }
  }

  async #wayBack(change: BulkChange, ofUsers: UserUndo | undefined): Promise<WayBack> {
    const isUntouched =
      (await ofUsers?.untouched(change.tenantId)) ??
      ((item: BulkChangeItem) => this.#isUntouched(change, item));
    const items: BulkChangeItem[] = [];
    const kept: BulkChangeItem[] = [];
    for (let after: number | undefined; ; ) {
      const page = await this.#parts.store.items(change, PAGE, after);
      for (const item of page) (isUntouched(item) ? items : kept).push(item);
      if (page.length < PAGE) return { items, kept };
      after = page.at(-1)!.seq;
    }
  }

  #isUntouched(change: BulkChange, item: BulkChangeItem): boolean {
    const owner = this.#parts.companies.ownerOf(nameOf(change, item));
    return (owner?.revision ?? 0) === (item.after === undefined ? 0 : item.revision);
  }

  async #changeOf(change: BulkChange, items: readonly BulkChangeItem[], by: string): Promise<ChangeSet> {
    const slices = new Slices(PAGE);
    const put: ProposedEntity[] = [];
    const removed: EntityName[] = [];
    const seen = new Map<string, number>();
    for (const item of items) {
      await slices.step();
      const name = nameOf(change, item);
      seen.set(keyOf(name), item.after === undefined ? 0 : item.revision);
      if (item.before === undefined) removed.push(name);
      else put.push({ ...name, value: JSON.parse(item.before), isWhole: true });
    }
    return { put, removed, by, seen };
  }

  async #note({ tenantId, id, kind }: BulkChange, { by, address }: Orderer, what: object): Promise<void> {
    const { tell, clock } = this.#parts;
    const details = { undoes: id, kind, ...what, address };
    await tell({ tenantId, at: clock.now(), action: 'undo', by, details });
  }
}

const nameOf = ({ tenantId }: BulkChange, { kind, name }: BulkChangeItem): EntityName => ({
  kind: kind as KindName,
  tenant: tenantId,
  name,
});

function requireAllowed({ items, kept }: WayBack, isPartial: boolean): void {
  if (items.length === 0 && kept.length === 0) throw new PbxError('not-found', 'the change did nothing');
  if (kept.length > 0 && (!isPartial || items.length === 0)) {
    const flaws = kept.slice(0, TOLD).map(({ kind, name }): Flaw => {
      return {
        pointer: `/${kind}/${name}`,
        code: 'changed-since',
        detail: `${kind} ${name} was changed since`,
      };
    });
    throw new PbxError('changed-since', `${kept.length} of it were changed since`, { flaws });
  }
}
