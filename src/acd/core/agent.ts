/**
 * What an agent (坐席) does at the moment.
 *
 * ```
 *                 sign-in                reserve            ring            answer
 *   signed-out ----------> (at rest) ------------> reserved ----> ringing ---------> talking
 *        ^      sign-out    |  ^  ^  ring-failed      |              |                |  hold, consult, confer, talk
 *        +------------------+  |  +-------------------+--------------+                v
 *                              |                                   hold, consulting, conference <-> talking
 *                              | wrapped-up               hang-up                     | ^
 *                              +------------ wrap-up <--------------------------------+ | seat-back
 *                                               ^         hang-up                       |
 *                                               +------------------ reconnecting <------+ seat-lost
 *
 *   at rest: ready, busy 示忙, break 小休, meeting, training as he wishes; unreachable who would be ready and has no phone
 *
 *   a call of his own:  (at rest) --dial--> dialling, --rung--> ringing, --talk--> talking, hold, ... --call-over--> (at rest)
 * ```
 * `reserved` is chosen for a caller whose INVITE is not out yet. `busy` is offered nothing and may dial. A wish during a call is kept:
 * it says where `(at rest)` is when he is back there. `reconnecting`: his phone was lost in a talk, the caller waits for it.
 * `pick-up` (抢接) leads to talking from wherever he is at rest or on a call of his own, and from the wrap-up of the caller whom he takes up again. `noted`, `break-limit` and `disposition-missing`
 * change no state.
 */
export type AgentState = 'signed-out' | Rest | OnCall | 'reserved' | 'wrap-up' | 'reconnecting';

/** What he does between calls. */
export type Rest = 'ready' | 'busy' | 'break' | 'meeting' | 'training' | 'unreachable';

/** Where a call of his is. */
export type OnCall = 'dialling' | 'ringing' | 'talking' | 'hold' | 'consulting' | 'conference';

export type AgentInput =
  | AgentWish
  | (typeof STEP_TO)[OnCall]
  | 'reserve'
  | 'ring'
  | 'answer'
  | 'ring-failed'
  | 'hang-up'
  | 'wrapped-up'
  | 'call-over'
  | 'seat-lost'
  | 'seat-back'
  | 'phone-lost'
  | 'phone-back'
  | 'phone-set'
  | 'restored'
  | 'pick-up'
  | 'noted'
  | 'break-limit'
  | 'disposition-missing';

/** What an agent, or a chief for him, asks for. */
export type AgentWish = 'sign-in' | 'sign-out' | 'ready' | 'busy' | 'break' | 'meeting' | 'training';

/** The step by which a call of his gets where it is. */
export const STEP_TO = {
  dialling: 'dial',
  ringing: 'rung',
  talking: 'talk',
  hold: 'hold',
  consulting: 'consult',
  conference: 'confer',
} as const satisfies Record<OnCall, string>;

const PHASES = {
  dial: 'dialling',
  rung: 'ringing',
  talk: 'talking',
  hold: 'hold',
  consult: 'consulting',
  confer: 'conference',
} as const;
/** Where his wish and his phone have him. */
const AT_REST = 'at rest';
const RESTING = {
  ...PHASES,
  'sign-out': 'signed-out',
  ready: AT_REST,
  busy: AT_REST,
  break: AT_REST,
  meeting: AT_REST,
  training: AT_REST,
  'phone-lost': AT_REST,
  'phone-back': AT_REST,
  'phone-set': AT_REST,
  restored: 'wrap-up',
  'pick-up': 'talking',
} as const;
const CALLING = { ...PHASES, 'call-over': AT_REST, 'pick-up': 'talking' } as const;
const TALKING = { ...CALLING, 'hang-up': 'wrap-up', 'seat-lost': 'reconnecting' } as const;

const NEXT: Record<AgentState, Partial<Record<AgentInput, AgentState | typeof AT_REST>>> = {
  'signed-out': { 'sign-in': AT_REST },
  ready: { ...RESTING, reserve: 'reserved' },
  busy: RESTING,
  break: RESTING,
  meeting: RESTING,
  training: RESTING,
  unreachable: RESTING,
  reserved: { ring: 'ringing', answer: 'talking', 'ring-failed': AT_REST },
  dialling: CALLING,
  ringing: { ...CALLING, answer: 'talking', 'ring-failed': AT_REST },
  talking: TALKING,
  hold: TALKING,
  consulting: TALKING,
  conference: TALKING,
  reconnecting: { 'seat-back': 'talking', 'hang-up': 'wrap-up' },
  'wrap-up': { 'wrapped-up': AT_REST, 'pick-up': 'talking' },
};

/** The state after `input`, `rest` being where he is at rest; undefined when the input is not legal in `state`. */
export function transition(state: AgentState, input: AgentInput, rest: Rest): AgentState | undefined {
  const next = NEXT[state][input];
  return next === AT_REST ? rest : next;
}

/** All that there are. */
export const AGENT_STATES = Object.keys(NEXT) as readonly AgentState[];

const RESTS: ReadonlySet<AgentState> = new Set([
  'ready',
  'busy',
  'break',
  'meeting',
  'training',
  'unreachable',
]);
const ON_CALL: ReadonlySet<AgentState> = new Set(Object.values(PHASES));

export function isAtRest(state: AgentState): state is Rest {
  return RESTS.has(state);
}

export function isOnCall(state: AgentState): state is OnCall {
  return ON_CALL.has(state);
}

/** Whether what he asks for has to wait until he is at rest. */
export function isAtWork(state: AgentState): boolean {
  return state !== 'signed-out' && !isAtRest(state);
}
