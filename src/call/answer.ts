import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import { watchAudio } from './watch-audio.ts';

/** Options of the caller's endpoint, the same for early media and answer. */
function negotiateCaller(call: Call): Promise<string> {
  const leg = call.inbound;
  reportQuality(call, leg);
  return leg.negotiate(call.context.media, {
    callId: call.id,
    profile: 'any',
    ...call.arrival.media,
    rtpTimeoutMs: call.context.rtpTimeoutMs,
  });
}

/** Leaves the leg's audio quality in the call's record when it closes. */
export function reportQuality(call: Call, leg: Leg): void {
  leg.onQuality = (stats) => {
    if (stats.packetsReceived === 0 && stats.packetsSent === 0) return;
    call.note('quality', {
      leg: leg.name,
      codec: stats.codec,
      mos: stats.mos,
      lost: stats.packetsLost,
      received: stats.packetsReceived,
      jitterMs: stats.jitterMs,
    });
  };
}

/**
 * 183 with SDP: from now on the caller hears what is played, before the answer. A trunk without early media gets the
 * answer instead: a prompt that nobody hears is worse than one that is charged.
 */
export async function earlyMedia(call: Call): Promise<void> {
  call.assertOpen();
  if (call.state === 'answered') return;
  if (!call.arrival.earlyMedia) return answer(call);
  const sdp = await negotiateCaller(call);
  call.assertOpen();
  call.inbound.sip.progress(183, sdp);
}

/** 200 to the caller; resolves when it is acknowledged. Idempotent. */
export async function answer(call: Call): Promise<void> {
  call.assertOpen();
  if (call.state === 'answered') return;
  const delayedOffer = call.inbound.sip.remoteSdp === undefined;
  const sdp = await negotiateCaller(call);
  call.assertOpen();
  const acked = await call.inbound.sip.answer(sdp);
  if (delayedOffer) await call.inbound.accept(acked);
  call.markAnswered();
  watchAudio(call, call.inbound);
}
