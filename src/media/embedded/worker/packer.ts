import { RTP_HEADER_BYTES } from '../../../rtp/rtp-packet.ts';

/** Longest packet of our own: 60 ms. */
export const MAX_PACKET_SAMPLES = 480;

/** Gathers the codes of packets of one length into packets of another: one packet that is not full yet. */
export class Packer {
  /** Room for a header, then the codes. */
  readonly bytes = Buffer.alloc(RTP_HEADER_BYTES + MAX_PACKET_SAMPLES);
  /** Codes that wait. */
  pending = 0;
  /** Timestamp of the first of them, as the sender counts. */
  timestamp = 0;
  payloadType = 0;
  marker = false;
  /** Packets of ours that are missing before this one. */
  lost = 0;

  /** Whether audio of this timestamp goes on where the codes end that wait. */
  follows(timestamp: number): boolean {
    return this.pending === 0 || timestamp === ((this.timestamp + this.pending) | 0);
  }

  clear(): void {
    this.pending = 0;
    this.lost = 0;
    this.marker = false;
  }

  /** Takes codes from `packet[at, end)` until `size` wait; the number taken. `timestamp` is that of the first. */
  take(packet: Buffer, at: number, end: number, timestamp: number, size: number): number {
    if (this.pending === 0) this.timestamp = timestamp | 0;
    const count = Math.min(size - this.pending, end - at);
    packet.copy(this.bytes, RTP_HEADER_BYTES + this.pending, at, at + count);
    this.pending += count;
    return count;
  }
}
