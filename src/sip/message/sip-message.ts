import {
  AT,
  type Codes,
  elementEnd,
  matches,
  parseDecimal,
  skip,
  skipSpace,
  trimEnd,
  WORD,
} from './chars.ts';
import { type CSeq, NO_CSEQ, parseCSeqAt } from './cseq.ts';
import { Header, type HeaderId, type HeaderKey, headerId, headerName, UNKNOWN_HEADER } from './header.ts';
import { type NameAddr, NO_ADDRESS, parseNameAddrAt, parseWithHeadersAt } from './name-addr.ts';
import type { Rejection } from './rejection.ts';
import { FIELD_STRIDE, type ScannedMessage } from './scan-message.ts';
import { NO_VIA, parseViaAt, type Via } from './via.ts';

/** More Via, Route or Contact values than this in a message is an attack: Max-Forwards alone allows no more. */
const MAX_VALUES = 256;

/** Values of 20.19 and 20.23 are at most 2^32-1 seconds. */
const MAX_SECONDS = 0xffffffff;

/**
 * A received message: scanned once, its header values decoded when asked for and then kept. Immutable.
 *
 * The getters of headers that every message must have never fail: one that is missing or malformed gives the
 * `NO_...` value of its type, which is empty and matches nothing. `validateRequest` and `validateResponse`
 * say whether that is so; after them the values are real.
 */
export abstract class SipMessage {
  readonly #scan: ScannedMessage;
  #vias: readonly Via[] | undefined;
  #topVia: Via | undefined;
  #from: NameAddr | undefined;
  #to: NameAddr | undefined;
  #callId: string | undefined;
  #cseq: CSeq | undefined;
  #contacts: readonly NameAddr[] | undefined;

  constructor(scan: ScannedMessage) {
    this.#scan = scan;
  }

  /** The mistake that the scanner found in the start line or the header lines. */
  get defect(): Rejection | undefined {
    return this.#scan.defect;
  }

  /** Number of header fields; a comma-separated list counts as one. */
  get headerCount(): number {
    return this.#scan.fields.length / FIELD_STRIDE;
  }

  /** First value of a header, trimmed; `undefined` when it is absent, `''` when it is empty. */
  get(key: HeaderKey): string | undefined {
    const at = this.#find(key, 0);
    return at < 0 ? undefined : this.#value(at);
  }

  has(key: HeaderKey): boolean {
    return this.#find(key, 0) >= 0;
  }

