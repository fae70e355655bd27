/**
 * A ladder as a capture file that Wireshark, tshark and sngrep read: classic pcap with microseconds, Ethernet, IPv4 or IPv6, and
 * UDP whatever the transport was, so that each message is one packet.
 */
import { isIPv6 } from 'node:net';
import { addressBytes } from '../shared/address-bytes.ts';
import type { Ladder, LadderMessage } from './ladder.ts';

const MAGIC = 0xa1b2c3d4;
const LINK_ETHERNET = 1;
const SNAP_BYTES = 0x40000;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const PROTOCOL_UDP = 17;
const UDP_HEADER_BYTES = 8;
/** Length fields have 16 bits: what is longer is cut. */
const MAX_PAYLOAD_BYTES = 65_535 - 20 - UDP_HEADER_BYTES;

/** The file; what happened to the audio is not in it. */
export function writePcap({ lines }: Pick<Ladder, 'lines'>): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC, 0);
  // version 2.4
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAP_BYTES, 16);
  header.writeUInt32LE(LINK_ETHERNET, 20);
  const packets = lines.flatMap((line) => (line.kind === 'message' ? [packetOf(line)] : []));
  return Buffer.concat([header, ...packets]);
}

function packetOf(message: LadderMessage): Buffer {
  const frame = frameOf(message);
  const record = Buffer.alloc(16);
  record.writeUInt32LE(Math.floor(message.at / 1000), 0);
  record.writeUInt32LE((message.at % 1000) * 1000, 4);
  record.writeUInt32LE(frame.length, 8);
  record.writeUInt32LE(frame.length, 12);
  return Buffer.concat([record, frame]);
}

function frameOf({ from, to, text }: LadderMessage): Buffer {
  const isV6 = isIPv6(from.address) || isIPv6(to.address);
  const [source, target] = [from, to].map(({ address }) => ipBytes(address, isV6)) as [Buffer, Buffer];
  const payload = Buffer.from(text).subarray(0, MAX_PAYLOAD_BYTES);
  const udp = Buffer.alloc(UDP_HEADER_BYTES);
  udp.writeUInt16BE(from.port, 0);
  udp.writeUInt16BE(to.port, 2);
  udp.writeUInt16BE(UDP_HEADER_BYTES + payload.length, 4);
  const segment = Buffer.concat([udp, payload]);
  // RFC 768, RFC 8200 8.1: the sum goes over addresses, protocol and length as well
  const pseudo = Buffer.alloc(4);
  pseudo.writeUInt16BE(PROTOCOL_UDP, 0);
  pseudo.writeUInt16BE(segment.length, 2);
  segment.writeUInt16BE(checksum(Buffer.concat([source, target, pseudo, segment])) || 0xffff, 6);
  const ethernet = Buffer.alloc(14);
  ethernet.writeUInt16BE(isV6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4, 12);
  const head = isV6 ? ipv6Header(source, target, segment.length) : ipv4Header(source, target, segment.length);
  return Buffer.concat([ethernet, head, segment]);
}

/** In a frame both are of one kind: IPv4 among IPv6 is mapped (RFC 4291 2.5.5.2). */
function ipBytes(address: string, isV6: boolean): Buffer {
  const bytes = addressBytes(address);
  if (!isV6 || bytes.length === 16) return bytes;
  return Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), bytes]);
}

/** RFC 791 3.1. */
function ipv4Header(source: Buffer, target: Buffer, length: number): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(header.length + length, 2);
  header[8] = 64;
  header[9] = PROTOCOL_UDP;
  header.set(source, 12);
  header.set(target, 16);
  header.writeUInt16BE(checksum(header), 10);
  return header;
}

/** RFC 8200 3. */
function ipv6Header(source: Buffer, target: Buffer, length: number): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(length, 4);
  header[6] = PROTOCOL_UDP;
  header[7] = 64;
  header.set(source, 8);
  header.set(target, 24);
  return header;
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  if (bytes.length % 2 === 1) sum += bytes.at(-1)! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
