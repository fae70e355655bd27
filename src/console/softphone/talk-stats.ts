import type { TalkStats } from './softphone.ts';

// biome-ignore lint/suspicious/noExplicitAny: what browsers report has no type of its own (W3C webrtc-stats)
type Report = any;

/** What a browser reports of a connection, in our words. */
export function statsOf(reports: RTCStatsReport | undefined): TalkStats {
  const all: Report[] = reports ? [...(reports as unknown as Map<string, Report>).values()] : [];
  const of = (type: string): Report =>
    all.find((report) => report.type === type && (report.kind ?? 'audio') === 'audio') ?? {};
  const inbound = of('inbound-rtp');
  const received: number = inbound.packetsReceived ?? 0;
  const lost: number = Math.max(0, inbound.packetsLost ?? 0);
  const seconds: number | undefined =
    of('remote-inbound-rtp').roundTripTime ??
    all.find(({ type, nominated }) => type === 'candidate-pair' && nominated)?.currentRoundTripTime;
  return {
    roundTripMs: seconds === undefined ? undefined : seconds * 1000,
    jitterMs: (inbound.jitter ?? 0) * 1000,
    loss: received + lost === 0 ? 0 : lost / (received + lost),
    packetsReceived: received,
    packetsSent: of('outbound-rtp').packetsSent ?? 0,
    microphone: of('media-source').audioLevel ?? 0,
  };
}

/** What a browser needs to play without gaps, beside the way, ms. */
const PLAYING_MS = 40;
/** G.711 with concealment (ITU-T G.113, appendix I). */
const BPL = 25.1;

/** How well one hears, 1 to 4.5, by the E-model for G.711 (ITU-T G.107, with the delay as in its annex A simplified). */
export function mosOf({
  roundTripMs,
  jitterMs,
  loss,
}: Pick<TalkStats, 'roundTripMs' | 'jitterMs' | 'loss'>): number {
  const delay = (roundTripMs ?? 0) / 2 + 2 * jitterMs + PLAYING_MS;
  const late = delay > 177.3 ? 0.11 * (delay - 177.3) : 0;
  const lossPercent = 100 * loss;
  const r = 93.2 - 0.024 * delay - late - (95 * lossPercent) / (lossPercent + BPL);
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}
