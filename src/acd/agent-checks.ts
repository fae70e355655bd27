/** Whether what is asked of, or for, an agent names what there is: each throws AgentError. */
import { hasDisposition } from '../provisioning/kind/disposition.ts';
import { listedIn } from '../provisioning/kind/queue.ts';
import type { AcdParts } from './acd-parts.ts';
import { AgentError } from './agent-error.ts';
import { askerOf, type Seat, seatOf } from './agent-seat.ts';
import type { AcdCore } from './core/acd-core.ts';

type Parts = Pick<AcdParts, 'directory' | 'provisioning'>;

/** He may sit there: at a phone of his company, or at a number outside as far as he may call out. */
export function checkSeat({ directory, provisioning }: Parts, tenant: string, id: string, seat: Seat): void {
  const { snapshot } = provisioning;
  const { kind, number } = seat;
  if (kind === 'extension') {
    if (snapshot.get('extension', tenant, number)) return;
    throw new AgentError('no-such-extension', `there is no extension ${number}`);
  }
  const isOutside = directory.find(number, tenant).kind === 'line' && !directory.inside(number, tenant);
  if (!isOutside || !/^\+?\d{3,20}$/.test(number))
    throw new AgentError('forbidden', `${number} is no number outside`);
  const refusal = directory.refusal(seat, askerOf(provisioning, tenant, id));
  if (refusal) throw new AgentError('forbidden', refusal.why);
}

/** A seat is one agent's at a time, but for those whose own it is. */
export function checkFree(core: AcdCore, agent: string, seat: string): void {
  const there = core.agentAt(seat);
  const other = there === undefined || there === agent ? undefined : core.agent(there);
  if (!other || other.state === 'signed-out') return;
  if (other.home === seat && core.agent(agent)!.home === seat) return;
  const { number } = seatOf(seat);
  throw new AgentError(
    'phone-taken',
    `agent ${other.id} is signed in at ${number}: he signs out there first`,
  );
}

/** Each of the queues lists him. */
export function checkQueues(
  { provisioning: { snapshot } }: Pick<Parts, 'provisioning'>,
  tenant: string,
  agent: string,
  queues: readonly string[] = [],
): void {
  const unknown = queues.find((name) => {
    const queue = snapshot.get('queue', tenant, name);
    return !queue || !listedIn(queue).includes(agent);
  });
  if (unknown !== undefined)
    throw new AgentError('no-such-queue', `there is no queue ${unknown} that lists agent ${agent}`);
}

/** A queue that has a tree of dispositions takes no others. */
export function checkDisposition(
  { provisioning: { snapshot } }: { readonly provisioning: Pick<Parts['provisioning'], 'snapshot'> },
  tenant: string,
  queue: string | undefined,
  code: string | undefined,
): void {
  if (queue === undefined || code === undefined) return;
  const name = snapshot.get('queue', tenant, queue)?.disposition;
  const tree = name === undefined ? undefined : snapshot.get('disposition', tenant, name);
  if (tree && !hasDisposition(tree.entries, code))
    throw new AgentError('no-such-disposition', `dispositions ${name} have no code ${code}`);
}
