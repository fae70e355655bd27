import type { PartyName } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import { connect } from '../call/connect.ts';
import type { Leg } from '../call/leg.ts';
import type { Invitation, TalkOptions } from '../call/talk-options.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import { agentTarget } from './agent-target.ts';
import { announce } from './announcement.ts';
import { musicOf } from './still-there.ts';
import { TalkAlarms } from './talk-alarms.ts';
import type { Visit } from './visit.ts';
import type { Winner } from './winner.ts';

/** How a talk went with who answered. */
export type TalkEnding =
  | { readonly reason: 'served'; readonly agent: string; readonly talkMs: number }
  /** He hung up before it. */
  | { readonly reason: 'not-begun' }
  /** His leg died in it, and he did not come back. */
  | { readonly reason: 'lost'; readonly agent: string };

/** An agent whose leg died in a talk is invited again for so long, at a number outside for longer: he is asked for a key. */
export const RECONNECT_MS = 15_000;
const RECONNECT_OUTSIDE_MS = 30_000;

/** What both hear first, then the talk. */
export async function talkWith(acd: Acd, visit: Visit, config: Queue, winner: Winner): Promise<TalkEnding> {
  const { call } = visit;
  const { leg } = winner;
  await announce(acd, visit, config, winner);
  if (leg.sip.state === 'ended') return { reason: 'not-begun' };
  const agent = leg.name;
  call.note('askEnded', { queue: config.name, ending: 'answered', agent });
  const alarms = new TalkAlarms(acd, call, config, agent);
  try {
    const { talkMs, lostBy } = await connect(call, leg, optionsOf(acd, visit, config, winner, alarms));
    return lostBy ? { reason: 'lost', agent } : { reason: 'served', agent, talkMs };
  } finally {
    alarms.end();
  }
}

/** Whoever has a phone of the company, and agents outside: to others the end of a line is the end of the talk. */
function invitationOf({ parts }: Acd, call: Call, lost: Leg, who: PartyName): Invitation | undefined {
  const { party } = lost;
  if (call.isCaller(lost) || !party || (party.kind === 'line' && who.kind !== 'agent')) return undefined;
  const { kind, number } = party;
  const target = agentTarget(parts, call, who.name, { kind, number });
  return {
    target: { ...target, kind: who.kind },
    limitMs: kind === 'line' ? RECONNECT_OUTSIDE_MS : RECONNECT_MS,
  };
}

function optionsOf(
  acd: Acd,
  visit: Visit,
  config: Queue,
  { isAgent, leg }: Winner,
  alarms: TalkAlarms,
): TalkOptions {
  const { call } = visit;
  const { directory, recorder } = acd.parts;
  return {
    kind: isAgent ? 'agent' : (leg.party?.kind ?? 'line'),
    recorder,
    record: isToBeRecorded(acd, visit, config),
    directory,
    music: musicOf(acd.parts, call, config),
    onState: (state) => alarms.follow(state),
    reconnection: {
      invitation: (lost, who) => invitationOf(acd, call, lost, who),
      queue: config.name,
      onLost: (lost) => visit.seatLost(lost),
      onBack: (lost, back) => visit.seatBack(lost, back),
      onGone: (lost, refused) => visit.seatGone(lost, refused),
    },
  };
}

/** Of a queue that records a share of its talks chance says which. */
function isToBeRecorded(acd: Acd, { call }: Visit, { name, record, recordShare = 100 }: Queue): boolean {
  if (!record || recordShare === 100) return record;
  if (acd.parts.ids.random() * 100 < recordShare) return true;
  call.note('step', { step: 'recording', why: `none: queue ${name} records ${recordShare} % of its talks` });
  return false;
}
