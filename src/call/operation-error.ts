import type { ErrorCode } from '../shared/error-codes.ts';
import { Refusal } from '../shared/refusal.ts';

/** Why an operation on a talk is refused. */
export type OperationErrorCode = Extract<
  ErrorCode,
  'wrong-state' | 'not-supported' | 'no-such-party' | 'slot-taken' | 'phone-holds' | 'bad-digits'
>;

/** An operation on a talk that is refused; nothing of the talk has changed. */
export class OperationError extends Refusal<OperationErrorCode> {}
