import {
  putInt32,
  RTP_HEADER_BYTES,
  type RtpView,
  sequenceDistance,
  writeRtpHeader,
} from '../../../rtp/rtp-packet.ts';
import { FRAME_MS, FRAME_SAMPLES } from './frame-clock.ts';
import { MAX_PACKET_SAMPLES, Packer } from './packer.ts';
import type { Transport } from './transport.ts';

/** RFC 3550 A.1: numbers that jump farther are those of a sender that started anew. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
/** The longest packet and what is written before it leaves. */
export const MAX_GATHERED_SAMPLES = MAX_PACKET_SAMPLES + FRAME_SAMPLES;
const SAMPLES_A_MS = FRAME_SAMPLES / FRAME_MS;

/**
 * What one far end gets: one SSRC with an unbroken row of sequence numbers and timestamps, whether packets are made here
 * (prompts, mixes, digits) or forwarded from another leg.
 */
export class OutboundStream {
  readonly ssrc: number;
  packets = 0;
  octets = 0;
  readonly #transport: Transport;
  readonly #packet = Buffer.alloc(RTP_HEADER_BYTES + MAX_GATHERED_SAMPLES);
  #source: 'none' | 'own' | 'forward' = 'none';
  /** Highest sequence number sent. */
  #sequence: number;
  /** Timestamp and time of that packet. */
  #timestamp: number;
  #sentMs = 0;
  /** Samples of our own packet before: how far the timestamp moves on. */
  #samples = FRAME_SAMPLES;
  #forwardedSsrc = 0;
  #sequenceShift = 0;
  #timestampShift = 0;
  /** Made when a leg sends packets of another length than the far end wants. */
  #packer: Packer | undefined;
  /** Forwarded packets are numbered anew: their audio is cut differently. */
  #renumbers = false;
  /** Sequence number of the last of them, as its sender counts. */
  #lastIn = 0;

  /** RFC 3550 5.1: SSRC, first sequence number and first timestamp are random. */
  constructor(transport: Transport, random: () => number) {
    this.#transport = transport;
    this.ssrc = Math.floor(random() * 0x1_0000_0000) | 0;
    this.#sequence = Math.floor(random() * 0x8000);
    this.#timestamp = Math.floor(random() * 0x1_0000_0000) | 0;
  }

