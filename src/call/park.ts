import type { InboundLeg, SipLeg } from '../edge/edge.ts';
import type { Party, PartyName } from './arrival.ts';
import type { CallRegister, Conversation } from './call.ts';
import type { Calls } from './calls.ts';
import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import { takeIn } from './take-in.ts';
import type { Talk } from './talk.ts';
import { bring } from './transfer.ts';

/** Who is parked by a phone waits so long before it is rung. */
export const PARK_LIMIT_MS = 120_000;

export interface ParkOptions {
  /** What a colleague dials to take the caller up; one caller in each of a tenant's slots. */
  readonly slot: string;
  /** Parked longer, the phone that parked him is rung; when nobody answers there, his call goes on after the talk. */
  readonly limitMs: number;
}

/** The partner leaves the caller with music, until somebody takes him up (驻留). Throws OperationError. */
export function park(calls: CallRegister, talk: Talk, { slot, limitMs }: ParkOptions): Promise<void> {
  const { call } = talk;
  const { partner } = talk.places;
  talk.check('park');
  if (parkedIn(calls, call.arrival.tenantId, slot)) {
    throw new OperationError('slot-taken', `another call is parked in ${slot}`);
  }
  const timer = call.context.clock.after(limitMs, () => ringBack(talk, partner?.leg));
  try {
    talk.expect({ to: `somebody for ${slot}`, abandon: () => timer.cancel() });
  } catch (error) {
    timer.cancel();
    throw error;
  }
  call.note('step', { step: 'park', why: `${partner?.who.name} parks the caller in ${slot}` });
  return talk.leaveCaller('park', slot);
}

/** The talk that is parked in a tenant's slot. */
export function parkedIn<Of extends Conversation>(
  calls: Pick<CallRegister, 'ofTenant'> & { talkOf(sip: SipLeg): Of | undefined },
  tenant: string,
  slot: string,
): Of | undefined {
  for (const call of calls.ofTenant(tenant)) {
    const talk = call.hasCaller ? calls.talkOf(call.caller.sip) : undefined;
    if (talk?.slot === slot) return talk;
  }
  return undefined;
}

/** The talks whom somebody of a tenant has parked, the longest first. */
export function parkedBy(
  calls: Pick<CallRegister, 'ofTenant'> & { talkOf(sip: SipLeg): Conversation | undefined },
  tenant: string,
  { name, kind }: PartyName,
): readonly Talk[] {
  const talks = [...calls.ofTenant(tenant)].flatMap((call) => {
    const talk = call.hasCaller ? (calls.talkOf(call.caller.sip) as Talk | undefined) : undefined;
    const by = talk?.parked?.by;
    return talk && by?.name === name && by.kind === kind ? [talk] : [];
  });
  return talks.sort((one, other) => one.parked!.at - other.parked!.at);
}

/**
 * A phone takes up who is parked in a slot of its tenant. `who`: whose phone it is, for the record. False when nobody is
 * parked there; the INVITE is not answered then.
 */
export async function pickUpParked(
  calls: Calls,
  sip: InboundLeg,
  party: Party,
  who: PartyName,
  slot: string,
): Promise<boolean> {
  const talk = parkedIn(calls, party.tenant, slot);
  if (!talk) return false;
  const leg = await takeIn(talk.call, sip, party, who.name);
  if (!leg) return true;
  talk.call.note('step', { step: 'park', why: `${who.name} takes the caller up from ${slot}` });
  if (talk.slot === slot) await takeUp(talk, leg, who);
  else sip.end({ cause: 'answered-elsewhere' });
  return true;
}

/** Somebody takes a parked caller up; his leg belongs to the caller's call. Throws OperationError. */
export function takeUp(talk: Talk, leg: Leg, who: PartyName): Promise<void> {
  if (talk.state !== 'parked') throw new OperationError('wrong-state', 'the caller is not parked any more');
  talk.expected?.abandon();
  talk.expectNobody();
  talk.noteJoined(who, { reason: 'park', by: '' });
  return talk.join(leg, who);
}

function ringBack(talk: Talk, parker: Leg | undefined): void {
  talk.expectNobody();
  const { party } = parker ?? {};
  if (party?.kind === 'extension' && party.tenant === talk.call.arrival.tenantId)
    void bring(talk, party.number, 'park');
  void talk.leaveCaller('wait');
  if (!talk.expected) talk.expectNobody();
}
