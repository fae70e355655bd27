import type { MediaAddress } from '../audio-sdp.ts';
import type { MediaStats } from '../media.ts';
import type { MediaLeg } from './media-leg.ts';
import type { Seen } from './party-source.ts';

/** Packets so far, and where FreeSWITCH sends since it followed the party. */
export async function readSeen(leg: MediaLeg): Promise<Seen> {
  const facts = await dump(leg);
  const at = address(facts, 'remote_audio_ip', 'remote_audio_port');
  const told = address(facts, 'remote_audio_ip_reported', 'remote_audio_port_reported');
  return {
    packets: number(facts, 'rtp_audio_in_packet_count') ?? 0,
    adopted: at && told && { at, told },
  };
}

/** FreeSWITCH's own counters, as far as it has them. */
export async function readStats(leg: MediaLeg, codec: string | undefined): Promise<MediaStats> {
  const facts = await dump(leg);
  const received = number(facts, 'rtp_audio_in_packet_count') ?? 0;
  return {
    packetsSent: number(facts, 'rtp_audio_out_packet_count') ?? 0,
    packetsReceived: received,
    // measured: the rate is gaps in the sequence for each packet received; `flaw_total` also counts what came late
    packetsLost: Math.round((number(facts, 'rtp_audio_in_jitter_loss_rate') ?? 0) * received),
    jitterMs: deviation(facts),
    roundTripMs: undefined,
    mos: received > 0 ? number(facts, 'rtp_audio_in_mos') : undefined,
    codec,
  };
}

async function dump(leg: MediaLeg): Promise<Record<string, string>> {
  await leg.api('uuid_set_media_stats');
  return JSON.parse(await leg.api('uuid_dump', 'json')) as Record<string, string>;
}

/** Root of the largest variance of the packets' arrival that FreeSWITCH saw, ms: it keeps no mean. */
function deviation(facts: Record<string, string>): number {
  return Math.sqrt(number(facts, 'rtp_audio_in_jitter_max_variance') ?? 0);
}

function address(facts: Record<string, string>, host: string, port: string): MediaAddress | undefined {
  const found = number(facts, port);
  return found === undefined ? undefined : { address: facts[`variable_${host}`] ?? '', port: found };
}

function number(facts: Record<string, string>, name: string): number | undefined {
  const text = facts[`variable_${name}`];
  const value = Number(text);
  return text === undefined || text === '' || Number.isNaN(value) ? undefined : value;
}
