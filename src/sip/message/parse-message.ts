import { isAscii, isUtf8 } from 'node:buffer';
import {
  COLON,
  CR,
  DIGIT,
  equalsIgnoreCase,
  LF,
  parseDecimal,
  SPACE,
  skip,
  skipSpace,
  TAB,
  TOKEN,
  trimEnd,
} from './chars.ts';
import { headerIdAt } from './header.ts';
import { badRequest, type Rejection } from './rejection.ts';
import type { ScannedMessage } from './sip-message.ts';
import { SipRequest } from './sip-request.ts';
import { SipResponse } from './sip-response.ts';

/** More header fields than this is an attack, not a call. */
export const MAX_HEADER_FIELDS = 500;

const FOLDED = 'folded';

/**
 * Parses one message: a whole datagram, or a message framed by {@link ../transport}. Only the start line and
 * the places of the headers are found; values are decoded when asked for. Never throws.
 *
 * Text is ASCII or UTF-8. A head that is neither is taken for GB18030, which Chinese gateways send in display
 * names. `bytes` must not change afterwards.
 *
 * @returns the message, with `defect` set when its start line or a header line is malformed; `undefined` when
 *   it is no SIP at all (keep-alives, noise): drop it.
 */
export function parseMessage(bytes: Buffer): SipRequest | SipResponse | undefined {
  let skipped = 0;
  // RFC 3261 7.5: empty lines before the start line are ignored.
  while (skipped < bytes.length && (bytes[skipped] === CR || bytes[skipped] === LF)) skipped++;
  if (skipped === bytes.length) return undefined;
  const all = skipped === 0 ? bytes : bytes.subarray(skipped);
  if (isAscii(all)) return parseText(all.toString('latin1'), undefined);
  const headEnd = endOfHead(all);
  const head = all.subarray(0, headEnd);
  return parseText(decode(head), all.subarray(headEnd));
}

/** Position after the empty line; the length when there is none. */
export function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return bytes.length;
}

let gb18030: { decode(bytes: Uint8Array): string } | undefined;

function decode(head: Buffer): string {
  if (isUtf8(head)) return head.toString('utf8');
  gb18030 ??= new TextDecoder('gb18030');
  return gb18030.decode(head);
}

function parseText(text: string, bodyBytes: Buffer | undefined): SipRequest | SipResponse | undefined {
  const lineEnd = text.indexOf('\n');
  if (lineEnd < 0) return undefined;
  let scan = scanHeaders(text, lineEnd + 1, bodyBytes);
  if (scan === FOLDED) {
    const bodyAt = bodyBytes ? text.length : headLength(text);
    const head = unfold(text.slice(0, bodyAt));
    const unfolded = head + text.slice(bodyAt);
    scan = scanHeaders(unfolded, unfolded.indexOf('\n') + 1, bodyBytes);
    if (scan === FOLDED) return undefined;
  }
  if (scan.fields.length === 0) return undefined;
  return parseStartLine(scan);
}

/** Reused for every message: the index of the one being scanned. */
const scratch: number[] = [];

function scanHeaders(
  text: string,
  from: number,
  bodyBytes: Buffer | undefined,
): ScannedMessage | typeof FOLDED {
  let used = 0;
  let defect: Rejection | undefined;
  let at = from;
  let bodyStart = -1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === TAB) return FOLDED;
    const lineFeed = text.indexOf('\n', at);
    const lineEnd = lineFeed < 0 ? text.length : lineFeed;
    const next = lineFeed < 0 ? text.length : lineFeed + 1;
    const end = lineEnd > at && text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd;
    if (end === at && lineFeed >= 0) {
      bodyStart = next;
      break;
    }
    const nameEnd = skip(text, at, end, TOKEN);
    const colon = skipSpace(text, nameEnd, end);
    if (nameEnd === at || colon >= end || text.charCodeAt(colon) !== COLON) {
      defect ??= badRequest('Malformed Header Line');
    } else if (used >= MAX_HEADER_FIELDS * 5) {
      defect ??= badRequest('Too Many Header Fields');
    } else {
      const start = skipSpace(text, colon + 1, end);
      scratch[used] = headerIdAt(text, at, nameEnd);
      scratch[used + 1] = at;
      scratch[used + 2] = nameEnd;
      scratch[used + 3] = start;
      scratch[used + 4] = trimEnd(text, start, end);
      used += 5;
    }
    at = next;
  }
  if (bodyStart < 0) {
    defect ??= badRequest('Missing Empty Line');
    bodyStart = text.length;
  }
  return { text, fields: scratch.slice(0, used), bodyStart, bodyBytes, defect };
}

