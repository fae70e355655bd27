/** Binding requests and their answers as an ICE-lite agent needs them: signed (RFC 8489 9.1, RFC 8445 7.3). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  bindingSuccess,
  STUN_HEADER_BYTES as HEADER_BYTES,
  isBindingRequest,
  transactionIdOf,
} from '../../../shared/stun.ts';

const INTEGRITY_BYTES = 20;
/** RFC 8489 14.7: what the CRC is mixed with. */
const FINGERPRINT_MIX = 0x5354554e;

const ATTRIBUTE = { username: 0x0006, integrity: 0x0008, useCandidate: 0x0025, fingerprint: 0x8028 } as const;

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
  if (!isBindingRequest(packet)) return undefined;
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
      return { transactionId: Buffer.from(transactionIdOf(packet)), username, useCandidate };
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
  const answer = bindingSuccess(request.transactionId, address, port, 4 + INTEGRITY_BYTES + 8);
  const fingerprintAt = answer.length - 8;
  const integrityAt = fingerprintAt - 4 - INTEGRITY_BYTES;
  answer.writeUInt16BE(ATTRIBUTE.integrity, integrityAt);
  answer.writeUInt16BE(INTEGRITY_BYTES, integrityAt + 2);
  answer.set(integrity(answer, integrityAt, password), integrityAt + 4);
  answer.writeUInt16BE(ATTRIBUTE.fingerprint, fingerprintAt);
  answer.writeUInt16BE(4, fingerprintAt + 2);
  answer.writeUInt32BE((crc32(answer.subarray(0, fingerprintAt)) ^ FINGERPRINT_MIX) >>> 0, fingerprintAt + 4);
  return answer;
}
