/** Changes of many entities at once, as the store keeps them. */
import type { Scope } from '../shared/scope.ts';

/** A change of many entities that was taken as a whole: an import, an edit of rows that were chosen, or what took one back. */
export interface BulkChange {
  readonly id: string;
  readonly tenantId: string;
  readonly source: 'import' | 'edit' | 'undo';
  /** Of which the entities are. */
  readonly kind: string;
  /** What the table was called that was imported. */
  readonly file: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  /** The change that this one takes back. */
  readonly undoes: string | undefined;
}

/** What of it is not known before it is taken. */
export type NewBulkChange = Omit<BulkChange, 'at' | 'by' | 'created' | 'updated' | 'removed'>;

/** What a change did to one entity. Bodies are JSON; undefined: there was none, or is none any more. */
export interface BulkChangeItem {
  /** Counts up; to go on after it. */
  readonly seq: number;
  readonly entityId: string;
  readonly kind: string;
  readonly name: string;
  /** That it has since, a removal counted. */
  readonly revision: number;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface BulkChangePage {
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<BulkChange, 'at' | 'id'> | undefined;
}

export interface BulkChangeStore {
  /** The newest first. */
  list(scope: Scope, page: BulkChangePage): Promise<readonly BulkChange[]>;
  find(scope: Scope, id: string): Promise<BulkChange | undefined>;
  /** What it did, in the order of `seq`; `after`: the last one of the page before. */
  items(
    change: Pick<BulkChange, 'id' | 'tenantId'>,
    limit: number,
    after?: number,
  ): Promise<readonly BulkChangeItem[]>;
}
