import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { PbxError } from './errors.ts';

/** Something that was asked for is refused, by a code of the table; nothing has changed. */
export class Refusal<Code extends ErrorCode> extends PbxError {
  declare readonly code: Code;
  /** HTTP status of a request for it. */
  readonly status: number;
  /** What state what was asked is in, told by whoever knows it. */
  state: string | undefined;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.status = ERROR_CODES[code].http;
  }
}
