import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { PbxError } from '../shared/errors.ts';

/** Why an operation on a talk is refused. */
export type OperationErrorCode = Extract<
  ErrorCode,
  'wrong-state' | 'not-supported' | 'no-such-party' | 'slot-taken' | 'phone-holds' | 'bad-digits'
>;

/** An operation on a talk that is refused; nothing of the talk has changed. */
export class OperationError extends PbxError {
  declare readonly code: OperationErrorCode;
  /** HTTP status of a request for it. */
  readonly status: number;

  constructor(code: OperationErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.status = ERROR_CODES[code].http;
  }
}
