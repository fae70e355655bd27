/**
 * How `pbx400 apply` speaks to a running PBX: a Unix socket in the data folder, for its owner only. One line of JSON
 * there, one back, then the end.
 */
import type { EntityGroup, PlannedChange, ProposedEntity } from '../change.ts';
import type { Mistake } from '../check/mistake.ts';

/** Name of the socket within the data folder. */
export const CONTROL_SOCKET = 'control.sock';

export interface ApplyRequest {
  readonly put: readonly ProposedEntity[];
  /** Of these groups, take out what the database has besides `put`. */
  readonly prune: readonly EntityGroup[];
  /** Only say what would change. */
  readonly dryRun: boolean;
  readonly by: string;
}

export type ApplyAnswer =
  | { readonly changes: readonly PlannedChange[] }
  | { readonly mistakes: readonly Mistake[] }
  | { readonly error: string };
