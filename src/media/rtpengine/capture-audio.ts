import { decode, PCMA, PCMU } from '../../rtp/g711.ts';
import { SAMPLE_RATE } from '../../rtp/tone.ts';
import type { CapturedPacket } from './pcap.ts';

const SAMPLES_A_MS = SAMPLE_RATE / 1000;
/** When a packet's own time and its arrival are further apart, the stream has jumped. */
const RESYNC_SAMPLES = 200 * SAMPLES_A_MS;

/** A span of wall clock that belongs to a recording, ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Samples that all spans hold together. */
export function samplesOf(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + spanSamples(span), 0);
}

function spanSamples({ fromMs, toMs }: Span): number {
  return Math.max(0, Math.round((toMs - fromMs) * SAMPLES_A_MS));
}

/**
 * The audio that came to one port during `spans`, put together by the packets' own timestamps: jitter is undone, loss and
 * pauses of the sender are silence. rtpengine also writes down what it refused: `isSender` says whose packets count.
 */
export function renderCapture(
  packets: Iterable<CapturedPacket>,
  port: number,
  spans: readonly Span[],
  isSender: (packet: CapturedPacket) => boolean = () => true,
): Int16Array {
  const samples = new Int16Array(samplesOf(spans));
  const lines = new Map<number, { timestamp: number; at: number }>();
  for (const packet of packets) {
    const law = packet.payloadType === 8 ? PCMA : packet.payloadType === 0 ? PCMU : undefined;
    const arrival = law && packet.port === port ? placeOf(packet.atMs, spans) : undefined;
    if (!law || arrival === undefined || !isSender(packet)) continue;
    const line = lines.get(packet.ssrc);
    let at = line ? line.at + ((packet.timestamp - line.timestamp) | 0) : arrival;
    if (!line || Math.abs(at - arrival) > RESYNC_SAMPLES) {
      at = arrival;
      lines.set(packet.ssrc, { timestamp: packet.timestamp, at });
    }
    const skipped = Math.max(0, -at);
    const count = Math.min(packet.payload.length - skipped, samples.length - at - skipped);
    if (count > 0) decode(law, packet.payload, skipped, count, samples, at + skipped);
  }
  return samples;
}

/** The sample that sounds at a moment, undefined outside the spans. */
function placeOf(atMs: number, spans: readonly Span[]): number | undefined {
  let before = 0;
  for (const span of spans) {
    if (atMs >= span.fromMs && atMs < span.toMs)
      return before + Math.round((atMs - span.fromMs) * SAMPLES_A_MS);
    before += spanSamples(span);
  }
  return undefined;
}
