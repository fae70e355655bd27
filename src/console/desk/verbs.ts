/** What an agent does from his desk, as requests: the same for a phone in the page and for one on the table. */
import { ApiError, ask } from '../api/ask.ts';
import type { Somebody } from './somebody.ts';

/** Where a caller is given. */
export type Target = Somebody | { readonly queue: string; readonly reason?: string };
/** States that an agent asks for. */
export type WishedState = 'ready' | 'busy' | 'break' | 'meeting' | 'training';
/** Whose caller is taken (抢接); nothing: who rings longest at anybody's. */
export type Picked = { readonly agent?: string; readonly queue?: string; readonly call?: string };

export interface Reached {
  readonly reached: boolean;
  readonly status: number;
}

export interface SeatChoice {
  readonly extension?: string;
  /** A number outside (远程坐席). */
  readonly number?: string;
  readonly queues?: readonly string[];
}

const post = <Answer = void>(name: string, body?: object): Promise<Answer> =>
  ask<Answer>(`/agents/me/${name}`, { method: 'POST', ...(body && { body }) });

const stateOf = (state: string, more: object = {}) =>
  post<{ readonly state: string; readonly isKept: boolean }>('state', { state, ...more });

/** Somebody who was not reached is no error of the request, and one for who asked. */
export class NotReached extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`not reached: ${status}`);
    this.status = status;
  }
}

async function reaching(answer: Promise<Reached>): Promise<void> {
  const { reached, status } = await answer;
  if (!reached) throw new NotReached(status);
}

/** A short number may be no colleague's: then it is an extension, or a hotline. */
async function asAgentOrNumber<To extends object, Answer>(
  to: To,
  reach: (to: To | Somebody) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await reach(to);
  } catch (error) {
    if (!('agent' in to) || !(error instanceof ApiError) || error.code !== 'no-such-agent') throw error;
    return await reach({ number: String(to.agent) });
  }
}

/** Each rejects with ApiError, in the engine's words, or {@link NotReached}. What is said of a talk is said of the one that is in hand. */
export const VERBS = {
  signIn: (seat: SeatChoice = {}) => stateOf('sign-in', seat),
  signOut: () => stateOf('sign-out'),
  /** In a call it is kept for its end. `reason`: of a break (小休), its name. */
  setState: (state: WishedState, reason?: string) => stateOf(state, reason === undefined ? {} : { reason }),
  dial: (whom: Somebody) => asAgentOrNumber(whom, (to) => post<{ readonly callId: string }>('dial', { to })),
  answer: () => post('answer'),
  hangUp: () => post('hang-up'),
  hold: () => post('hold'),
  unhold: () => post('resume'),
  mute: () => post('mute'),
  unmute: () => post('unmute'),
  digits: (digits: string) => post('digits', { digits }),
  transfer: (where: Target) => reaching(asAgentOrNumber(where, (to) => post<Reached>('transfer', { to }))),
  consult: (whom: Somebody) => reaching(asAgentOrNumber(whom, (to) => post<Reached>('consult', { to }))),
  complete: () => post('complete'),
  /** Ends the consultation: the customer is back. */
  withdraw: () => post('withdraw'),
  swap: () => post('swap'),
  conference: () => post('confer'),
  invite: (to: Somebody) => reaching(post<Reached>('invite', { to })),
  pickUp: (whose: Picked = {}) => post<{ readonly callId: string }>('pick-up', whose),
  park: () => post<{ readonly slot: string }>('park', {}),
  /** A caller whom he has parked: his own phone is rung for him. */
  takeBack: (slot: string) => post<{ readonly callId: string }>('take-back', { slot }),
  survey: () => post('survey', {}),
  /** His phone has lost the talk: he is invited again. */
  reconnect: () => post('reconnect'),
  play: (prompt: string, to?: 'customer' | 'all') => post('play', { prompt, ...(to && { to }) }),
  stopPlay: () => post('stop-play'),
  pauseRecording: () => post('pause-recording'),
  resumeRecording: () => post('resume-recording'),
  note: (note: { readonly disposition?: string; readonly note?: string }) => post('note', note),
  endWrapUp: () => post('end-wrap-up'),
  extendWrapUp: (forMs: number) => post('extend-wrap-up', { forMs }),
  /** Asks his supervisors for help, or in other words than before. */
  help: (text?: string) => post<{ readonly help: string }>('help', text ? { text } : {}),
  withdrawHelp: () => post('withdraw-help'),
  nuisance: (reason?: string) =>
    post<{ readonly isProposed: boolean }>('nuisance', reason === undefined ? {} : { reason }),
} as const;

export type Verbs = typeof VERBS;
export type Verb = keyof Verbs;
