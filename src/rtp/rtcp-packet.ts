/**
 * RTCP (RFC 3550 6): compound packets of reports, source description and BYE. They are few (one in some seconds a
 * call), so reading may allocate.
 */
import { getInt32 } from './rtp-packet.ts';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;
const BLOCK_BYTES = 24;
/** Seconds from 1900 (NTP) to 1970. */
const NTP_EPOCH_S = 2208988800;

/** What one receiver says of one stream (RFC 3550 6.4.1). SSRCs are signed, see RtpView. */
export interface ReportBlock {
  readonly ssrc: number;
  /** Of 256, since the last report. */
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** RTP timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last SR received, 0 for none; signed. */
  readonly lastSenderReport: number;
  /** 1/65536 s since then. */
  readonly delaySinceLastReport: number;
}

export interface SenderFacts {
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export type RtcpPacket =
  | {
      readonly kind: 'report';
      readonly ssrc: number;
      /** With a sender report: middle 32 bits of its NTP time, signed. */
      readonly ntpMiddle: number | undefined;
      readonly blocks: readonly ReportBlock[];
    }
  | { readonly kind: 'bye'; readonly ssrcs: readonly number[] };

/** The packets of a compound that matter here; what is malformed ends the reading and is left out. */
export function readRtcp(bytes: Uint8Array): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && bytes[at]! >> 6 === 2) {
    const end = at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!) * 4;
    if (end > bytes.length) break;
    const packet = readOne(bytes.subarray(at, end));
    if (packet) packets.push(packet);
    at = end;
  }
  return packets;
}

function readOne(bytes: Uint8Array): RtcpPacket | undefined {
  const count = bytes[0]! & 0x1f;
  const type = bytes[1]!;
  if (type === GOODBYE) {
    if (bytes.length < 4 + count * 4) return undefined;
    return {
      kind: 'bye',
      ssrcs: Array.from({ length: count }, (_, index) => getInt32(bytes, 4 + index * 4)),
    };
  }
  if (type !== SENDER_REPORT && type !== RECEIVER_REPORT) return undefined;
  const start = type === SENDER_REPORT ? 28 : 8;
  if (bytes.length < start + count * BLOCK_BYTES) return undefined;
  return {
    kind: 'report',
    ssrc: getInt32(bytes, 4),
    ntpMiddle: type === SENDER_REPORT ? (getInt32(bytes, 8) << 16) | (getInt32(bytes, 12) >>> 16) : undefined,
    blocks: Array.from({ length: count }, (_, index) => readBlock(bytes, start + index * BLOCK_BYTES)),
  };
}

function readBlock(bytes: Uint8Array, at: number): ReportBlock {
  const lost = getInt32(bytes, at + 4);
  return {
    ssrc: getInt32(bytes, at),
    fractionLost: lost >>> 24,
    cumulativeLost: (lost << 8) >> 8,
    highestSequence: getInt32(bytes, at + 8) >>> 0,
    jitter: getInt32(bytes, at + 12) >>> 0,
    lastSenderReport: getInt32(bytes, at + 16),
    delaySinceLastReport: getInt32(bytes, at + 20) >>> 0,
  };
}

/** Middle 32 bits of the NTP time of a wall clock in ms, signed (RFC 3550 4). */
export function ntpMiddle(nowMs: number): number {
  const { seconds, fraction } = ntp(nowMs);
  return (seconds << 16) | (fraction >>> 16);
}

function ntp(nowMs: number): { seconds: number; fraction: number } {
  const whole = Math.floor(nowMs / 1000);
  return {
    seconds: (whole + NTP_EPOCH_S) | 0,
    fraction: Math.floor(((nowMs - whole * 1000) / 1000) * 4294967296) | 0,
  };
}

/**
 * Round trip from a report block of the far end about us (RFC 3550 6.4.1, DLSR); undefined when it holds none or
 * is nonsense.
 */
export function roundTripMs(block: ReportBlock, nowMs: number): number | undefined {
  if (block.lastSenderReport === 0) return undefined;
  const units = (ntpMiddle(nowMs) - block.lastSenderReport - block.delaySinceLastReport) | 0;
  const roundTrip = (units * 1000) / 65536;
  return roundTrip >= -1 && roundTrip < 60_000 ? Math.max(0, roundTrip) : undefined;
}

/** What goes into one compound packet of ours. */
export interface RtcpCompound {
  readonly ssrc: number;
  readonly cname: string;
  /** Given when we sent since the last report: makes it a sender report. */
  readonly sender?: SenderFacts | undefined;
  readonly block?: ReportBlock | undefined;
  readonly bye?: boolean;
}

/** SR or RR, SDES with CNAME, and BYE when asked (RFC 3550 6.1: a compound always has the first two). */
export function writeRtcp({ ssrc, cname, sender, block, bye }: RtcpCompound): Buffer {
  const parts = [writeReport(ssrc, sender, block), writeDescription(ssrc, cname)];
  if (bye) {
    const packet = Buffer.alloc(8);
    putHeader(packet, 1, GOODBYE);
    packet.writeInt32BE(ssrc, 4);
    parts.push(packet);
  }
  return Buffer.concat(parts);
}

function writeReport(ssrc: number, sender: SenderFacts | undefined, block: ReportBlock | undefined): Buffer {
  const start = sender ? 28 : 8;
  const packet = Buffer.alloc(start + (block ? BLOCK_BYTES : 0));
  putHeader(packet, block ? 1 : 0, sender ? SENDER_REPORT : RECEIVER_REPORT);
  packet.writeInt32BE(ssrc, 4);
  if (sender) {
    const { seconds, fraction } = ntp(sender.nowMs);
    packet.writeInt32BE(seconds, 8);
    packet.writeInt32BE(fraction, 12);
    packet.writeInt32BE(sender.rtpTimestamp, 16);
    packet.writeInt32BE(sender.packets | 0, 20);
    packet.writeInt32BE(sender.octets | 0, 24);
  }
  if (block) {
    packet.writeInt32BE(block.ssrc, start);
    const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, block.cumulativeLost));
    packet.writeInt32BE((block.fractionLost << 24) | (lost & 0xff_ffff), start + 4);
    packet.writeInt32BE(block.highestSequence | 0, start + 8);
    packet.writeInt32BE(block.jitter | 0, start + 12);
    packet.writeInt32BE(block.lastSenderReport, start + 16);
    packet.writeInt32BE(block.delaySinceLastReport | 0, start + 20);
  }
  return packet;
}

function writeDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  // RFC 3550 6.5: items end with a null and are padded to 32 bits
  const packet = Buffer.alloc(8 + Math.ceil((2 + name.length + 1) / 4) * 4);
  putHeader(packet, 1, SOURCE_DESCRIPTION);
  packet.writeInt32BE(ssrc, 4);
  packet[8] = CNAME;
  packet[9] = name.length;
  name.copy(packet, 10);
  return packet;
}

function putHeader(packet: Buffer, count: number, type: number): void {
  packet[0] = 0x80 | count;
  packet[1] = type;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
}
