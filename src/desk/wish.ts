import type { AgentWish } from '../acd/core/agent.ts';
import type { AtDesk } from './at-desk.ts';
import { breakReasons } from './break-reasons.ts';
import { DeskError } from './desk-error.ts';

/** What became of a state that was asked for. */
export interface Kept {
  /** It comes when the call and its wrap-up are over. */
  readonly isKept: boolean;
}

/**
 * A state is asked for an agent, by himself or by a supervisor: `by`, his work number. Throws AgentError
 * and DeskError.
 */
export function wish(at: AtDesk, name: Exclude<AgentWish, 'sign-in'>, reason?: string, by?: string): Kept {
  const { tenant, id } = at;
  const { acd } = at.parts;
  if (name === 'break' && reason !== undefined) checkReason(at, reason);
  if (name === 'sign-out') acd.signOut(tenant, id, by);
  else acd.setState(tenant, id, name, reason, by);
  return { isKept: acd.agent(tenant, id)?.wish?.state === name };
}

/** A company that has reasons of breaks has no others. */
function checkReason({ parts: { provisioning }, tenant }: AtDesk, reason: string): void {
  const reasons = breakReasons(provisioning, tenant);
  if (reasons.length > 0 && !reasons.includes(reason))
    throw new DeskError('not-found', `${tenant} has no break reason ${reason}: it has ${reasons.join(', ')}`);
}
