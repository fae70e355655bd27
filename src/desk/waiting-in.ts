import type { Call } from '../call/call.ts';
import type { DeskParts } from './desk-parts.ts';

/** The callers of a queue who can be picked up (抢接), first in line first. */
export function waitingIn({ acd, calls }: DeskParts, tenant: string, queue: string): Call[] {
  const line = acd.line(tenant, queue).flatMap(({ callId }) => calls.get(callId) ?? []);
  return line.filter(({ ringing }) => ringing.length > 0);
}
