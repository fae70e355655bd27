import type { PartyName } from './arrival.ts';
import type { Calls } from './calls.ts';
import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';
import { bring } from './transfer.ts';

export interface ParkOptions {
  /** What a colleague dials to take the caller up; one caller in each of a tenant's slots. */
  readonly slot: string;
  /** Parked longer, the phone that parked him is rung; when nobody answers there, his call goes on after the talk. */
  readonly limitMs: number;
}

/** The partner leaves the caller with music, until somebody takes him up (驻留). Throws OperationError. */
export function park(calls: Calls, talk: Talk, { slot, limitMs }: ParkOptions): Promise<void> {
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
export function parkedIn(calls: Calls, tenant: string, slot: string): Talk | undefined {
  for (const call of calls.ofTenant(tenant)) {
    const talk = calls.talkOf(call.caller.sip);
    if (talk?.state === 'parked' && talk.slot === slot) return talk;
  }
  return undefined;
}

/** Somebody takes a parked caller up; his leg belongs to the caller's call. Throws OperationError. */
export function takeUp(talk: Talk, leg: Leg, who: PartyName): Promise<void> {
  if (talk.state !== 'parked') throw new OperationError('wrong-state', 'the caller is not parked any more');
  talk.expected?.abandon();
  talk.expectNobody();
  return talk.join(leg, who);
}

function ringBack(talk: Talk, parker: Leg | undefined): void {
  talk.expectNobody();
  const { party } = parker ?? {};
  if (party?.kind === 'extension') void bring(talk, party.number);
  void talk.leaveCaller('wait');
  if (!talk.expected) talk.expectNobody();
}
