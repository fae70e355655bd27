import type { MediaStats } from '../media.ts';
import type { NgReply } from './ng-client.ts';

/**
 * Statistics of an endpoint from rtpengine's `query`. Loss, jitter, round trip and MOS come from RTCP alone, so they are
 * unknown while the far end sends none; `packetsSent` counts what the mate's audio brought, without prompts.
 */
export function readStats(reply: NgReply, codec: string | undefined): MediaStats {
  const received = reply.tags?.['party']?.medias[0]?.streams[0];
  const sent = reply.tags?.['inner']?.medias[0]?.streams[0];
  const source = received?.SSRC === undefined ? undefined : reply.SSRC?.[String(received.SSRC)];
  const quality = source?.['average MOS'];
  return {
    packetsSent: sent?.stats.packets ?? 0,
    packetsReceived: received?.stats.packets ?? 0,
    packetsLost: source?.['cumulative loss'] ?? 0,
    jitterMs: quality?.jitter ?? 0,
    // rtpengine counts microseconds
    roundTripMs: quality?.['round-trip time'] === undefined ? undefined : quality['round-trip time'] / 1000,
    mos: quality && quality.MOS / 10,
    codec,
  };
}
