/**
 * What an agent (坐席) does at the moment.
 *
 * ```
 * signed-out -sign-in-> ready -ring-> ringing -answer-> talking -hang-up-> wrap-up -wrapped-up-> ready
 *   ready <-> busy, break, meeting, training           ringing -ring-failed-> ready
 *   sign-out: from these five
 * ```
 * `busy` (示忙) is offered nothing and may dial, `break` (小休) is away from his desk for a reason. What he asks for
 * during a call takes effect when the call and its wrap-up are over. `wrap-up-left` is for who was in it when he was last seen; `noted` changes
 * no state.
 */
export type AgentState =
  | 'signed-out'
  | 'ready'
  | 'ringing'
  | 'talking'
  | 'wrap-up'
  | 'busy'
  | 'break'
  | 'meeting'
  | 'training';

export type AgentInput =
  | 'sign-in'
  | 'sign-out'
  | 'ready'
  | 'busy'
  | 'break'
  | 'meeting'
  | 'training'
  | 'ring'
  | 'answer'
  | 'ring-failed'
  | 'hang-up'
  | 'wrapped-up'
  | 'wrap-up-left'
  | 'noted';

const WISHES = {
  'sign-out': 'signed-out',
  busy: 'busy',
  break: 'break',
  meeting: 'meeting',
  training: 'training',
} as const;
const AWAY = { ...WISHES, ready: 'ready' } as const;

const NEXT: Record<AgentState, Partial<Record<AgentInput, AgentState>>> = {
  'signed-out': { 'sign-in': 'ready' },
  ready: { ...WISHES, ring: 'ringing', 'wrap-up-left': 'wrap-up' },
  ringing: { answer: 'talking', 'ring-failed': 'ready' },
  talking: { 'hang-up': 'wrap-up' },
  'wrap-up': { 'wrapped-up': 'ready' },
  busy: AWAY,
  break: AWAY,
  meeting: AWAY,
  training: AWAY,
};

/** The state after `input`; undefined when the input is not legal in `state`. */
export function transition(state: AgentState, input: AgentInput): AgentState | undefined {
  return NEXT[state][input];
}

/** Whether what he asks for has to wait until he is ready again. */
export function isAtWork(state: AgentState): boolean {
  return state === 'ringing' || state === 'talking' || state === 'wrap-up';
}
