import type { ErrorCode } from '../shared/error-codes.ts';
import { PbxError } from '../shared/errors.ts';

/** Somebody is not who he says, or may not do what he asks. */
export class AuthError extends PbxError {
  /** After how long he may try again. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfterMs?: number) {
    super(code, message);
    this.retryAfterMs = retryAfterMs;
  }
}
