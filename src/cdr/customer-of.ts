import type { Cdr } from './cdr.ts';

/** Whom an agent serves in a call: who called, or whom he called. */
export function customerOf({ direction, caller, called, origin }: Cdr): string {
  const isOurs = direction === 'outbound' || 'agent' in origin;
  return isOurs ? called : caller;
}
