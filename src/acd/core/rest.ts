/** Where an agent is who does nothing: by what he wishes, and by what his phone allows. */
import type { AgentState, AgentWish, Rest } from './agent.ts';
import type { Shift } from './shift.ts';

/** What is set at a phone for the calls to it: none is taken (免打扰), or all go elsewhere (呼叫转移). */
export type PhoneSetting = 'do-not-disturb' | 'forwarded';

/** What he wishes to be when no call keeps him. `sign-out`: he leaves then. */
export interface Wish {
  readonly state: Exclude<AgentWish, 'sign-in'>;
  /** Of a break (小休) its name, of `busy` (示忙) why. */
  readonly reason: string | undefined;
  /** Who wishes it for him; undefined: he himself. */
  readonly by?: string | undefined;
}

/** A phone, as far as it matters for who sits at it. */
export interface Phone {
  readonly isReachable: boolean;
  readonly setting: PhoneSetting | undefined;
}

/** How an agent (坐席) stands whatever calls he has, which outlives the engine: plain values. */
export interface Standing {
  readonly isSignedIn: boolean;
  /** What he is when no call keeps him. */
  readonly wish: Wish;
  /** The extension where he sits in place of his own. */
  readonly seat: string | undefined;
  /** The queues that he serves, of those that list him; undefined: all. */
  readonly queues: readonly string[] | undefined;
  /** Since when he is away as he wishes; undefined: he is not. */
  readonly since?: number | undefined;
  /** Undefined: he has done nothing yet. */
  readonly shift?: Shift | undefined;
}

export interface RestState {
  readonly state: Rest;
  readonly reason: string | undefined;
}

export const READY: Wish = { state: 'ready', reason: undefined };

/** Somebody in a break stays there, whatever becomes of his phone; only who would be ready needs it. */
export function restOf({ state, reason }: Wish, { isReachable, setting }: Phone): RestState {
  if (state !== 'ready' && state !== 'sign-out') return { state, reason };
  if (setting === 'do-not-disturb') return { state: 'busy', reason: setting };
  if (!isReachable) return { state: 'unreachable', reason: undefined };
  return { state: 'ready', reason: setting };
}

/** The wish that he waits to have fulfilled; undefined: he has it, or it is the usual one. */
export function openWish(state: AgentState, wish: Wish): Wish | undefined {
  if (state === 'signed-out') return undefined;
  return wish.state === 'ready' || wish.state === state ? undefined : wish;
}
