import { DIGIT, matches, parseDecimal, SPACE, skip, TOKEN } from './chars.ts';
import { badRequest, type Rejection } from './rejection.ts';
import { type ScannedMessage, scanMessage } from './scan-message.ts';
import { SipRequest } from './sip-request.ts';
import { SipResponse } from './sip-response.ts';

/**
 * Parses one message: a whole datagram, or a message that a stream was cut into. Only the start line and the
 * places of the headers are found; values are decoded when asked for. Never throws; the work is linear in
 * the length.
 *
 * Text is ASCII or UTF-8. A head that is neither is taken for GB18030, which Chinese gateways send in display
 * names. `bytes` must not change afterwards.
 *
 * @returns the message, with `defect` set when its start line or a header line is malformed; `undefined` when
 *   it is no SIP at all (keep-alives, noise): drop it.
 */
export function parseMessage(bytes: Buffer): SipRequest | SipResponse | undefined {
  const scan = scanMessage(bytes);
  if (!scan) return undefined;
  return matches(scan.codes, 0, Math.min(4, scan.startLineEnd), 'sip/')
    ? statusLine(scan)
    : requestLine(scan);
}

/** `SIP/2.0 SP 3DIGIT SP Reason-Phrase` (RFC 3261 7.2). */
function statusLine(scan: ScannedMessage): SipResponse {
  const { text, codes, startLineEnd: end } = scan;
  const digits = Math.max(8, skip(codes, 8, end, DIGIT));
  const status = digits - 8 === 3 ? parseDecimal(codes, 8, digits, 699) : -1;
  const separated = digits === end || codes[digits] === SPACE;
  if (!matches(codes, 0, Math.min(8, end), 'sip/2.0 ') || status < 100 || !separated) {
    return new SipResponse(withDefect(scan, badRequest('Malformed Status Line')), 0, '');
  }
  return new SipResponse(scan, status, text.slice(digits + 1, end));
}

/** `Method SP Request-URI SP SIP-Version` (RFC 3261 7.1): single spaces and nothing else. */
function requestLine(scan: ScannedMessage): SipRequest {
  const { text, codes, startLineEnd: end } = scan;
  const methodEnd = skip(codes, 0, end, TOKEN);
  const method = methodName(text.slice(0, methodEnd));
  const uriStart = Math.min(methodEnd + 1, end);
  let uriEnd = uriStart;
  while (uriEnd < end && codes[uriEnd] !== SPACE) uriEnd++;
  const isVersion = matches(codes, uriEnd + 1, end, 'sip/2.0');
  if (methodEnd > 0 && codes[methodEnd] === SPACE && uriEnd > uriStart && isVersion) {
    return new SipRequest(scan, method, uriStart, uriEnd);
  }
  const version = text.slice(text.lastIndexOf(' ', end - 1) + 1, end);
  const foreign = /^SIP\/\d{1,9}\.\d{1,9}$/i.test(version) && version.toUpperCase() !== 'SIP/2.0';
  const defect = foreign
    ? { status: 505, reason: 'Version Not Supported' }
    : badRequest('Malformed Request Line');
  return new SipRequest(withDefect(scan, defect), method, uriStart, uriEnd);
}

const METHODS = new Map(
  [
    'INVITE',
    'ACK',
    'BYE',
    'CANCEL',
    'OPTIONS',
    'REGISTER',
    'INFO',
    'PRACK',
    'UPDATE',
    'REFER',
    'NOTIFY',
    'SUBSCRIBE',
    'MESSAGE',
    'PUBLISH',
  ].map((method) => [method, method]),
);

/** One string object a known method, so that comparing methods compares pointers. */
function methodName(text: string): string {
  return METHODS.get(text) ?? text;
}

/** A mistake in the start line outranks one in the headers. */
function withDefect(scan: ScannedMessage, defect: Rejection): ScannedMessage {
  return { ...scan, defect };
}
