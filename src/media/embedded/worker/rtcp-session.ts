import { readRtcp, roundTripMs, writeRtcp } from '../../../rtp/rtcp-packet.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { InboundStream } from './inbound-stream.ts';
import type { OutboundStream } from './outbound-stream.ts';

/** One leg's RTCP: what it reports, and what the far end reports of us (RFC 3550 6). */
export class RtcpSession {
  /** Last round trip measured. */
  roundTripMs: number | undefined;
  readonly #clock: Clock;
  readonly #inbound: InboundStream;
  readonly #outbound: OutboundStream;
  #lastSenderReport = 0;
  #lastSenderReportMs = 0;
  #packetsBefore = 0;

  constructor(clock: Clock, inbound: InboundStream, outbound: OutboundStream) {
    this.#clock = clock;
    this.#inbound = inbound;
    this.#outbound = outbound;
  }

  /** A compound packet of the far end. */
  receive(bytes: Uint8Array): void {
    for (const packet of readRtcp(bytes)) {
      if (packet.kind !== 'report') continue;
      if (packet.ntpMiddle !== undefined) {
        this.#lastSenderReport = packet.ntpMiddle;
        this.#lastSenderReportMs = this.#clock.monotonic();
      }
      const block = packet.blocks.find(({ ssrc }) => ssrc === this.#outbound.ssrc);
      if (block) this.roundTripMs = roundTripMs(block, this.#clock.now()) ?? this.roundTripMs;
    }
  }

  /** Our next compound packet; with `bye` the last. */
  report(bye = false): Buffer {
    const nowMs = this.#clock.monotonic();
    const { ssrc, packets, octets } = this.#outbound;
    // RFC 3550 6.4: a sender report when we sent since the last one
    const sent = packets !== this.#packetsBefore;
    this.#packetsBefore = packets;
    const sender = {
      nowMs: this.#clock.now(),
      rtpTimestamp: this.#outbound.timestampAt(nowMs),
      packets,
      octets,
    };
    return writeRtcp({
      ssrc,
      cname: 'pbx400',
      sender: sent ? sender : undefined,
      block: this.#block(nowMs),
      bye,
    });
  }

  #block(nowMs: number) {
    const { reception, ssrc } = this.#inbound;
    if (ssrc === undefined) return undefined;
    const since = this.#lastSenderReport === 0 ? 0 : nowMs - this.#lastSenderReportMs;
    return {
      ssrc,
      fractionLost: reception.takeFractionLost(),
      cumulativeLost: reception.lost,
      highestSequence: reception.highestSequence,
      jitter: reception.jitter,
      lastSenderReport: this.#lastSenderReport,
      delaySinceLastReport: Math.round((since * 65536) / 1000),
    };
  }
}
