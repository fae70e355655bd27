import { isAscii, isUtf8 } from 'node:buffer';
import { COLON, type Codes, CR, codesOf, is, LF, SPACE, skipSpace, TAB, TOKEN, trimEnd } from './chars.ts';
import { hashStep, headerIdAt } from './header.ts';
import { badRequest, type Rejection } from './rejection.ts';

/** Numbers per header field in the index: id, start and end of the name, start and end of the value. */
export const FIELD_STRIDE = 5;

/** More header fields than this is an attack, not a call. */
export const MAX_HEADER_FIELDS = 500;

/** What the scanner found: the text, the header index, where the body is. */
export interface ScannedMessage {
  /** The head (start line and headers, no folded lines); when all is ASCII the body as well. */
  readonly text: string;
  /** The same, a byte a character. */
  readonly codes: Codes;
  /** End of the start line, without its line end. */
  readonly startLineEnd: number;
  /** {@link FIELD_STRIDE} numbers a header field, positions in `text`. */
  readonly fields: readonly number[];
  /** Bit n is set when there is a header of id n, for ids below 32. */
  readonly present: number;
  /** Bit n is set when header n stands there more than once. */
  readonly repeated: number;
  /** Where the body starts in `text`, when the body is a part of it. */
  readonly bodyStart: number;
  /** The body's bytes when it is not a part of `text`. */
  readonly bodyBytes: Buffer | undefined;
  /** The mistake in the start line or in the header lines, if any. */
  readonly defect: Rejection | undefined;
}

/**
 * Finds the start line, the places of the headers, and the body. One pass over the bytes, no values.
 *
 * @returns `undefined` when there is nothing like a message: no line end, or not one header line.
 */
export function scanMessage(bytes: Buffer): ScannedMessage | undefined {
  let skipped = 0;
  // RFC 3261 7.5: empty lines before the start line are ignored.
  while (skipped < bytes.length && (bytes[skipped] === CR || bytes[skipped] === LF)) skipped++;
  const all = skipped === 0 ? bytes : bytes.subarray(skipped);
  let scan = scanBytes(all);
  if (scan === FOLDED) scan = scanBytes(unfold(all));
  return scan && scan !== FOLDED && scan.fields.length > 0 ? scan : undefined;
}

function scanBytes(bytes: Buffer): ScannedMessage | typeof FOLDED | undefined {
  if (isAscii(bytes)) return scanText(bytes.toString('latin1'), bytes, undefined);
  const headEnd = endOfHead(bytes);
  const headBytes = bytes.subarray(0, headEnd);
  // Before the decoding, which would be done twice.
  if (headBytes.includes('\n ', 0, 'latin1') || headBytes.includes('\n\t', 0, 'latin1')) return FOLDED;
  const head = decode(headBytes);
  return scanText(head, codesOf(head), bytes.subarray(headEnd));
}

/** Position after the empty line that ends a head; the length when there is none. */
export function endOfHead(bytes: Buffer): number {
  const withCr = bytes.indexOf('\n\r\n', 0, 'latin1');
  const before = withCr < 0 ? bytes : bytes.subarray(0, withCr);
  const bare = before.indexOf('\n\n', 0, 'latin1');
  if (bare >= 0) return bare + 2;
  return withCr < 0 ? bytes.length : withCr + 3;
}

let gb18030: { decode(bytes: Uint8Array): string } | undefined;

function decode(head: Buffer): string {
  if (isUtf8(head)) return head.toString('utf8');
  gb18030 ??= new TextDecoder('gb18030');
  return gb18030.decode(head);
}

const FOLDED = 'folded';

/** Reused for every message: the index of the one being scanned. */
const scratch: number[] = [];

function scanText(
  text: string,
  codes: Codes,
  bodyBytes: Buffer | undefined,
): ScannedMessage | typeof FOLDED | undefined {
  const length = text.length;
  const startLineFeed = text.indexOf('\n');
  if (startLineFeed < 0) return undefined;
  let used = 0;
  let present = 0;
  let repeated = 0;
  let defect: Rejection | undefined;
  let at = startLineFeed + 1;
  let bodyStart = -1;
  let lines = 0;
  while (at < length) {
    const code = codes[at]!;
    if (code === SPACE || code === TAB) return FOLDED;
    const lineFeed = text.indexOf('\n', at);
    const next = lineFeed < 0 ? length : lineFeed + 1;
    const end = withoutCr(codes, at, lineFeed < 0 ? length : lineFeed);
    if (end === at && lineFeed >= 0) {
      bodyStart = next;
      break;
    }
    // It is refused whatever follows: no more work for it.
    if (++lines > MAX_HEADER_FIELDS) {
      defect = badRequest('Too Many Header Fields');
      bodyStart = length;
      break;
    }
    let nameEnd = at;
    let hash = 0;
    for (; nameEnd < end && is(codes[nameEnd]!, TOKEN); nameEnd++) hash = hashStep(hash, codes[nameEnd]!);
    const colon = skipSpace(codes, nameEnd, end);
    if (nameEnd === at || colon >= end || codes[colon] !== COLON) {
      defect ??= badRequest('Malformed Header Line');
    } else {
      const id = headerIdAt(codes, at, nameEnd, hash);
      const start = skipSpace(codes, colon + 1, end);
      const bit = id < 32 ? 1 << id : 0;
      repeated |= present & bit;
      present |= bit;
      scratch[used] = id;
      scratch[used + 1] = at;
      scratch[used + 2] = nameEnd;
      scratch[used + 3] = start;
      scratch[used + 4] = trimEnd(codes, start, end);
      used += FIELD_STRIDE;
    }
    at = next;
  }
  if (bodyStart < 0) {
    defect ??= badRequest('Missing Empty Line');
    bodyStart = length;
  }
  const startLineEnd = withoutCr(codes, 0, startLineFeed);
  const fields = scratch.slice(0, used);
  return { text, codes, startLineEnd, fields, present, repeated, bodyStart, bodyBytes, defect };
}

function withoutCr(codes: Codes, start: number, end: number): number {
  return end > start && codes[end - 1] === CR ? end - 1 : end;
}

/** RFC 3261 7.3.1: a line end with white space after it is one space; the body stays as it is. */
function unfold(bytes: Buffer): Buffer {
  const headEnd = endOfHead(bytes);
  const out = Buffer.allocUnsafe(bytes.length);
  let used = 0;
  let at = 0;
  while (at < headEnd) {
    const next = bytes[at + 1];
    if (bytes[at] !== LF || (next !== SPACE && next !== TAB)) {
      out[used++] = bytes[at++]!;
      continue;
    }
    if (used > 0 && out[used - 1] === CR) used--;
    used = trimEnd(out, 0, used);
    out[used++] = SPACE;
    at = skipSpace(bytes, at + 1, headEnd);
  }
  used += bytes.copy(out, used, headEnd);
  return out.subarray(0, used);
}
