/** What the ACD of a company wants done: plain values, in order. */
import type { AgentInput, AgentState } from './agent.ts';

/** An agent to ring, and where he sits. */
export interface Offered {
  readonly agent: string;
  readonly extension: string;
}

/** Why nobody may join a queue, and in words for the record. */
export interface Refusal {
  readonly reason: 'full' | 'no-agents';
  readonly why: string;
}

export type AcdCommand =
  /** He may not join, or not wait any longer. */
  | ({ readonly type: 'turned-away'; readonly visit: string } & Refusal)
  /** Ring these agents together for so long; each is `ringing` from now on. */
  | {
      readonly type: 'ring';
      readonly visit: string;
      readonly reservation: number;
      readonly agents: readonly Offered[];
      readonly ringMs: number;
    }
  /** Whatever rings, or was answered too late, for this reservation is let go. */
  | { readonly type: 'let-go'; readonly visit: string; readonly reservation: number }
  /** Why this caller is, or is not, offered to whom: for his record. */
  | { readonly type: 'explain'; readonly visit: string; readonly queue: string; readonly why: string }
  /** An agent's state changed, or he began and ended being one. */
  | {
      readonly type: 'agent-changed';
      readonly agent: string;
      readonly did: AgentInput;
      readonly state: AgentState;
      readonly reason: string | undefined;
      readonly callId: string | undefined;
      readonly queue: string | undefined;
    }
  | { readonly type: 'line-changed'; readonly queue: string; readonly waiting: number };
