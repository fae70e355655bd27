import type { Call } from '../call/call.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Clock } from '../shared/clock.ts';
import { withDeadline } from '../shared/deadline.ts';
import { asError } from '../shared/errors.ts';

/** Who talked with callers before, as the records know it: right after a restart too. */
export interface LastAgents {
  /** Who talked last with this number in calls that came in from then on (ms since 1970); undefined: nobody. */
  of(tenant: string, caller: string, from: number): Promise<string | undefined>;
}

/** A caller does not wait longer for what the records know of him. */
const LOOK_UP_MS = 1_000;

interface Parts {
  readonly clock: Clock;
  readonly lastAgents?: LastAgents | undefined;
}

/** Who talked with this caller last, within the time that the queue looks back; undefined: nobody, or it is not known in time. */
export async function lastAgentOf(
  { lastAgents, clock }: Parts,
  call: Call,
  { lastAgentWithinMs }: Queue,
): Promise<string | undefined> {
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
