import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { PbxError } from '../shared/errors.ts';

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
export class DeskError extends PbxError {
  declare readonly code: DeskErrorCode;
  /** HTTP status of a request for it. */
  readonly status: number;

  constructor(code: DeskErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.status = ERROR_CODES[code].http;
  }
}
