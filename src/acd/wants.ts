import type { Call } from '../call/call.ts';
import type { QueueOptions } from '../call/outcomes.ts';
import { levelOf } from '../call/priority.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import { ownerIn } from '../provisioning/list-owners.ts';
import type { Acd } from './acd.ts';
import type { Refusal } from './core/commands.ts';
import { lastAgentOf } from './last-agents.ts';
import { needsOf } from './needs.ts';
import type { Wants } from './visit.ts';

/** What a caller wants of a queue, and what the queue has to know of him. `waitedMs`: in queues before. */
export async function wantsOf(
  acd: Acd,
  call: Call,
  queue: Queue | undefined,
  options: QueueOptions,
  waitedMs: number,
): Promise<Wants> {
  return {
    priority: levelOf(options.priority),
    closed: queue && closedBy(acd, queue),
    maxWaitMs: options.maxWaitMs,
    waitedMs: options.keepsWait ? waitedMs : 0,
    owner: options.owner ?? ownerOf(acd, queue, call),
    lastAgent: queue?.strategy === 'last-agent' ? await lastAgentOf(acd.parts, call, queue) : undefined,
    needs: queue && needsOf(acd.parts.provisioning.snapshot, queue, call, options.skills),
  };
}

/** The agent whom the queue's list has for the caller (专属坐席): the list itself, or else its table. */
function ownerOf({ parts }: Acd, queue: Queue | undefined, { arrival }: Call): string | undefined {
  if (queue?.owners === undefined) return undefined;
  const list = parts.provisioning.snapshot.get('list', queue.tenant, queue.owners);
  if (!list) return undefined;
  return ownerIn(list, arrival.caller) ?? parts.listOwner?.(queue.tenant, queue.owners, arrival.caller);
}

/** Why nobody may join a queue now; undefined: a caller may. */
export function refusalNow(acd: Acd, queue: Queue): Refusal | undefined {
  return acd.refusal(queue.tenant, queue.name, closedBy(acd, queue));
}

/** Why a queue is closed by its calendar; one that cannot be read closes nothing. */
function closedBy({ parts }: Acd, { tenant, hours }: Queue): string | undefined {
  const now = hours === undefined ? undefined : parts.period(hours, tenant);
  return now && now.period !== 'open' ? now.why : undefined;
}
