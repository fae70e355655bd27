import type { ErrorCode } from '../shared/error-codes.ts';
import { Refusal } from '../shared/refusal.ts';

/** Why an act at a desk is refused, besides what the talk itself refuses. */
export type DeskErrorCode = Extract<
  ErrorCode,
  | 'bad-request'
  | 'forbidden'
  | 'not-found'
  | 'no-such-agent'
  | 'no-such-queue'
  | 'no-talk'
  | 'wrong-state'
  | 'not-supported'
  | 'not-reached'
  | 'nothing-rings'
  | 'wrong-pin'
  | 'too-many-tries'
>;

/** An act of an agent or a supervisor that is refused; nothing has changed. */
export class DeskError extends Refusal<DeskErrorCode> {}
