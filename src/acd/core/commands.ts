/** What the ACD of a company wants done: plain values, in order. */
import type { AgentInput, AgentState } from './agent.ts';
import type { CallNotes } from './inputs.ts';

/** An agent to ring, and where he sits. */
export interface Offered {
  readonly agent: string;
  /** As he was told to sit: see `AgentSettings`. */
  readonly extension: string;
  /** He is rung so long, if not as long as the others. */
  readonly ringMs?: number;
}

/** Agents to ring for a caller. */
export interface Offer {
  readonly visit: string;
  readonly reservation: number;
  readonly agents: readonly Offered[];
  /** So long from now on, all who ring for him. */
  readonly ringMs: number;
}

/** Why somebody may not join a queue, or not wait any longer; in words for the record too. */
export interface Refusal {
  readonly reason: 'closed' | 'full' | 'no-agents' | 'timeout';
  readonly why: string;
}

export type AcdCommand =
  /** He may not join, or not wait any longer. */
  | ({ readonly type: 'turned-away'; readonly visit: string } & Refusal)
  /** Ring these agents together; each is `reserved` from now on. */
  | ({ readonly type: 'ring' } & Offer)
  /** Ring these too, without letting go of those who ring. */
  | ({ readonly type: 'ring-more' } & Offer)
  /** Whatever rings, or was answered too late, for this reservation is let go. */
  | { readonly type: 'let-go'; readonly visit: string; readonly reservation: number }
  /** Why this caller is, or is not, offered to whom: for his record. */
  | { readonly type: 'explain'; readonly visit: string; readonly queue: string; readonly why: string }
  /** An agent's state, or its reason, changed. */
  | ({
      readonly type: 'agent-changed';
      readonly agent: string;
      readonly did: AgentInput;
      readonly state: AgentState;
      readonly reason: string | undefined;
      /** By whose word, when it was not his own. */
      readonly by: string | undefined;
      readonly callId: string | undefined;
      readonly queue: string | undefined;
    } & CallNotes)
  /** Peak mode (高峰应急) of a queue has begun or ended, and what that changes, in words. */
  | { readonly type: 'peak-changed'; readonly queue: string; readonly on: boolean; readonly why: string }
  /** What he wishes for when his call is over, where he sits, whom he serves or which call of his own he is on has changed. */
  | { readonly type: 'agent-wished'; readonly agent: string }
  | { readonly type: 'line-changed'; readonly queue: string; readonly waiting: number };
