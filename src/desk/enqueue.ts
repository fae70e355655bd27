import { refusalNow } from '../acd/wants.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { QueueOutcome } from '../call/outcomes.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { AtDesk } from './at-desk.ts';
import { DeskError } from './desk-error.ts';
import type { DeskParts } from './desk-parts.ts';

/**
 * An agent sends his caller to a queue; he leaves, and the caller's call ends with that queue. Throws DeskError where the queue
 * takes nobody now.
 */
export function enqueue(at: AtDesk, name: string, reason?: string): void {
  const { parts, tenant } = at;
  const queue = parts.provisioning.snapshot.get('queue', tenant, name);
  if (!queue) throw new DeskError('no-such-queue', `${tenant} has no queue ${name}`);
  const refusal = refusalNow(parts.acd, queue);
  if (refusal) throw new DeskError('not-reached', `queue ${name}: ${refusal.why}`);
  const talk = at.partnerIn('join');
  const why = `${at.id}: the caller goes to queue ${name}${reason ? `: ${reason}` : ''}`;
  talk.call.note('step', { step: 'transfer', why });
  talk.goInside(() => serve(parts, talk.call, queue));
}

/** The others have heard what becomes of them. */
const NOT_SERVED: ReadonlySet<QueueOutcome['reason']> = new Set(['timeout', 'full', 'no-agents', 'closed']);

/** As a plan would have it: the queue's survey after the talk, and a word to whom nobody served. */
async function serve(parts: DeskParts, call: Call, { tenant, name, survey }: Queue): Promise<void> {
  const { reason } = await parts.queue(call, name);
  if (reason === 'served' && survey !== undefined) await parts.survey(call, survey);
  if (NOT_SERVED.has(reason))
    await play(call, call.caller, parts.promptItems(tenant, ['busy-agents'], call.speech));
}
