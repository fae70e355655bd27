import type { Leg } from '../call/leg.ts';
import { type RingFailure, type RingTarget, ring } from '../call/ring.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import type { Offered } from './core/commands.ts';
import type { RingMiss } from './core/inputs.ts';
import type { Turn, Visit } from './visit.ts';

/** Who answered. `isAgent`: one of those who were rung; a colleague who picked the call up (抢接) is none of them. */
export interface Winner {
  readonly isAgent: boolean;
  readonly leg: Leg;
}

/** Rings the agents of one turn, and tells what became of it. */
export async function ringAgents(
  acd: Acd,
  visit: Visit,
  { name }: Queue,
  turn: Turn,
): Promise<Winner | undefined> {
  const { call } = visit;
  const { agents, ringMs, over: signal } = turn;
  call.segment('ring', agents.map(({ agent }) => agent).join(','));
  let outcomes: ReadonlyMap<string, RingFailure> = new Map();
  try {
    const options = { ringMs, reason: 'queue', queue: name, signal } as const;
    const more = (add: (target: RingTarget) => void) =>
      void turn.more.on('agent', (agent) => add(targetOf(agent)));
    const result = await ring(call, acd.parts.directory, agents.map(targetOf), { ...options, more });
    const won = result.answered ? take(visit, turn, result.target.name, result.leg) : undefined;
    if (won) return won;
    if (!result.answered)
      outcomes = new Map([...result.outcomes].map(([target, { outcome }]) => [target.name, outcome]));
    call.segment('queue', name);
    return undefined;
  } finally {
    for (const { agent } of agents) visit.ringFailed(turn, agent, missOf(outcomes.get(agent)));
  }
}

function targetOf({ agent, extension, ringMs }: Offered): RingTarget {
  const destination = { kind: 'extension', number: extension } as const;
  return { name: agent, kind: 'agent', destination, ...(ringMs !== undefined && { ringMs }) };
}

/** Undefined: he could not have taken the call. */
function missOf(outcome: RingFailure | undefined): RingMiss | undefined {
  switch (outcome) {
    case undefined:
    case 'cancelled':
      return undefined;
    case 'busy':
    case 'rejected':
      return 'refused';
    case 'no-answer':
      return 'no-answer';
    default:
      return 'unreachable';
  }
}

/** Undefined: the answer came too late, and was let go. */
function take(visit: Visit, turn: Turn, name: string, leg: Leg): Winner | undefined {
  const isAgent = turn.agents.some(({ agent }) => agent === name);
  if (!isAgent) visit.pickedUp();
  else if (!visit.answered(turn, name, leg)) {
    leg.sip.end({ cause: 'cancelled' });
    return undefined;
  }
  return { isAgent, leg };
}
