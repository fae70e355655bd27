import { isFeatureCode } from '../provisioning/feature-codes.ts';
import type { AtDesk } from './at-desk.ts';
import { DeskError } from './desk-error.ts';

/**
 * Somebody to talk with: an agent where he sits now, or what a number leads to: an extension, a hotline of the company's own, a
 * number outside.
 */
export type Somebody = { readonly agent: string } | { readonly number: string };

/** Where a caller can be sent. `reason`: for his record, and for who takes him there. */
export type Target = Somebody | { readonly queue: string; readonly reason?: string };

/** How it went to reach somebody. */
export interface Reached {
  readonly reached: boolean;
  /** What SIP says for it (RFC 3261 21). */
  readonly status: number;
}

export function reachedBy(status: number): Reached {
  return { reached: status < 300, status };
}

/** What to ring for somebody whom an agent may call. Throws DeskError. */
export function numberOf(at: AtDesk, to: Somebody): string {
  const { kind, number } =
    'agent' in to ? at.colleague(to.agent).seat : { kind: undefined, number: to.number };
  if (number === at.seat.number)
    throw new DeskError('bad-request', `agent ${at.id} sits at ${number} himself`);
  if (kind !== 'extension') checkRight(at, number);
  return number;
}

/** Refuses what the agent's phone may not dial, before anything changes. */
function checkRight({ parts: { directory }, tenant, asker }: AtDesk, number: string): void {
  if (number === '' || isFeatureCode(number))
    throw new DeskError('not-found', `${number || 'nothing'} is no number to call`);
  if (directory.inside(number, tenant)) return;
  const refusal = directory.refusal(directory.find(number, tenant), asker);
  if (refusal) throw new DeskError('forbidden', refusal.why);
}
