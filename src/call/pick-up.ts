import type { InboundLeg } from '../edge/edge.ts';
import type { Party, PartyName } from './arrival.ts';
import type { Call, RingingNow } from './call.ts';
import type { Calls } from './calls.ts';
import { takeIn } from './take-in.ts';

/**
 * A phone takes a call that rings at a colleague's (抢接): at that extension's, or at any of the same tenant, those of `colleagues`
 * before others; of several the call that has waited longest. `who`: whose phone it is, for the record. False when nothing
 * rings there; the INVITE is not answered then.
 */
export async function pickUp(
  calls: Calls,
  sip: InboundLeg,
  party: Party,
  who: PartyName,
  extension?: string,
  colleagues: readonly string[] = [],
): Promise<boolean> {
  const anywhere = extension === undefined ? ANY : [extension];
  const at = [colleagues, anywhere].find((phones) => ringingAt(calls, party.tenant, phones));
  const call = at && ringingAt(calls, party.tenant, at);
  if (!call) return false;
  const leg = await takeIn(call, sip, party, who.name);
  if (!leg) return true;
  call.note('step', { step: 'pick-up', why: `${who.name} takes the call` });
  const taken = call.ringing.some((ringing) => ringsAt(ringing, at) && ringing.pickUp(leg));
  if (!taken) sip.end({ cause: 'answered-elsewhere' });
  return true;
}

/** Any extension. */
const ANY = [undefined];

type Phones = readonly (string | undefined)[];

function ringsAt(ringing: RingingNow, phones: Phones): boolean {
  return phones.some((extension) => ringing.rings(extension));
}

/** The call of a tenant that has rung longest at one of those phones; undefined among them: at any. */
export function ringingAt(calls: Calls, tenant: string, phones: Phones): Call | undefined {
  const rung = calls.ofTenant(tenant).filter(({ ringing }) => ringing.some((one) => ringsAt(one, phones)));
  return rung.sort((a, b) => a.arrivedAt - b.arrivedAt)[0];
}
