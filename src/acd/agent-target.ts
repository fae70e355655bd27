import type { Call } from '../call/call.ts';
import type { RingTarget } from '../call/rung.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { askToTake } from './acceptance.ts';
import type { AcdParts } from './acd-parts.ts';
import { askerOf, type Seat } from './agent-seat.ts';
import { stillThere } from './still-there.ts';

/**
 * An agent to ring where he sits. Outside he is rung on his own right, and is asked for a key, behind `words`, when he has answered;
 * so is whoever answers outside because his extension forwards.
 */
export function agentTarget(
  parts: Pick<AcdParts, 'provisioning' | 'promptItems'>,
  call: Call,
  agent: string,
  seat: Seat,
  words: () => readonly Prompt[] = () => [],
): RingTarget {
  const { tenantId: tenant } = call.arrival;
  return {
    name: agent,
    kind: 'agent',
    destination: seat,
    ...(seat.kind === 'line' && { asker: askerOf(parts.provisioning, tenant, agent) }),
    confirm: (leg) => askToTake(call, leg, stillThere(parts, call, tenant, [...words(), 'press-1-to-take'])),
  };
}
