import { agentTarget } from '../acd/agent-target.ts';
import type { Call } from '../call/call.ts';
import type { Leg } from '../call/leg.ts';
import { type RingOptions, ring } from '../call/ring.ts';
import type { AtDesk } from './at-desk.ts';
import { DeskError } from './desk-error.ts';

const RING_MS = 20_000;

/**
 * Rings the phone of who acts, for a call that he asked for; it answers by itself where it can (自动应答). One outside is asked for a
 * key. Throws DeskError `not-reached` when it does not answer, ClosedError when the call has ended.
 */
export async function ringOwnPhone(
  at: AtDesk,
  call: Call,
  options: Pick<RingOptions, 'reason' | 'shows' | 'notedThere'>,
): Promise<Leg> {
  const { seat } = at;
  const target = agentTarget(at.parts, call, at.id, seat);
  const rung = await ring(call, at.parts.directory, [target], {
    ringMs: RING_MS,
    by: at.id,
    autoAnswer: true,
    ...options,
  });
  if (rung.answered) return rung.leg;
  const { why } = rung.outcomes.get(target)!;
  throw new DeskError('not-reached', `the phone ${seat.number} did not take the call: ${why}`);
}
