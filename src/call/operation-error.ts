import { PbxError } from '../shared/errors.ts';

/** Why an operation on a talk is refused, with the status that HTTP and SIP (RFC 3261 21) have for it. */
const STATUS = {
  /** The talk is in a state that does not allow it. */
  'wrong-state': 409,
  /** The media engine cannot do it. */
  'not-supported': 501,
  /** Nobody is in that place of the talk, or the call is none of this tenant's. */
  'no-such-party': 404,
  'slot-taken': 409,
  /** The phone itself holds the call and goes on doing so. */
  'phone-holds': 409,
  'bad-digits': 400,
  /** Nobody took the call that the operation needs. */
  'not-answered': 480,
} as const;

export type OperationErrorCode = keyof typeof STATUS;

/** An operation on a talk that is refused; nothing of the talk has changed. */
export class OperationError extends PbxError {
  declare readonly code: OperationErrorCode;
  readonly status: number;

  constructor(code: OperationErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.status = STATUS[code];
  }
}
