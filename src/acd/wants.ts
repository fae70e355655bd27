import type { Call } from '../call/call.ts';
import type { QueueOptions } from '../call/outcomes.ts';
import { levelOf } from '../call/priority.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import { withDeadline } from '../shared/deadline.ts';
import { asError } from '../shared/errors.ts';
import type { Acd } from './acd.ts';
import type { Told } from './core/inputs.ts';

/** What a caller wants of a queue, and what the queue has to know of him. */
export type Wants = Omit<Told<'asked'>, 'type' | 'visit' | 'callId' | 'caller' | 'queue'>;

/** Who talked with callers before, as the records know it: right after a restart too. */
export interface LastAgents {
  /** Who talked last with this number in calls that came in from then on (ms since 1970); undefined: nobody. */
  of(tenant: string, caller: string, from: number): Promise<string | undefined>;
}

/** A caller does not wait longer for what the records know of him. */
const LOOK_UP_MS = 1_000;

/** `waitedMs`: in queues before. */
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
    owner: options.owner,
    lastAgent: queue?.strategy === 'last-agent' ? await lastAgentOf(acd, call, queue) : undefined,
  };
}

/** Why a queue is closed by its calendar; one that cannot be read closes nothing. */
function closedBy({ parts }: Acd, { tenant, hours }: Queue): string | undefined {
  const now = hours === undefined ? undefined : parts.period(hours, tenant);
  return now && now.period !== 'open' ? now.why : undefined;
}

async function lastAgentOf(acd: Acd, call: Call, { lastAgentWithinMs }: Queue): Promise<string | undefined> {
  const { lastAgents, clock } = acd.parts;
  const { caller, tenantId } = call.arrival;
  if (!lastAgents || caller === '') return undefined;
  const known = lastAgents.of(tenantId, caller, clock.now() - lastAgentWithinMs);
  try {
    return await withDeadline(clock, LOOK_UP_MS, 'the look-up of the last agent', known);
  } catch (error) {
    call.note('step', { step: 'last agent', why: `not known: ${asError(error).message}` });
    return undefined;
  }
}
