import type { ErrorCode } from '../shared/error-codes.ts';
import { type Flaw, PbxError } from '../shared/errors.ts';

/** Somebody is not who he says, or may not do what he asks. */
export class AuthError extends PbxError {
  /** After how long he may try again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { readonly retryAfterMs?: number; readonly flaws?: readonly Flaw[] } = {},
  ) {
    const { retryAfterMs, flaws } = more;
    super(code, message, { ...(flaws && { flaws }) });
    this.retryAfterMs = retryAfterMs;
  }
}
