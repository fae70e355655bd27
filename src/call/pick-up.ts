import type { InboundLeg } from '../edge/edge.ts';
import type { Party, PartyName } from './arrival.ts';
import type { Call } from './call.ts';
import type { Calls } from './calls.ts';
import { takeIn } from './take-in.ts';

/**
 * A phone takes a call that rings at a colleague's (抢接): at that extension's, or at any of the same tenant, the call that has
 * waited longest first. `who`: whose phone it is, for the record. False when nothing rings there; the INVITE is not
 * answered then.
 */
export async function pickUp(
  calls: Calls,
  sip: InboundLeg,
  party: Party,
  who: PartyName,
  extension?: string,
): Promise<boolean> {
  const call = ringingAt(calls, party.tenant, extension);
  if (!call) return false;
  const leg = await takeIn(call, sip, party, who.name);
  if (!leg) return true;
  call.note('step', { step: 'pick-up', why: `${who.name} takes the call` });
  const taken = call.ringing.some((ringing) => ringing.rings(extension) && ringing.pickUp(leg));
  if (!taken) sip.end({ cause: 'answered-elsewhere' });
  return true;
}

/** The call of a tenant that has rung longest at that extension, or at any. */
export function ringingAt(calls: Calls, tenant: string, extension: string | undefined): Call | undefined {
  const rung = calls.ofTenant(tenant).filter(({ ringing }) => ringing.some((one) => one.rings(extension)));
  return rung.sort((a, b) => a.arrivedAt - b.arrivedAt)[0];
}
