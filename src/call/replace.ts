import type { InboundLeg } from '../edge/edge.ts';
import { reportQuality } from './answer.ts';
import type { Party } from './arrival.ts';
import type { CallRegister } from './call.ts';
import { Leg } from './leg.ts';
import { watchAudio } from './watch-audio.ts';

/**
 * INVITE with Replaces (RFC 3891): the new leg takes the place of a partner in a talk. Answered 481 when the dialog
 * named is no partner's.
 */
export async function replacePartner(sip: InboundLeg, party: Party, calls: CallRegister): Promise<void> {
  const talk = sip.replaces && calls.talkOf(sip.replaces);
  if (!talk || sip.replaces === talk.call.caller.sip) return sip.end({ cause: 'failure', status: 481 });
  const { call } = talk;
  const who = talk.partyAt(sip.invite.from.user);
  const leg = new Leg(who.name, sip, party);
  call.adopt(leg);
  reportQuality(call, leg);
  try {
    const delayedOffer = sip.remoteSdp === undefined;
    const sdp = await leg.negotiate(call.context.media, {
      callId: call.id,
      near: call.caller.media,
      signallingAddress: sip.invite.source.address,
    });
    const acked = await sip.answer(sdp);
    if (delayedOffer) await leg.accept(acked);
    watchAudio(call, leg);
    talk.replacePartner(leg, who);
  } catch (error) {
    call.log.warn({ err: error }, 'a leg could not take the place of another');
    sip.end({ cause: 'not-acceptable' });
  }
}
