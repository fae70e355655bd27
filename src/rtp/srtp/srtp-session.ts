/** SRTP and SRTCP with AES-128 in counter mode and HMAC-SHA1 (RFC 3711), for one direction each. */
import { getInt32, putInt32, RTP_HEADER_BYTES } from '../rtp-packet.ts';
import { HmacSha1 } from './hmac-sha1.ts';
import { Keystream, MAX_PACKET_BYTES } from './keystream.ts';
import { PacketIndex } from './packet-index.ts';
import { deriveKeys, type SessionKeys } from './srtp-keys.ts';

/** Bytes of the tag: AES_CM_128_HMAC_SHA1_80 and _32. SRTCP always has 10 (RFC 4568 6.2). */
export type TagBytes = 10 | 4;

const RTCP_TAG_BYTES = 10;
const RTCP_HEADER_BYTES = 8;
const RTCP_INDEX_BYTES = 4;
const ENCRYPTED = 0x8000_0000 | 0;
/** SSRCs of one far end that are remembered; older ones are forgotten first. */
const MAX_SOURCES = 8;

/** First byte of the payload, or -1 when the header is cut off. */
function payloadStart(packet: Uint8Array, length: number): number {
  const first = packet[0]!;
  let start = RTP_HEADER_BYTES + (first & 15) * 4;
  if (first & 0x10)
    start += start + 4 <= length ? 4 + ((packet[start + 2]! << 8) | packet[start + 3]!) * 4 : length;
  return start > length ? -1 : start;
}

class Half {
  readonly keystream: Keystream;
  readonly hmac: HmacSha1;

  constructor({ cipherKey, authKey, salt }: SessionKeys) {
    this.keystream = new Keystream(cipherKey, salt);
    this.hmac = new HmacSha1(authKey);
  }
}

/** Protects what we send. The bytes returned are ours and hold until the next call. */
export class SrtpSender {
  readonly #rtp: Half;
  readonly #rtcp: Half;
  readonly #tagBytes: TagBytes;
  readonly #wire = Buffer.alloc(MAX_PACKET_BYTES + 64);
  #view = this.#wire.subarray(0, 0);
  readonly #index = new PacketIndex();
  #rtcpIndex = 0;

  /** @param master 16 bytes of key and 14 of salt */
  constructor(master: Uint8Array, tagBytes: TagBytes) {
    this.#rtp = new Half(deriveKeys(master, 'rtp'));
    this.#rtcp = new Half(deriveKeys(master, 'rtcp'));
    this.#tagBytes = tagBytes;
  }

  /** The RTP packet as SRTP; undefined when it is too long or no RTP. */
  protectRtp(packet: Uint8Array): Uint8Array | undefined {
    const { length } = packet;
    const start = length > MAX_PACKET_BYTES ? -1 : payloadStart(packet, length);
    if (start < 0) return undefined;
    const wire = this.#wire;
    wire.set(packet);
    const sequence = (wire[2]! << 8) | wire[3]!;
    const rollover = this.#index.rolloverOf(sequence);
    this.#index.commit(sequence, rollover);
    const { keystream, hmac } = this.#rtp;
    keystream.apply(wire, start, length, getInt32(wire, 8), rollover, sequence << 16);
    // RFC 3711 4.2: the rollover counter is signed, but not sent
    putInt32(wire, length, rollover);
    hmac.sign(wire, length + 4, wire, length, this.#tagBytes);
    return this.#cut(length + this.#tagBytes);
  }

  /** The compound RTCP packet as SRTCP; undefined when it is too long or none. */
  protectRtcp(packet: Uint8Array): Uint8Array | undefined {
    const { length } = packet;
    if (length > MAX_PACKET_BYTES || length < RTCP_HEADER_BYTES) return undefined;
    const wire = this.#wire;
    wire.set(packet);
    this.#rtcpIndex = (this.#rtcpIndex + 1) & 0x7fff_ffff;
    const index = this.#rtcpIndex;
    const { keystream, hmac } = this.#rtcp;
    keystream.apply(wire, RTCP_HEADER_BYTES, length, getInt32(wire, 4), index >>> 16, index << 16);
    putInt32(wire, length, index | ENCRYPTED);
    const signed = length + RTCP_INDEX_BYTES;
    hmac.sign(wire, signed, wire, signed, RTCP_TAG_BYTES);
    return this.#cut(signed + RTCP_TAG_BYTES);
  }

  #cut(length: number): Uint8Array {
    if (this.#view.length !== length) this.#view = this.#wire.subarray(0, length);
    return this.#view;
  }
}

/** Opens what the far end sends: in place, and only when it is genuine and new. */
export class SrtpReceiver {
  readonly #rtp: Half;
  readonly #rtcp: Half;
  readonly #tagBytes: TagBytes;
  readonly #tag = new Uint8Array(RTCP_TAG_BYTES);
  readonly #signed = Buffer.alloc(MAX_PACKET_BYTES + 4);
  readonly #sources = new Map<number, PacketIndex>();
  #lastSsrc = 0;
  #last: PacketIndex | undefined;
  #rtcpIndex = -1;

