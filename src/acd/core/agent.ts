/**
 * What an agent (坐席) does at the moment.
 *
 * ```
 * logged-out -> idle -> ringing -> talking -> wrap-up -> idle
 *               idle <-> paused      ringing -> idle (no answer)
 * ```
 * `paused` (示忙) and `logged-out` asked for during a call take effect when the call and its wrap-up are over.
 */
export type AgentState = 'logged-out' | 'idle' | 'ringing' | 'talking' | 'wrap-up' | 'paused';

export type AgentInput =
  | 'log-in'
  | 'log-out'
  | 'pause'
  | 'resume'
  | 'ring'
  | 'answer'
  | 'ring-failed'
  | 'hang-up'
  | 'wrapped-up';

const NEXT: Record<AgentState, Partial<Record<AgentInput, AgentState>>> = {
  'logged-out': { 'log-in': 'idle' },
  idle: { ring: 'ringing', pause: 'paused', 'log-out': 'logged-out' },
  ringing: { answer: 'talking', 'ring-failed': 'idle' },
  talking: { 'hang-up': 'wrap-up' },
  'wrap-up': { 'wrapped-up': 'idle' },
  paused: { resume: 'idle', 'log-out': 'logged-out' },
};

/** The state after `input`; undefined when the input is not legal in `state`. */
export function transition(state: AgentState, input: AgentInput): AgentState | undefined {
  return NEXT[state][input];
}

/** One agent with what the strategies look at. Times in ms since 1970. */
export interface Agent {
  readonly key: string;
  readonly tenant: string;
  /** Work number (工号). */
  readonly id: string;
  /** Where he sits. */
  extension: string;
  /** He was removed during a call: he goes when it is over. */
  leaving: boolean;
  state: AgentState;
  since: number;
  /** What was asked for during a call: taken up after it. */
  wish: { readonly input: 'pause' | 'log-out'; readonly reason: string | undefined } | undefined;
  /** The caller whom he is rung for, talks with or finishes the notes of, and the queue that he came from. */
  work: { readonly callId: string; readonly queue: string } | undefined;
  /** Not rung before, after a ring that failed. */
  restUntil: number;
  wrapUpUntil: number;
  callsTaken: number;
  lastTalkEndedAt: number;
}
