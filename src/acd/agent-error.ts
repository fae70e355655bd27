import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { PbxError } from '../shared/errors.ts';

/** Why what is asked of, or for, an agent is refused. */
export type AgentErrorCode = Extract<
  ErrorCode,
  | 'no-such-agent'
  | 'no-such-extension'
  | 'no-such-queue'
  | 'signed-out'
  | 'agent-at-work'
  | 'no-call'
  | 'no-wrap-up'
  | 'wrap-up-limit'
>;

/** What is asked of, or for, an agent (坐席) is refused; nothing of him has changed. */
export class AgentError extends PbxError {
  declare readonly code: AgentErrorCode;
  /** HTTP status of a request for it. */
  readonly status: number;

  constructor(code: AgentErrorCode, message: string) {
    super(code, message);
    this.status = ERROR_CODES[code].http;
  }
}