  /** @param master 16 bytes of key and 14 of salt */
  constructor(master: Uint8Array, tagBytes: TagBytes) {
    this.#rtp = new Half(deriveKeys(master, 'rtp'));
    this.#rtcp = new Half(deriveKeys(master, 'rtcp'));
    this.#tagBytes = tagBytes;
  }

  /** The RTP packet inside; undefined for a forged, replayed or damaged one. */
  openRtp(packet: Buffer): Buffer | undefined {
    const length = packet.length - this.#tagBytes;
    if (length < RTP_HEADER_BYTES || length > MAX_PACKET_BYTES) return undefined;
    const start = payloadStart(packet, length);
    if (start < 0) return undefined;
    const ssrc = getInt32(packet, 8);
    const sequence = (packet[2]! << 8) | packet[3]!;
    const index =
      ssrc === this.#lastSsrc && this.#last ? this.#last : (this.#sources.get(ssrc) ?? new PacketIndex());
    const rollover = index.rolloverOf(sequence);
    if (index.replayed(sequence, rollover)) return undefined;
    this.#signed.set(packet.subarray(0, length));
    putInt32(this.#signed, length, rollover);
    if (!this.#genuine(this.#rtp, length + 4, packet, length, this.#tagBytes)) return undefined;
    index.commit(sequence, rollover);
    this.#remember(ssrc, index);
    this.#rtp.keystream.apply(packet, start, length, ssrc, rollover, sequence << 16);
    return packet.subarray(0, length);
  }

  /** The compound RTCP packet inside; undefined for a forged, replayed or damaged one. */
  openRtcp(packet: Buffer): Buffer | undefined {
    const signed = packet.length - RTCP_TAG_BYTES;
    const length = signed - RTCP_INDEX_BYTES;
    if (length < RTCP_HEADER_BYTES || length > MAX_PACKET_BYTES) return undefined;
    const field = getInt32(packet, length);
    const index = field & 0x7fff_ffff;
    if (index <= this.#rtcpIndex) return undefined;
    this.#signed.set(packet.subarray(0, signed));
    if (!this.#genuine(this.#rtcp, signed, packet, signed, RTCP_TAG_BYTES)) return undefined;
    this.#rtcpIndex = index;
    if (field < 0) {
      const ssrc = getInt32(packet, 4);
      this.#rtcp.keystream.apply(packet, RTCP_HEADER_BYTES, length, ssrc, index >>> 16, index << 16);
    }
    return packet.subarray(0, length);
  }

  /** Compares tags in constant time. */
  #genuine({ hmac }: Half, signed: number, packet: Buffer, at: number, count: number): boolean {
    hmac.sign(this.#signed, signed, this.#tag, 0, count);
    let difference = 0;
    for (let index = 0; index < count; index++) difference |= this.#tag[index]! ^ packet[at + index]!;
    return difference === 0;
  }

  #remember(ssrc: number, index: PacketIndex): void {
    if (index === this.#last && ssrc === this.#lastSsrc) return;
    this.#lastSsrc = ssrc;
    this.#last = index;
    this.#sources.set(ssrc, index);
    if (this.#sources.size > MAX_SOURCES) this.#sources.delete(this.#sources.keys().next().value!);
  }
}
