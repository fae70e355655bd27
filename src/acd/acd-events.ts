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

/** Something that a chief wants to know of an agent: he is in a break (小休) for too long, or owes a disposition (话后小结). */
export interface AgentAlarm {
  readonly tenant: string;
  readonly agent: string;
  readonly what: 'break-limit' | 'disposition-missing';
  /** Of the break. */
  readonly reason: string | undefined;
  /** Of the call that he has not said the outcome of. */
  readonly queue: string | undefined;
  readonly callId: string | undefined;
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
  agentAlarm: AgentAlarm;
  queueChanged: { readonly tenant: string; readonly queue: string; readonly waiting: number };
}