  /** How many header fields of that name there are. */
  count(key: HeaderKey): number {
    let found = 0;
    for (let at = this.#find(key, 0); at >= 0; at = this.#find(key, at + FIELD_STRIDE)) found++;
    return found;
  }

  /** The values of all header fields of that name, not split at commas. */
  all(key: HeaderKey): string[] {
    let values: string[] | undefined;
    for (let at = this.#find(key, 0); at >= 0; at = this.#find(key, at + FIELD_STRIDE))
      values = appended(values, this.#value(at));
    return values ?? [];
  }

  /** The elements of a comma-separated header over all its fields, trimmed, empty ones left out. */
  list(key: HeaderKey): string[] {
    return (
      this.#elements(
        key,
        (text, _codes, start, end) => text.slice(start, end),
        Number.POSITIVE_INFINITY,
      )?.filter(Boolean) ?? []
    );
  }

  /** Whether a list header such as Supported or Allow holds `token` (lower case), ignoring case. */
  listHas(key: HeaderKey, token: string): boolean {
    const { fields, codes } = this.#scan;
    for (let at = this.#find(key, 0); at >= 0; at = this.#find(key, at + FIELD_STRIDE)) {
      const end = fields[at + 4]!;
      let start = fields[at + 3]!;
      while (start < end) {
        const stop = elementEnd(codes, start, end);
        if (stop < 0) break;
        const from = skipSpace(codes, start, stop);
        if (matches(codes, from, trimEnd(codes, from, stop), token)) return true;
        start = stop + 1;
      }
    }
    return false;
  }

  /** First address of a header such as Refer-To or P-Asserted-Identity; `undefined` when absent or malformed. */
  address(key: HeaderKey): NameAddr | undefined {
    return this.addresses(key)?.[0];
  }

  /** All addresses of a header such as Contact or Route; `undefined` when one is malformed, `[]` when absent. */
  addresses(key: HeaderKey): readonly NameAddr[] | undefined {
    return this.#elements(key, addressParser(key));
  }

  /** The addresses of a header that can be read: one forwarder's mistake does not hide the others of a Diversion. */
  readableAddresses(key: HeaderKey): readonly NameAddr[] {
    const parse = addressParser(key);
    const { fields, text, codes } = this.#scan;
    const values: NameAddr[] = [];
    for (let at = this.#find(key, 0); at >= 0; at = this.#find(key, at + FIELD_STRIDE)) {
      const end = fields[at + 4]!;
      for (let start = fields[at + 3]!; start < end && values.length < MAX_VALUES; ) {
        const stop = elementEnd(codes, start, end);
        // A quote or bracket that does not close: where the next value begins nobody can tell.
        if (stop < 0) break;
        const value = parse(text, codes, start, stop);
        if (value) values.push(value);
        start = stop + 1;
      }
    }
    return values;
  }

  /** A header that is a number of seconds or hops; `undefined` when absent, malformed or above 2^32-1. */
  number(key: HeaderKey): number | undefined {
    const at = this.#find(key, 0);
    if (at < 0) return undefined;
    const { fields, codes } = this.#scan;
    const value = parseDecimal(codes, fields[at + 3]!, fields[at + 4]!, MAX_SECONDS);
    return value < 0 ? undefined : value;
  }

  /** Calls `visit` for each header field in order; `id` is 0 for an unknown one, `name` is canonical if known. */
  forEachHeader(visit: (id: HeaderId, name: string, value: string) => void): void {
    const { fields, text } = this.#scan;
    for (let at = 0; at < fields.length; at += FIELD_STRIDE) {
      const id = fields[at]!;
      const name = id === UNKNOWN_HEADER ? text.slice(fields[at + 1]!, fields[at + 2]!) : headerName(id);
      visit(id, name, this.#value(at));
    }
  }

  /** Whether a header of an id below 32 stands there more than once. */
  isRepeated(id: HeaderId): boolean {
    return id < 32 ? (this.#scan.repeated & (1 << id)) !== 0 : this.count(id) > 1;
  }

  /** All Via values, the top one first; `[]` when one of them is malformed. */
  get vias(): readonly Via[] {
    this.#vias ??= this.#elements(Header.Via, parseViaAt) ?? [];
    return this.#vias;
  }

  /** The first Via value; the others need not be well-formed. */
  get topVia(): Via {
    this.#topVia ??= this.#vias?.[0] ?? this.#firstVia();
    return this.#topVia;
  }

  get from(): NameAddr {
    this.#from ??= this.#single(Header.From);
    return this.#from;
  }

  get to(): NameAddr {
    this.#to ??= this.#single(Header.To);
    return this.#to;
  }

  get callId(): string {
    this.#callId ??= this.#parseCallId();
    return this.#callId;
  }

  get cseq(): CSeq {
    this.#cseq ??= this.#parseCSeq();
    return this.#cseq;
  }

  /** Contact addresses; `[]` when absent, malformed, or the star of REGISTER (see {@link contactIsStar}). */
  get contacts(): readonly NameAddr[] {
    this.#contacts ??= (this.contactIsStar ? [] : this.addresses(Header.Contact)) ?? [];
    return this.#contacts;
  }

  /** The first contact. */
  get contact(): NameAddr | undefined {
    return this.contacts[0];
  }

  /** `Contact: *` (RFC 3261 10.2.2). */
  get contactIsStar(): boolean {
    const at = this.#find(Header.Contact, 0);
    if (at < 0) return false;
    const { fields, codes } = this.#scan;
    // 42 is the star
    return fields[at + 4]! - fields[at + 3]! === 1 && codes[fields[at + 3]!] === 42;
  }

  /** Route values in order; `[]` when absent or malformed. */
  get routes(): readonly NameAddr[] {
    return this.addresses(Header.Route) ?? [];
  }

  /** Record-Route values in the order of the message; `[]` when absent or malformed. */
  get recordRoutes(): readonly NameAddr[] {
    return this.addresses(Header.RecordRoute) ?? [];
  }

  /** Value of Max-Forwards; `undefined` when absent or malformed. */
  get maxForwards(): number | undefined {
    return this.number(Header.MaxForwards);
  }

  get expires(): number | undefined {
    return this.number(Header.Expires);
  }

  /** Content-Length as sent; `undefined` when absent or malformed. */
  get contentLength(): number | undefined {
    return this.number(Header.ContentLength);
  }

  /** `type/subtype` in lower case without parameters; `''` when there is no Content-Type. */
  get contentType(): string {
    const value = this.get(Header.ContentType) ?? '';
    if (value === 'application/sdp') return value;
    const semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  }

  /** There is a body, and no Content-Type that tells what it is. */
  get hasUntypedBody(): boolean {
    return this.bodyLength > 0 && !this.get(Header.ContentType);
  }

  /** Bytes after the head, whatever Content-Length says. */
  get availableBodyBytes(): number {
    const { bodyBytes, bodyStart, text } = this.#scan;
    return bodyBytes ? bodyBytes.length : text.length - bodyStart;
  }

  /** Length of the body in bytes: Content-Length, or all there is when that is absent or larger (18.3). */
  get bodyLength(): number {
    return Math.min(this.contentLength ?? Number.MAX_SAFE_INTEGER, this.availableBodyBytes);
  }

  /** The body's bytes. */
  get body(): Buffer {
    const { bodyBytes, bodyStart, text } = this.#scan;
    if (bodyBytes) return bodyBytes.subarray(0, this.bodyLength);
    return Buffer.from(text.slice(bodyStart, bodyStart + this.bodyLength), 'latin1');
  }

  /** The body as UTF-8 text. */
  get bodyText(): string {
    const { bodyBytes, bodyStart, text } = this.#scan;
    if (bodyBytes) return bodyBytes.toString('utf8', 0, this.bodyLength);
    return text.slice(bodyStart, bodyStart + this.bodyLength);
  }

  /** Head and body as UTF-8 text, for those who take the message as a text. */
  get wholeText(): string {
    const { bodyBytes, text } = this.#scan;
    return bodyBytes ? text + bodyBytes.toString('utf8') : text;
  }

  /** The message for people, the body only when it is text. */
  toString(): string {
    return this.#scan.text;
  }

  #single(id: HeaderId): NameAddr {
    const at = this.#find(id, 0);
    if (at < 0) return NO_ADDRESS;
    const { fields, text, codes } = this.#scan;
    return parseNameAddrAt(text, codes, fields[at + 3]!, fields[at + 4]!) ?? NO_ADDRESS;
  }

  #firstVia(): Via {
    const at = this.#find(Header.Via, 0);
    if (at < 0) return NO_VIA;
    const { fields, text, codes } = this.#scan;
    const end = elementEnd(codes, fields[at + 3]!, fields[at + 4]!);
    return parseViaAt(text, codes, fields[at + 3]!, end) ?? NO_VIA;
  }

  /** callid = word [ "@" word ] */
  #parseCallId(): string {
    const at = this.#find(Header.CallId, 0);
    if (at < 0) return '';
    const { fields, text, codes } = this.#scan;
    const start = fields[at + 3]!;
    const end = fields[at + 4]!;
    let stop = skip(codes, start, end, WORD);
    if (stop > start && stop + 1 < end && codes[stop] === AT) stop = skip(codes, stop + 1, end, WORD);
    return stop === end ? text.slice(start, end) : '';
  }

  #parseCSeq(): CSeq {
    const at = this.#find(Header.CSeq, 0);
    if (at < 0) return NO_CSEQ;
    const { fields, text, codes } = this.#scan;
    return parseCSeqAt(text, codes, fields[at + 3]!, fields[at + 4]!) ?? NO_CSEQ;
  }

