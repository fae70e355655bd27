/**
 * STUN binding requests and their answers, as an ICE-lite agent needs them (RFC 8489, RFC 8445 7.3).
 *
 *     0                   1                   2                   3
 *     |0 0|     message type          |         message length        |
 *     |                      magic cookie 0x2112A442                  |
 *     |                     transaction id (96 bits)                  |
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';

const HEADER_BYTES = 20;
const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const INTEGRITY_BYTES = 20;
/** RFC 8489 14.7: what the CRC is mixed with. */
const FINGERPRINT_MIX = 0x5354554e;

const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  xorMappedAddress: 0x0020,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
} as const;

/** A binding request whose integrity was proved. */
export interface BindingRequest {
  readonly transactionId: Buffer;
  /** `ours:theirs`, the ICE user name fragments. */
  readonly username: string;
  readonly useCandidate: boolean;
}

/** RFC 7983: STUN begins with 0 to 3. */
export function isStun(packet: Uint8Array): boolean {
  return packet.length >= HEADER_BYTES && packet[0]! <= 3;
}

/** Reads a binding request signed with `password`; undefined for everything else, forged ones included. */
export function readBindingRequest(packet: Buffer, password: string): BindingRequest | undefined {
  if (packet.readUInt16BE(0) !== BINDING_REQUEST || packet.readUInt32BE(4) !== COOKIE) return undefined;
  if (packet.readUInt16BE(2) + HEADER_BYTES !== packet.length) return undefined;
  let username: string | undefined;
  let useCandidate = false;
  for (let at = HEADER_BYTES; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2);
    const value = packet.subarray(at + 4, at + 4 + length);
    if (value.length !== length) return undefined;
    const type = packet.readUInt16BE(at);
    if (type === ATTRIBUTE.username) username = value.toString('utf8');
    else if (type === ATTRIBUTE.useCandidate) useCandidate = true;
    // RFC 8489 14.5: what follows the integrity is not covered by it
    else if (type === ATTRIBUTE.integrity) {
      if (username === undefined || !signed(packet, at, value, password)) return undefined;
      return { transactionId: Buffer.from(packet.subarray(8, HEADER_BYTES)), username, useCandidate };
    }
    at += 4 + length + ((4 - (length & 3)) & 3);
  }
  return undefined;
}

function signed(packet: Buffer, at: number, code: Buffer, password: string): boolean {
  return code.length === INTEGRITY_BYTES && timingSafeEqual(integrity(packet, at, password), code);
}

/** RFC 8489 14.5: over all before the attribute, the length counting up to its end. */
function integrity(packet: Buffer, at: number, password: string): Buffer {
  const covered = Buffer.from(packet.subarray(0, at));
  covered.writeUInt16BE(at - HEADER_BYTES + 4 + INTEGRITY_BYTES, 2);
  return createHmac('sha1', password).update(covered).digest();
}

/** The success answer: the address that the request came from, signed. */
export function writeBindingSuccess(
  request: BindingRequest,
  address: string,
  port: number,
  password: string,
): Buffer {
  const mapped = xorAddress(address, port, request.transactionId);
  const integrityAt = HEADER_BYTES + 4 + mapped.length;
  const fingerprintAt = integrityAt + 4 + INTEGRITY_BYTES;
  const answer = Buffer.alloc(fingerprintAt + 8);
  answer.writeUInt16BE(BINDING_SUCCESS, 0);
  answer.writeUInt32BE(COOKIE, 4);
  answer.set(request.transactionId, 8);
  answer.writeUInt16BE(ATTRIBUTE.xorMappedAddress, HEADER_BYTES);
  answer.writeUInt16BE(mapped.length, HEADER_BYTES + 2);
  answer.set(mapped, HEADER_BYTES + 4);
  answer.writeUInt16BE(ATTRIBUTE.integrity, integrityAt);
  answer.writeUInt16BE(INTEGRITY_BYTES, integrityAt + 2);
  answer.set(integrity(answer, integrityAt, password), integrityAt + 4);
  answer.writeUInt16BE(answer.length - HEADER_BYTES, 2);
  answer.writeUInt16BE(ATTRIBUTE.fingerprint, fingerprintAt);
  answer.writeUInt16BE(4, fingerprintAt + 2);
  answer.writeUInt32BE((crc32(answer.subarray(0, fingerprintAt)) ^ FINGERPRINT_MIX) >>> 0, fingerprintAt + 4);
  return answer;
}

/** RFC 8489 14.2: port and address mixed with cookie and transaction id. */
function xorAddress(address: string, port: number, transactionId: Buffer): Buffer {
  const bytes = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number));
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  mask.set(transactionId, 4);
  const value = Buffer.alloc(4 + bytes.length);
  value[1] = bytes.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  for (const [index, byte] of bytes.entries()) value[4 + index] = byte ^ mask[index]!;
  return value;
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const words = (part: string) =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const [first, last] = [words(head), tail === undefined ? [] : words(tail)];
  const all = [...first, ...Array(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((word: number) => [word >> 8, word & 0xff]));
}
