import type { ReferRequest, SipLeg } from '../edge/edge.ts';
import type { Leg } from './leg.ts';
import { PARK_LIMIT_MS, park, parkedIn } from './park.ts';
import type { Talk } from './talk.ts';
import { transfer } from './transfer.ts';

/**
 * A phone asks by REFER (RFC 3515) to send the other side elsewhere: to a number (blind; to the
 * code for parking: the other side waits there), or to whom its other dialog talks
 * with (RFC 5589 7, attended). Whoever sends it, the caller or his partner, is who leaves. Only phones of the tenant's
 * own may ask: an outside line would call at the company's expense.
 */
export function answerRefer(talk: Talk, leg: Leg, refer: ReferRequest): void {
  if (leg.party?.kind !== 'extension' || leg.party.tenant !== talk.call.arrival.tenantId) {
    return refer.refuse(403);
  }
  if (talk.expected || (talk.state !== 'talking' && talk.state !== 'held')) return refer.refuse(491);
  if (refer.replaces) return joinConsulted(talk, leg, refer, refer.replaces);
  const slot = talk.options.directory.slot(refer.target.user, leg.party.tenant);
  if (slot !== undefined) return parkCaller(talk, leg, refer, slot);
  refer.accept();
  if (leg === talk.places.caller.leg) talk.turnAround();
  void transfer(talk, refer.target.user).then((status) => refer.progress(status));
}

/** Who sent the REFER leaves the other side in a slot; 486 when it is taken. */
function parkCaller(talk: Talk, leg: Leg, refer: ReferRequest, slot: string): void {
  const { calls } = talk.call.context;
  if (parkedIn(calls, talk.call.arrival.tenantId, slot)) return refer.refuse(486);
  refer.accept();
  refer.progress(200);
  if (leg === talk.places.caller.leg) talk.turnAround();
  void park(calls, talk, { slot, limitMs: PARK_LIMIT_MS });
}

/** The partner of the other talk comes over; the owner of both dialogs leaves. */
function joinConsulted(talk: Talk, leg: Leg, refer: ReferRequest, dialog: SipLeg): void {
  const consulted = talk.call.context.calls.talkOf(dialog);
  const isOurs = consulted !== talk && consulted?.call.arrival.tenantId === talk.call.arrival.tenantId;
  const given = isOurs ? consulted?.giveAway(dialog) : undefined;
  if (!given) return refer.refuse(481);
  refer.accept();
  refer.progress(200);
  talk.call.adopt(given.leg);
  if (leg === talk.places.caller.leg) talk.turnAround();
  const by = talk.places.partner?.who.name ?? '';
  talk.noteJoined(given.who, { reason: 'transfer', by, fromCall: consulted?.call.id });
  talk.call.note('step', { step: 'transfer', why: `attended: the caller goes to ${given.who.name}` });
  void talk.join(given.leg, given.who);
}
