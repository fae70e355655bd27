import { RTP_HEADER_BYTES } from '../../../rtp/rtp-packet.ts';

/** Longest packet of our own: 60 ms. */
export const MAX_PACKET_SAMPLES = 480;
/** Samples' time between two ticks: 10 ms, of which all packet times are multiples. */
const TICK_SAMPLES = 80;
/**
 * The first packet leaves 10 to 20 ms after its own length has passed: then each later one is full in time, whatever the two
 * lengths, if no packet of the sender comes more than 20 ms late.
 */
const LEAD_SAMPLES = 160;
/** Without audio for so long it begins anew. */
const IDLE_SAMPLES = 480;
/** More than this waits only when the sender's clock is faster, or after a stall: then one packet more leaves. */
const MAX_WAITING_SAMPLES = 640;
const ROOM_SAMPLES = MAX_WAITING_SAMPLES + 2 * MAX_PACKET_SAMPLES;

/** Gathers the codes of packets of one length into packets of another, which leave evenly. */
export class Packer {
  /** Room for a header, then the codes. */
  readonly bytes = Buffer.alloc(RTP_HEADER_BYTES + ROOM_SAMPLES);
  /** Codes that wait. */
  pending = 0;
  /** Timestamp of the first of them, as the sender counts. */
  timestamp = 0;
  payloadType = 0;
  marker = false;
  /** Packets of ours that are missing before this one. */
  lost = 0;
  /** Codes of a packet. */
  size = 0;
  /** Samples' time until the next packet is due; far below 0: nothing came. */
  #wait = -IDLE_SAMPLES;

  get isFull(): boolean {
    return this.pending === ROOM_SAMPLES;
  }

  /** More waits than jitter explains. */
  get isLate(): boolean {
    return this.pending > this.size + MAX_WAITING_SAMPLES;
  }

  /** Whether audio of this timestamp goes on where the codes end that wait. */
  follows(timestamp: number): boolean {
    return this.pending === 0 || timestamp === ((this.timestamp + this.pending) | 0);
  }

  clear(): void {
    this.pending = 0;
    this.lost = 0;
    this.marker = false;
    this.#wait = -IDLE_SAMPLES;
  }

  /** 10 ms have passed: whether a packet is to leave now. */
  tick(): boolean {
    if (this.#wait > -IDLE_SAMPLES) this.#wait -= TICK_SAMPLES;
    if (this.#wait > 0 || this.pending < this.size) return false;
    this.#wait = this.size;
    return true;
  }

  /** Takes codes from `packet[at, end)` while there is room; the number taken. `timestamp` is that of the first. */
  take(packet: Buffer, at: number, end: number, timestamp: number): number {
    if (this.#wait <= -IDLE_SAMPLES) this.#wait = this.size + LEAD_SAMPLES;
    if (this.pending === 0) this.timestamp = timestamp | 0;
    const count = Math.min(ROOM_SAMPLES - this.pending, end - at);
    packet.copy(this.bytes, RTP_HEADER_BYTES + this.pending, at, at + count);
    this.pending += count;
    return count;
  }

  /** The first `count` codes have left. */
  drop(count: number): void {
    this.pending -= count;
    this.timestamp = (this.timestamp + count) | 0;
    this.lost = 0;
    this.marker = false;
    const next = RTP_HEADER_BYTES + count;
    this.bytes.copyWithin(RTP_HEADER_BYTES, next, next + this.pending);
  }
}
