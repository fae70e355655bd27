/**
 * RTP data packets (RFC 3550 5.1), read and written in place.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                           timestamp                           |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |           synchronization source (SSRC) identifier            |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *
 * Timestamps and SSRCs are kept as signed 32-bit integers: V8 holds those without allocating, and a difference is
 * `(a - b) | 0`. Show an SSRC with `>>> 0`.
 */

/** Bytes of a header without CSRCs or extension. */
export const RTP_HEADER_BYTES = 12;

/** Writes a 32-bit integer, most significant byte first. */
export function putInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Reads a signed 32-bit integer, most significant byte first. */
export function getInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** The fields of one packet; one view is reused for every packet, so that reading allocates nothing. */
export class RtpView {
  payloadType = 0;
  marker = false;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  /**
   * When it came, monotonic milliseconds; set by who received it. It travels in this field because V8 boxes fractions that
   * are passed as arguments.
   */
  arrivalMs = 0.5;
  /** First byte of the payload. */
  payloadStart = 0;
  /** Byte after the payload's last, padding left out. */
  payloadEnd = 0;

  /** Reads the packet in `bytes[0, length)`; false, with the fields undefined, when it is no valid RTP packet. */
  read(bytes: Uint8Array, length: number = bytes.length): boolean {
    if (length < RTP_HEADER_BYTES) return false;
    const first = bytes[0]!;
    if (first >> 6 !== 2) return false;
    const second = bytes[1]!;
    this.marker = second >= 0x80;
    this.payloadType = second & 0x7f;
    this.sequence = (bytes[2]! << 8) | bytes[3]!;
    this.timestamp = getInt32(bytes, 4);
    this.ssrc = getInt32(bytes, 8);
    let start = RTP_HEADER_BYTES + (first & 0x0f) * 4;
    let end = length;
    // RFC 3550 5.3.1: the extension's length counts 32-bit words after its own four bytes
    if (first & 0x10) {
      if (start + 4 > length) return false;
      start += 4 + ((bytes[start + 2]! << 8) | bytes[start + 3]!) * 4;
    }
    // RFC 3550 5.1: the last byte of a padded packet counts the padding, itself included
    if (first & 0x20) {
      const padding = bytes[length - 1]!;
      if (padding === 0) return false;
      end -= padding;
    }
    if (start > end) return false;
    this.payloadStart = start;
    this.payloadEnd = end;
    return true;
  }
}

/** Writes a header of {@link RTP_HEADER_BYTES} bytes at the start of `bytes`. */
export function writeRtpHeader(
  bytes: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  bytes[0] = 0x80;
  bytes[1] = marker ? payloadType | 0x80 : payloadType;
  bytes[2] = sequence >>> 8;
  bytes[3] = sequence;
  putInt32(bytes, 4, timestamp);
  putInt32(bytes, 8, ssrc);
}

/** True when a packet on a port shared by RTP and RTCP is RTCP (RFC 5761 4: second byte 192-223). */
export function isRtcp(bytes: Uint8Array): boolean {
  const second = bytes[1] ?? 0;
  return second >= 192 && second <= 223;
}

/** How far sequence number `a` is after `b`, -32768 to 32767 (RFC 3550 A.1 arithmetic). */
export function sequenceDistance(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}
