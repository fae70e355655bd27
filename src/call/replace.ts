import type { InboundLeg } from '../edge/edge.ts';
import type { Party } from './arrival.ts';
import type { CallRegister } from './call.ts';
import { takeIn } from './take-in.ts';

/**
 * INVITE with Replaces (RFC 3891): the new leg takes the place that the dialog named has in a talk. Answered 481 when it has
 * none, or the talk is another tenant's.
 */
export async function replaceDialog(sip: InboundLeg, party: Party, calls: CallRegister): Promise<void> {
  const { replaces } = sip;
  const talk = replaces && calls.talkOf(replaces);
  if (!talk || talk.call.arrival.tenantId !== party.tenant) return sip.end({ cause: 'failure', status: 481 });
  const who = talk.partyAt(party.number);
  const leg = await takeIn(talk.call, sip, party, who.name);
  if (leg) talk.replace(replaces, leg, who);
}
