/**
 * How `pbx400 apply` and others speak to a running PBX: a Unix socket in the data folder, for its owner only. One line of
 * JSON there, one back, then the end.
 */
import type { EntityGroup, PlannedChange, ProposedEntity } from '../change.ts';
import type { Mistake } from '../check/mistake.ts';

/** Name of the socket within the data folder. */
export const CONTROL_SOCKET = 'control.sock';

/** Who answers what, by {@link ControlRequest.ask}. What is thrown is answered as `{ error }`. */
export type ControlAnswers = Readonly<Record<string, (request: never) => unknown>>;

/** What each request says first. */
export interface ControlRequest {
  readonly ask: string;
}

/** The answer to what could not be done. */
export interface ControlError {
  readonly error: string;
}

export interface ApplyRequest extends ControlRequest {
  readonly ask: 'apply';
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
  | ControlError;
