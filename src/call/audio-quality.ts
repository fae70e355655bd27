import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

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
