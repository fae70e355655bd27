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
  queueChanged: { readonly tenant: string; readonly queue: string; readonly waiting: number };
}
