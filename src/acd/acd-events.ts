import type { AgentState } from './core/agent.ts';

/** What boards are told. */
export interface AcdEvents {
  agentChanged: {
    readonly tenant: string;
    readonly agent: string;
    readonly state: AgentState;
    /** ms since 1970. */
    readonly since: number;
  };
  /** Peak mode (高峰应急) of a queue began or ended; `why`: what that changes. */
  peakChanged: {
    readonly tenant: string;
    readonly queue: string;
    readonly on: boolean;
    readonly why: string;
  };
  queueChanged: { readonly tenant: string; readonly queue: string; readonly waiting: number };
}
