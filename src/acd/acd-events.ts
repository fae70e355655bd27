import type { AgentNow } from './agent-now.ts';

/** A talk of a queue, or one hold in it, lasts longer than the queue has it (通话超时, 保持超时). */
export interface TalkAlarm {
  readonly tenant: string;
  readonly queue: string;
  /** Who talks, or who talked first. */
  readonly agent: string;
  readonly callId: string;
  readonly what: 'talk' | 'hold';
  readonly limitMs: number;
}

/** What boards are told. */
export interface AcdEvents {
  /** An agent's state changed, or what he wishes for after his call. */
  agentChanged: AgentNow;
  /** Peak mode (高峰应急) of a queue began or ended; `why`: what that changes. */
  peakChanged: {
    readonly tenant: string;
    readonly queue: string;
    readonly on: boolean;
    readonly why: string;
  };
  talkAlarm: TalkAlarm;
  queueChanged: { readonly tenant: string; readonly queue: string; readonly waiting: number };
}
