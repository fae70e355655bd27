import type { Call } from '../call/call.ts';
import type { Chief } from './chief.ts';
import { DeskError } from './desk-error.ts';
import type { DeskParts } from './desk-parts.ts';

/** The callers of a queue who can be picked up (抢接), first in line first. */
export function waitingIn({ acd, calls }: DeskParts, tenant: string, queue: string): Call[] {
  const line = acd.line(tenant, queue).flatMap(({ callId }) => calls.get(callId) ?? []);
  return line.filter(({ ringing }) => ringing.length > 0);
}

/** The queue of his company that a caller waits in. Throws DeskError `nothing-rings`. */
export function queueOf({ parts, tenant }: Pick<Chief, 'parts' | 'tenant'>, call: Call): string {
  const queue = parts.provisioning.snapshot
    .all('queue')
    .find((one) => one.tenant === tenant && waitingIn(parts, tenant, one.name).includes(call));
  if (!queue) throw new DeskError('nothing-rings', `call ${call.id} waits in no queue`);
  return queue.name;
}
