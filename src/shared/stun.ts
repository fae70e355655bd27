/**
 * STUN binding (RFC 8489 5): who asks is told the address that he came from. Phones keep their flows alive by it
 * (RFC 5626 4.4.2), ICE proves addresses by it.
 *
 *     0                   1                   2                   3
 *     |0 0|     message type          |         message length        |
 *     |                      magic cookie 0x2112A442                  |
 *     |                     transaction id (96 bits)                  |
 */
import { addressBytes } from './address-bytes.ts';

export const STUN_HEADER_BYTES = 20;
const COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;

/** Whether that is a whole binding request; what its attributes are is not looked at. */
export function isBindingRequest(packet: Buffer): boolean {
  return (
    packet.length >= STUN_HEADER_BYTES &&
    packet.readUInt16BE(0) === BINDING_REQUEST &&
    packet.readUInt16BE(2) === packet.length - STUN_HEADER_BYTES &&
    packet.readUInt32BE(4) === COOKIE
  );
}

/** The 12 bytes that tell a request from others; a view of the packet. */
export function transactionIdOf(packet: Buffer): Buffer {
  return packet.subarray(8, STUN_HEADER_BYTES);
}

/** The success answer for a request that came from that address; `spareBytes`: room at the end for more attributes. */
export function bindingSuccess(transactionId: Buffer, address: string, port: number, spareBytes = 0): Buffer {
  const host = addressBytes(address);
  const answer = Buffer.alloc(STUN_HEADER_BYTES + 8 + host.length + spareBytes);
  answer.writeUInt16BE(BINDING_SUCCESS, 0);
  answer.writeUInt16BE(answer.length - STUN_HEADER_BYTES, 2);
  answer.writeUInt32BE(COOKIE, 4);
  answer.set(transactionId, 8);
  answer.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
  answer.writeUInt16BE(4 + host.length, 22);
  // RFC 8489 14.2: family 1 is IPv4, 2 IPv6; port and address are masked by cookie and transaction id
  answer[25] = host.length === 4 ? 1 : 2;
  answer.writeUInt16BE(port ^ (COOKIE >>> 16), 26);
  for (let at = 0; at < host.length; at++) answer[28 + at] = host[at]! ^ answer[4 + at]!;
  return answer;
}
