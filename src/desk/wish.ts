import type { AgentWish } from '../acd/core/agent.ts';
import type { AtDesk } from './at-desk.ts';

/** What became of a state that was asked for. */
export interface Kept {
  /** It comes when the call and its wrap-up are over. */
  readonly isKept: boolean;
}

/** A state is asked for an agent, by himself or by a supervisor. Throws AgentError. */
export function wish(at: AtDesk, name: Exclude<AgentWish, 'sign-in'>, reason?: string): Kept {
  const { tenant, id } = at;
  const { acd } = at.parts;
  if (name === 'sign-out') acd.signOut(tenant, id);
  else acd.setState(tenant, id, name, reason);
  return { isKept: acd.wishOf(tenant, id) === name };
}