  /** RTP timestamp that belongs to `nowMs`, for RTCP. */
  timestampAt(nowMs: number): number {
    return (this.#timestamp + Math.round((nowMs - this.#sentMs) * SAMPLES_A_MS)) | 0;
  }

  /** Payload of our next packet; write up to {@link MAX_GATHERED_SAMPLES} codes there before {@link sendOwn}. */
  get payload(): Buffer {
    return this.#packet;
  }

  /** Sends `samples` codes that lie in {@link payload} from {@link RTP_HEADER_BYTES} on. */
  sendOwn(payloadType: number, samples: number, nowMs: number): void {
    const resumed = this.#source !== 'own';
    this.#advance(nowMs, resumed);
    this.#samples = samples;
    writeRtpHeader(this.#packet, payloadType, resumed, this.#sequence, this.#timestamp, this.ssrc);
    this.#send(this.#packet.subarray(0, RTP_HEADER_BYTES + samples), samples);
  }

  /**
   * Sends the 4 bytes of a telephone-event that lie in {@link payload}. All packets of an event bear the timestamp of
   * its start (RFC 4733 2.5.1.2); `elapsed` counts samples since then.
   */
  sendEvent(payloadType: number, first: boolean, elapsed: number, nowMs: number): void {
    this.#advance(nowMs, this.#source !== 'own');
    this.#samples = FRAME_SAMPLES;
    writeRtpHeader(
      this.#packet,
      payloadType,
      first,
      this.#sequence,
      (this.#timestamp - elapsed) | 0,
      this.ssrc,
    );
    this.#send(this.#packet.subarray(0, RTP_HEADER_BYTES + 4), 4);
  }

  /** A frame in which nothing is sent: time goes on. */
  pass(): void {
    this.#source = 'none';
  }

  /**
   * Sends another leg's audio on in packets of `samples`: as it came when it has that length, else cut anew, to leave by
   * {@link sendDue}. What was lost stays lost; what comes late is lost, too, once packets are cut.
   */
  forwardAudio(packet: Buffer, view: RtpView, payloadType: number, samples: number): void {
    const fits = view.payloadEnd - view.payloadStart === samples;
    if (fits) {
      this.forward(packet, view, payloadType);
      return;
    }
    const marker = this.#continues(view) ? view.marker : true;
    const lost = this.#lostBefore(view);
    if (lost < 0) return;
    this.#renumbers = true;
    this.#lastIn = view.sequence;
    this.#pack(packet, view, payloadType, samples, marker, lost);
  }

  /** Every 10 ms: audio that was cut anew leaves evenly, whenever it came. */
  sendDue(nowMs: number): void {
    const packer = this.#packer;
    if (this.#source !== 'forward' || !packer?.tick()) return;
    do this.#sendPacked(packer, nowMs);
    while (packer.isLate);
  }

  /** Sends another leg's packet on as ours, changed in place: gaps and order stay as they came. */
  forward(packet: Buffer, view: RtpView, payloadType: number): void {
    const marker = this.#continues(view) ? view.marker : true;
    if (this.#renumbers) {
      const lost = this.#lostBefore(view);
      if (lost < 0) return;
      this.#flush(view.arrivalMs);
      this.#keepNumbers(this.#sequence + 1 + lost - view.sequence);
    }
    const sequence = (view.sequence + this.#sequenceShift) & 0xffff;
    const timestamp = (view.timestamp + this.#timestampShift) | 0;
    packet[1] = marker ? payloadType | 0x80 : payloadType;
    packet[2] = sequence >> 8;
    packet[3] = sequence;
    putInt32(packet, 4, timestamp);
    putInt32(packet, 8, this.ssrc);
    if (sequenceDistance(sequence, this.#sequence) > 0) {
      this.#sequence = sequence;
      this.#timestamp = timestamp;
      this.#sentMs = view.arrivalMs;
    }
    this.#send(packet, view.payloadEnd - view.payloadStart);
  }

  /** Whether packets of this sender are being forwarded; if not, its numbers are joined to ours. */
  #continues(view: RtpView): boolean {
    if (this.#source === 'forward' && this.#forwardedSsrc === view.ssrc) return true;
    this.#splice(view);
    return false;
  }

  /** Joins the other leg's numbers to ours where they are now. */
  #splice(view: RtpView): void {
    this.#source = 'forward';
    this.#forwardedSsrc = view.ssrc;
    this.#keepNumbers(this.#sequence + 1 - view.sequence);
    this.#packer?.clear();
    this.#timestampShift = (this.#timestamp + this.#elapsed(view.arrivalMs) - view.timestamp) | 0;
  }

  #keepNumbers(shift: number): void {
    this.#renumbers = false;
    this.#sequenceShift = shift;
  }

  /** Packets missing before this one; below 0: it is late, or came twice. */
  #lostBefore(view: RtpView): number {
    const last = this.#renumbers ? this.#lastIn : this.#sequence - this.#sequenceShift;
    const lost = sequenceDistance(view.sequence, last) - 1;
    if (lost <= MAX_DROPOUT && lost >= -MAX_MISORDER) return lost;
    this.#splice(view);
    return 0;
  }

  /** A packet's audio waits to be cut anew. */
  #pack(
    packet: Buffer,
    view: RtpView,
    payloadType: number,
    samples: number,
    marker: boolean,
    lost: number,
  ): void {
    this.#packer ??= new Packer();
    const packer = this.#packer;
    // after a loss or a pause: what waited goes out, the last of it short
    if (!packer.follows(view.timestamp) || packer.payloadType !== payloadType) this.#flush(view.arrivalMs);
    packer.size = samples;
    packer.payloadType = payloadType;
    packer.marker ||= marker;
    const length = view.payloadEnd - view.payloadStart;
    if (lost > 0) packer.lost += Math.max(1, Math.round((lost * length) / samples));
    for (let at = view.payloadStart; at < view.payloadEnd; ) {
      if (packer.isFull) this.#sendPacked(packer, view.arrivalMs);
      at += packer.take(packet, at, view.payloadEnd, view.timestamp + at - view.payloadStart);
    }
  }

  /** Sends all codes that wait. */
  #flush(nowMs: number): void {
    const packer = this.#packer;
    while (packer && packer.pending > 0) this.#sendPacked(packer, nowMs);
  }

  #sendPacked(packer: Packer, nowMs: number): void {
    const { bytes, payloadType, marker } = packer;
    const samples = Math.min(packer.size, packer.pending);
    this.#sequence = (this.#sequence + 1 + packer.lost) & 0xffff;
    this.#timestamp = (packer.timestamp + this.#timestampShift) | 0;
    this.#sentMs = nowMs;
    this.#samples = samples;
    writeRtpHeader(bytes, payloadType, marker, this.#sequence, this.#timestamp, this.ssrc);
    this.#send(bytes.subarray(0, RTP_HEADER_BYTES + samples), samples);
    packer.drop(samples);
  }

  #advance(nowMs: number, resumed: boolean): void {
    this.#timestamp = (this.#timestamp + (resumed ? this.#elapsed(nowMs) : this.#samples)) | 0;
    this.#source = 'own';
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#sentMs = nowMs;
  }

  /** Samples since the last packet, whole frames, at least that packet's. */
  #elapsed(nowMs: number): number {
    if (this.#sentMs === 0) return 0;
    return Math.max(this.#samples, Math.round((nowMs - this.#sentMs) / FRAME_MS) * FRAME_SAMPLES);
  }

  #send(packet: Uint8Array, octets: number): void {
    this.packets++;
    this.octets += octets;
    this.#transport.sendRtp(packet);
  }
}
