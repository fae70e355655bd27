/**
 * What an agent (坐席) does at the moment.
 *
 * ```
 * logged-out -> idle -> ringing -> talking -> wrap-up -> idle
 *               idle <-> paused      ringing -> idle (no answer)
 * ```
 * `wrap-up-left` is for who was in it when he was last seen. `paused` (示忙) and `logged-out` asked for during a call take effect when the call and its wrap-up are over.
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
  | 'wrapped-up'
  | 'wrap-up-left';

const NEXT: Record<AgentState, Partial<Record<AgentInput, AgentState>>> = {
  'logged-out': { 'log-in': 'idle' },
  idle: { ring: 'ringing', pause: 'paused', 'log-out': 'logged-out', 'wrap-up-left': 'wrap-up' },
  ringing: { answer: 'talking', 'ring-failed': 'idle' },
  talking: { 'hang-up': 'wrap-up' },
  'wrap-up': { 'wrapped-up': 'idle' },
  paused: { resume: 'idle', 'log-out': 'logged-out' },
};

/** The state after `input`; undefined when the input is not legal in `state`. */
export function transition(state: AgentState, input: AgentInput): AgentState | undefined {
  return NEXT[state][input];
}

/** Whether what he asks for has to wait until he is idle again. */
export function isAtWork(state: AgentState): boolean {
  return state === 'ringing' || state === 'talking' || state === 'wrap-up';
}
