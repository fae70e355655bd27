import type { InboundLeg } from '../edge/edge.ts';
import { causeOf } from '../shared/errors.ts';
import type { Party } from './arrival.ts';
import { reportQuality } from './audio-quality.ts';
import type { Call } from './call.ts';
import { Leg } from './leg.ts';
import { watchAudio } from './watch-audio.ts';

/**
 * A phone's INVITE joins a call that there is already, instead of making one: answered, with audio, and ending with that
 * call. Undefined when that could not be, nor ever for a phone of another company; the INVITE has its final response then.
 */
export async function takeIn(
  call: Call,
  sip: InboundLeg,
  party: Party,
  name: string,
): Promise<Leg | undefined> {
  if (party.tenant !== call.arrival.tenantId) {
    call.log.error({ party }, 'a phone of another company was to join the call');
    sip.end({ cause: 'forbidden' });
    return undefined;
  }
  const leg = new Leg(name, sip, party);
  call.adopt(leg);
  reportQuality(call, leg);
  const { media, rtpTimeoutMs } = call.context;
  try {
    const delayedOffer = sip.remoteSdp === undefined;
    const sdp = await leg.negotiate(media, {
      callId: call.id,
      profile: 'any',
      rtpTimeoutMs,
      signallingAddress: sip.invite.source.address,
      ...(call.hasCaller && call.caller.hasMedia ? { near: call.caller.media } : {}),
    });
    await call.kept();
    const acked = await sip.answer(sdp);
    if (delayedOffer) await leg.accept(acked);
    watchAudio(call, leg);
    return leg;
  } catch (error) {
    call.log.warn({ err: error, leg: name }, 'a phone could not join the call');
    sip.end({ cause: causeOf(error) });
    return undefined;
  }
}
