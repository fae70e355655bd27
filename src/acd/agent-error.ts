import type { ErrorCode } from '../shared/error-codes.ts';
import { Refusal } from '../shared/refusal.ts';

/** Why what is asked of, or for, an agent is refused. */
export type AgentErrorCode = Extract<
  ErrorCode,
  | 'no-such-agent'
  | 'no-such-extension'
  | 'no-such-queue'
  | 'forbidden'
  | 'signed-out'
  | 'agent-at-work'
  | 'phone-taken'
  | 'no-call'
  | 'no-such-disposition'
  | 'disposition-required'
  | 'no-wrap-up'
  | 'wrap-up-limit'
>;

/** What is asked of, or for, an agent (坐席) is refused; nothing of him has changed. */
export class AgentError extends Refusal<AgentErrorCode> {}
