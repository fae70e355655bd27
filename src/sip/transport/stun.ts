import { isV6 } from './ip-version.ts';

/**
 * The keep-alive of UDP flows (RFC 5626 4.4.2): a STUN Binding request (RFC 5389 6), which is answered with the
 * address that it came from. A phone that hears no answer takes its flow for dead and registers anew.
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |0 0|     STUN Message Type     |         Message Length        |
 * |                         Magic Cookie                          |
 * |                     Transaction ID (96 bits)                  |
 * ```
 */
const HEAD_BYTES = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const MAGIC_COOKIE = 0x2112a442;
const XOR_MAPPED_ADDRESS = 0x0020;

/** The answer to a Binding request from that address; `undefined` when `bytes` is none. */
export function stunAnswer(bytes: Buffer, address: string, port: number): Buffer | undefined {
  if (bytes.length < HEAD_BYTES || bytes.readUInt16BE(0) !== BINDING_REQUEST) return undefined;
  if (bytes.readUInt16BE(2) !== bytes.length - HEAD_BYTES || bytes.readUInt32BE(4) !== MAGIC_COOKIE) {
    return undefined;
  }
  const host = isV6(address) ? v6Bytes(address) : Buffer.from(address.split('.').map(Number));
  const answer = Buffer.alloc(HEAD_BYTES + 8 + host.length);
  answer.writeUInt16BE(BINDING_SUCCESS, 0);
  answer.writeUInt16BE(8 + host.length, 2);
  bytes.copy(answer, 4, 4, HEAD_BYTES);
  answer.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
  answer.writeUInt16BE(4 + host.length, 22);
  // RFC 5389 15.2: family 1 is IPv4, 2 IPv6; port and address are masked by what follows the length.
  answer[25] = host.length === 4 ? 1 : 2;
  answer.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 26);
  for (let at = 0; at < host.length; at++) answer[28 + at] = host[at]! ^ bytes[4 + at]!;
  return answer;
}

/** The 16 bytes of an IPv6 literal as sockets write it. */
function v6Bytes(address: string): Buffer {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const groups = (text: string | undefined) =>
    (text ? text.split(':') : []).map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const bytes = Buffer.alloc(16);
  for (const [at, group] of first.entries()) bytes.writeUInt16BE(group, 2 * at);
  for (const [at, group] of last.entries()) bytes.writeUInt16BE(group, 16 - 2 * (last.length - at));
  return bytes;
}