/** Position after the empty line of `text`. */
function headLength(text: string): number {
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const code = text.charCodeAt(at + 1);
    if (code === LF) return at + 2;
    if (code === CR && text.charCodeAt(at + 2) === LF) return at + 3;
  }
  return text.length;
}

/** RFC 3261 7.3.1: a line end followed by white space is one space. */
function unfold(head: string): string {
  const lines = head.split('\n');
  const out: string[] = [lines[0]!];
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index]!;
    const code = line.charCodeAt(0);
    if (code !== SPACE && code !== TAB) {
      out.push('\n', line);
      continue;
    }
    const before = out.at(-1)!;
    if (before.charCodeAt(before.length - 1) === CR) out[out.length - 1] = before.slice(0, -1);
    out.push(' ', line.slice(skipSpace(line, 0, line.length)));
  }
  return out.join('');
}

function parseStartLine(scan: ScannedMessage): SipRequest | SipResponse {
  const { text } = scan;
  const lineFeed = text.indexOf('\n');
  const end = text.charCodeAt(lineFeed - 1) === CR ? lineFeed - 1 : lineFeed;
  return equalsIgnoreCase(text, 0, Math.min(4, end), 'sip/') ? statusLine(scan, end) : requestLine(scan, end);
}

/** `SIP/2.0 SP 3DIGIT SP Reason-Phrase` (RFC 3261 7.2). */
function statusLine(scan: ScannedMessage, end: number): SipResponse {
  const { text } = scan;
  const digits = skip(text, 8, end, DIGIT);
  const status = digits - 8 === 3 ? parseDecimal(text, 8, digits, 699) : -1;
  const separated = digits === end || text.charCodeAt(digits) === SPACE;
  if (!equalsIgnoreCase(text, 0, Math.min(8, end), 'sip/2.0 ') || status < 100 || !separated) {
    return new SipResponse(withDefect(scan, badRequest('Malformed Status Line')), 0, '');
  }
  return new SipResponse(scan, status, text.slice(digits + 1, end));
}

/** `Method SP Request-URI SP SIP-Version` (RFC 3261 7.1): exactly two spaces, the version decides last. */
function requestLine(scan: ScannedMessage, end: number): SipRequest {
  const { text } = scan;
  const methodEnd = skip(text, 0, end, TOKEN);
  const method = text.slice(0, methodEnd);
  const uriStart = methodEnd + 1;
  let uriEnd = uriStart;
  while (uriEnd < end && text.charCodeAt(uriEnd) !== SPACE) uriEnd++;
  const uri = text.slice(uriStart, uriEnd);
  const isVersion = equalsIgnoreCase(text, uriEnd + 1, end, 'sip/2.0');
  if (methodEnd > 0 && text.charCodeAt(methodEnd) === SPACE && uriEnd > uriStart && isVersion) {
    return new SipRequest(scan, method, uri);
  }
  const lastSpace = text.lastIndexOf(' ', end - 1);
  const version = text.slice(lastSpace + 1, end);
  const foreign = /^SIP\/\d+\.\d+$/i.test(version) && version.toUpperCase() !== 'SIP/2.0';
  const defect = foreign
    ? { status: 505, reason: 'Version Not Supported' }
    : badRequest('Malformed Request Line');
  return new SipRequest(withDefect(scan, defect), method, uri);
}

/** A mistake in the start line outranks one in the headers. */
function withDefect(scan: ScannedMessage, defect: Rejection): ScannedMessage {
  return { ...scan, defect };
}