  #value(at: number): string {
    const { fields, text } = this.#scan;
    return text.slice(fields[at + 3]!, fields[at + 4]!);
  }

  /** Position in the index of the first field of that name at or after `from`; -1 when there is none. */
  #find(key: HeaderKey, from: number): number {
    const { fields, present } = this.#scan;
    const id = typeof key === 'number' ? key : headerId(key);
    if (id === UNKNOWN_HEADER) return this.#findByName(String(key).toLowerCase(), from);
    if (id < 32 && (present & (1 << id)) === 0) return -1;
    for (let at = from; at < fields.length; at += FIELD_STRIDE) if (fields[at] === id) return at;
    return -1;
  }

  #findByName(lower: string, from: number): number {
    const { fields, codes } = this.#scan;
    for (let at = from; at < fields.length; at += FIELD_STRIDE) {
      if (fields[at] === UNKNOWN_HEADER && matches(codes, fields[at + 1]!, fields[at + 2]!, lower)) return at;
    }
    return -1;
  }

  /** Parses all list elements of a header; `undefined` when one is malformed or there are more than `limit`. */
  #elements<T>(key: HeaderKey, parse: ElementParser<T>, limit = MAX_VALUES): T[] | undefined {
    const { fields, text, codes } = this.#scan;
    let values: T[] | undefined;
    for (let at = this.#find(key, 0); at >= 0; at = this.#find(key, at + FIELD_STRIDE)) {
      const end = fields[at + 4]!;
      let start = fields[at + 3]!;
      for (;;) {
        const stop = elementEnd(codes, start, end);
        if (stop < 0) return undefined;
        const from = skipSpace(codes, start, stop);
        const value = parse(text, codes, from, trimEnd(codes, from, stop));
        if (value === undefined || (values?.length ?? 0) >= limit) return undefined;
        values = appended(values, value);
        if (stop >= end) break;
        start = stop + 1;
      }
    }
    return values ?? [];
  }
}

/** Nearly every header stands once: an empty list that is pushed to would make room for 17. */
function appended<T>(values: T[] | undefined, value: T): T[] {
  if (!values) return [value];
  values.push(value);
  return values;
}

/** Headers whose URIs carry headers of their own: Replaces in one, Reason in the other (RFC 3515, 7044). */
function addressParser(key: HeaderKey): ElementParser<NameAddr> {
  const id = typeof key === 'number' ? key : headerId(key);
  return id === Header.ReferTo || id === Header.HistoryInfo ? parseWithHeadersAt : parseNameAddrAt;
}

type ElementParser<T> = (text: string, codes: Codes, start: number, end: number) => T | undefined;
