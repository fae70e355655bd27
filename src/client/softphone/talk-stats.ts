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
