import type { Scope } from '../shared/scope.ts';
import type { Cdr } from './cdr.ts';
import type { Noted } from './noted.ts';

/** What somebody has written beside a call that is over (批注). */
export interface CallComment {
  readonly id: string;
  readonly tenantId: string;
  readonly callId: string;
  /** When the call arrived. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who wrote it: the name of the principal. */
  readonly by: string;
  /** The moment of the recording that it is about, from its beginning; undefined: the call as a whole. */
  readonly atMs: number | undefined;
  readonly text: string;
}

/** The call that is meant. */
export type CallPlace = Pick<Cdr, 'startedAt' | 'callId'>;

/** What is said of calls that are over: port to the store. */
export interface CallNoteStore {
  /**
   * Changes what the record says of it, and tells the company's stream in the same transaction. `decide` is given the record as it is, is
   * asked again when that has changed meanwhile, and may throw. The record afterwards; undefined: there is none.
   */
  say(call: CallPlace, at: number, decide: (cdr: Cdr) => Noted): Promise<Cdr | undefined>;
  /** Adds a comment, in the same way. False: there is no such call. */
  comment(comment: CallComment): Promise<boolean>;
  /** Takes one away again. False: it is not there. */
  uncomment(comment: CallComment, at: number, by: string): Promise<boolean>;
  /** Those of a call, the first one first. */
  comments(scope: Scope, call: CallPlace): Promise<readonly CallComment[]>;
}
