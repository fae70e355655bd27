import { PbxError } from '../../shared/errors.ts';
import type { MediaAddress } from '../audio-sdp.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_LITTLE_ENDIAN = 0xa1b2c3d4;

/** One RTP packet that rtpengine wrote down. */
export interface CapturedPacket {
  /** Wall clock when it came, ms with fractions. */
  readonly atMs: number;
  readonly from: MediaAddress;
  /** Port of rtpengine that it came to. */
  readonly port: number;
  readonly payloadType: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

/**
 * Reads a pcap file as rtpengine writes it with `--recording-method=pcap --recording-format=raw`: IPv4 or IPv6, UDP,
 * RTP. A last record that is cut off is left out. Throws PbxError `pcap` for another kind of file.
 */
export function* readPcap(file: Buffer): Generator<CapturedPacket> {
  if (file.length < FILE_HEADER_BYTES || file.readUInt32LE(0) !== MAGIC_LITTLE_ENDIAN) {
    throw new PbxError('pcap', 'not a pcap file of rtpengine: run it with --recording-format=raw');
  }
  for (let at = FILE_HEADER_BYTES; at + RECORD_HEADER_BYTES <= file.length; ) {
    const atMs = file.readUInt32LE(at) * 1000 + file.readUInt32LE(at + 4) / 1000;
    const start = at + RECORD_HEADER_BYTES;
    const end = start + file.readUInt32LE(at + 8);
    if (end > file.length) return;
    const packet = readPacket(file.subarray(start, end), atMs);
    if (packet) yield packet;
    at = end;
  }
}

function readPacket(bytes: Buffer, atMs: number): CapturedPacket | undefined {
  const ip = bytes[0]! >> 4;
  const udp = ip === 4 ? (bytes[0]! & 15) * 4 : 40;
  const rtp = udp + 8;
  if (bytes.length < rtp + 12 || bytes[rtp]! >> 6 !== 2) return undefined;
  const sources = (bytes[rtp]! & 15) * 4;
  let start = rtp + 12 + sources;
  // RFC 3550 5.3.1: the extension counts its words
  if (bytes[rtp]! & 0x10 && start + 4 <= bytes.length) start += 4 + bytes.readUInt16BE(start + 2) * 4;
  return {
    atMs,
    from: {
      address: ip === 4 ? bytes.subarray(12, 16).join('.') : addressOf(bytes.subarray(8, 24)),
      port: bytes.readUInt16BE(udp),
    },
    port: bytes.readUInt16BE(udp + 2),
    payloadType: bytes[rtp + 1]! & 0x7f,
    timestamp: bytes.readUInt32BE(rtp + 4),
    ssrc: bytes.readUInt32BE(rtp + 8),
    payload: bytes.subarray(start),
  };
}

function addressOf(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':');
}
