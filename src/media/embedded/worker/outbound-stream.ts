import {
  putInt32,
  RTP_HEADER_BYTES,
  type RtpView,
  sequenceDistance,
  writeRtpHeader,
} from '../../../rtp/rtp-packet.ts';
import { FRAME_MS, FRAME_SAMPLES } from './frame-clock.ts';
import type { Transport } from './transport.ts';

const SAMPLES_A_MS = FRAME_SAMPLES / FRAME_MS;
/** Longest packet of our own: 60 ms. */
export const MAX_PACKET_SAMPLES = 480;

/**
 * What one far end gets: one SSRC with an unbroken row of sequence numbers and timestamps, whether packets are made here
 * (prompts, mixes, digits) or forwarded from another leg.
 */
export class OutboundStream {
  readonly ssrc: number;
  packets = 0;
  octets = 0;
  readonly #transport: Transport;
  readonly #packet = Buffer.alloc(RTP_HEADER_BYTES + MAX_PACKET_SAMPLES);
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

  /** Payload of our next packet; write up to {@link MAX_PACKET_SAMPLES} codes there before {@link sendOwn}. */
  get payload(): Buffer {
    return this.#packet;
  }

  /** Sends `samples` codes that lie in {@link payload} from {@link RTP_HEADER_BYTES} on. */
  sendOwn(payloadType: number, samples: number, nowMs: number): void {
    const resumed = this.#source !== 'own';
    this.#advance(nowMs, resumed);
    this.#samples = samples;
    writeRtpHeader(this.#packet, payloadType, resumed, this.#sequence, this.#timestamp, this.ssrc);
    this.#send(
      samples === MAX_PACKET_SAMPLES ? this.#packet : this.#packet.subarray(0, RTP_HEADER_BYTES + samples),
      samples,
    );
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

  /** Sends another leg's packet on as ours, changed in place: gaps and order stay as they came. */
  forward(packet: Buffer, view: RtpView, payloadType: number): void {
    let marker = view.marker;
    if (this.#source !== 'forward' || this.#forwardedSsrc !== view.ssrc) {
      this.#splice(view);
      marker = true;
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

  /** Joins the other leg's numbers to ours where they are now. */
  #splice(view: RtpView): void {
    this.#source = 'forward';
    this.#forwardedSsrc = view.ssrc;
    this.#sequenceShift = this.#sequence + 1 - view.sequence;
    this.#timestampShift = (this.#timestamp + this.#elapsed(view.arrivalMs) - view.timestamp) | 0;
  }

  #advance(nowMs: number, resumed: boolean): void {
    this.#timestamp = (this.#timestamp + (resumed ? this.#elapsed(nowMs) : this.#samples)) | 0;
    this.#source = 'own';
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#sentMs = nowMs;
  }

  /** Samples since the last packet, whole frames, at least one. */
  #elapsed(nowMs: number): number {
    if (this.#sentMs === 0) return 0;
    return Math.max(1, Math.round((nowMs - this.#sentMs) / FRAME_MS)) * FRAME_SAMPLES;
  }

  #send(packet: Uint8Array, octets: number): void {
    this.packets++;
    this.octets += octets;
    this.#transport.sendRtp(packet);
  }
}
