import type { Leg } from '../call/leg.ts';
import { type RingFailure, type RingOutcome, type RingTarget, ring } from '../call/ring.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import { seatOf } from './agent-seat.ts';
import { agentTarget } from './agent-target.ts';
import { agentWords } from './announcement.ts';
import type { Offered } from './core/commands.ts';
import type { RingMiss } from './core/inputs.ts';
import type { Turn, Visit } from './visit.ts';
import type { Winner } from './winner.ts';

/** Rings the agents of one turn, and tells what became of it. */
export async function ringAgents(
  acd: Acd,
  visit: Visit,
  queue: Queue,
  turn: Turn,
): Promise<Winner | undefined> {
  const { call } = visit;
  const { name } = queue;
  const targetOf = (offered: Offered) => offeredTo(acd, visit, queue, offered);
  const { agents, ringMs, over: signal } = turn;
  call.segment('ring', agents.map(({ agent }) => agent).join(','));
  // Who has missed the call is done with it while colleagues ring on; who would have been let go anyway is told in the end.
  const onFailed = ({ name: agent }: RingTarget, { outcome, cause }: RingOutcome) => {
    if (cause === 'forbidden') acd.seatFailed(call.arrival.tenantId, agent);
    if (outcome === 'cancelled') return;
    // When it is known that his leg has ended: he is on no call of his own.
    queueMicrotask(() => visit.ringFailed(turn, agent, missOf(outcome)));
  };
  try {
    const { shows } = visit;
    const shown = shows === undefined ? {} : { shows };
    const options = { ringMs, reason: 'queue', queue: name, signal, onFailed, ...shown } as const;
    const more = (add: (target: RingTarget) => void) =>
      void turn.more.on('agent', (agent) => add(targetOf(agent)));
    const result = await ring(call, acd.parts.directory, agents.map(targetOf), { ...options, more });
    const won = result.answered ? take(visit, turn, result.target, result.leg) : undefined;
    if (won) return won;
    call.segment('queue', name);
    return undefined;
  } finally {
    for (const { agent } of agents) visit.ringFailed(turn, agent, undefined);
  }
}

function offeredTo(acd: Acd, visit: Visit, queue: Queue, { agent, extension, ringMs }: Offered): RingTarget {
  const target = agentTarget(acd.parts, visit.call, agent, seatOf(extension), () =>
    agentWords(acd, visit, queue),
  );
  return ringMs === undefined ? target : { ...target, ringMs };
}

function missOf(outcome: Exclude<RingFailure, 'cancelled'>): RingMiss {
  switch (outcome) {
    case 'busy':
    case 'rejected':
      return 'refused';
    case 'no-answer':
      return 'no-answer';
    default:
      return 'unreachable';
  }
}

/** A colleague who was not rung has taken the caller out of the line (抢接). */
export function pickedUp({ parts: { directory } }: Acd, visit: Visit, leg: Leg): Winner {
  const { call } = visit;
  const { name: target, party } = leg;
  const kind = party ? directory.party(party.number, party.tenant).kind : 'line';
  call.note('rung', {
    target,
    outcome: 'answered',
    ringMs: 0,
    kind,
    reason: 'pick-up',
    by: '',
    trunk: undefined,
  });
  visit.pickedUp(leg, kind === 'agent' ? target : undefined);
  return { isAgent: kind === 'agent', leg };
}

/** Undefined: the answer came too late, and was let go. */
function take(visit: Visit, turn: Turn, { name, kind }: RingTarget, leg: Leg): Winner | undefined {
  const wasRung = turn.agents.some(({ agent }) => agent === name);
  if (!wasRung) visit.pickedUp(leg, kind === 'agent' ? name : undefined);
  else if (!visit.answered(turn, name, leg)) {
    leg.sip.end({ cause: 'cancelled' });
    return undefined;
  }
  return { isAgent: wasRung || kind === 'agent', leg, hasHeard: wasRung && leg.party?.kind === 'line' };
}
