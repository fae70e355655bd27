import {
  ALPHA,
  AT,
  CLOSE_BRACKET,
  COLON,
  type Codes,
  codesOf,
  DIGIT,
  EQUALS,
  HEX,
  HOST,
  is,
  matches,
  OPEN_BRACKET,
  PASSWORD,
  parseDecimal,
  QUESTION,
  SEMICOLON,
  skip,
  skipEscaped,
  TOKEN,
  URI_HEADER,
  URI_PARAM,
  URIC,
  USER,
} from './chars.ts';
import { paramOf, paramsOf } from './params.ts';

/** What the URI is: `other` for every scheme that the stack does not know. */
export type UriKind = 'sip' | 'sips' | 'tel' | 'other';

/**
 * A parsed SIP, SIPS or TEL URI (RFC 3261 19.1, RFC 3966), immutable. URIs of other schemes keep their text
 * only. Raw parts are as they were on the wire, escapes included.
 */
export class Uri {
  readonly kind: UriKind;
  /** As received. */
  readonly text: string;
  /** User part with its escapes, `''` when absent. For `tel:` the number. */
  readonly rawUser: string;
  readonly password: string;
  /** Host name or address; an IPv6 address keeps its brackets. `''` for `tel:` and other schemes. */
  readonly host: string;
  /** Port, `undefined` when the URI names none. */
  readonly port: number | undefined;
  /** `;a=1;b`, or `''`. */
  readonly rawParams: string;
  /** What follows the question mark, or `''`. */
  readonly rawHeaders: string;

  constructor(
    kind: UriKind,
    text: string,
    rawUser: string,
    password: string,
    host: string,
    port: number | undefined,
    rawParams: string,
    rawHeaders: string,
  ) {
    this.kind = kind;
    this.text = text;
    this.rawUser = rawUser;
    this.password = password;
    this.host = host;
    this.port = port;
    this.rawParams = rawParams;
    this.rawHeaders = rawHeaders;
  }

  /** Scheme in lower case, without the colon. */
  get scheme(): string {
    return this.text.slice(0, Math.max(0, this.text.indexOf(':'))).toLowerCase();
  }

  /** User part, or the number of a `tel:` URI, unescaped; may hold any character, NUL included. */
  get user(): string {
    return this.rawUser.includes('%') ? unescapeUri(this.rawUser) : this.rawUser;
  }

  /** Value of a URI parameter (name in lower case), unescaped; `''` without value, `undefined` when absent. */
  param(name: string): string | undefined {
    if (this.rawParams === '') return undefined;
    const value = paramOf(this.rawParams, name);
    return value?.includes('%') ? unescapeUri(value) : value;
  }

  /** All URI parameters, names in lower case, values with their escapes. */
  get params(): [name: string, value: string][] {
    return paramsOf(this.rawParams);
  }

  /** Loose router mark (RFC 3261 19.1.1). */
  get lr(): boolean {
    return this.param('lr') !== undefined;
  }

  /** The `transport` parameter in lower case, if any. */
  get transport(): string | undefined {
    return this.param('transport')?.toLowerCase();
  }

  /** `sip:user@host:port` alone: scheme, user, host and port, without password, parameters and headers. */
  get address(): string {
    if (this.kind === 'other') return this.text;
    if (this.kind === 'tel') return `tel:${this.rawUser}`;
    const at = this.rawUser === '' ? '' : `${this.rawUser}@`;
    return `${this.kind}:${at}${this.host}${this.port === undefined ? '' : `:${this.port}`}`;
  }

  toString(): string {
    return this.text;
  }
}

/** What stands for a URI that is missing or malformed in a message: it matches nothing. */
export const NO_URI = new Uri('other', '', '', '', '', undefined, '', '');

/** Parses a whole URI; `undefined` when it is malformed. */
export function parseUri(text: string): Uri | undefined {
  return parseUriAt(text, codesOf(text), 0, text.length);
}

/** Parses the URI in [start, end) of `text`, whose codes are `codes`; `undefined` when it is malformed. */
export function parseUriAt(text: string, codes: Codes, start: number, end: number): Uri | undefined {
  const colon = schemeEnd(codes, start, end);
  if (colon < 0) return undefined;
  if (matches(codes, start, colon, 'sip')) return parseSip('sip', text, codes, start, colon + 1, end);
  if (matches(codes, start, colon, 'sips')) return parseSip('sips', text, codes, start, colon + 1, end);
  if (matches(codes, start, colon, 'tel')) return parseTel(text, codes, start, colon + 1, end);
  // RFC 3261 25.1 absoluteURI: only its characters are checked.
  if (colon + 1 >= end || skip(codes, colon + 1, end, URIC) !== end) return undefined;
  return new Uri('other', text.slice(start, end), '', '', '', undefined, '', '');
}

function schemeEnd(codes: Codes, start: number, end: number): number {
  if (start >= end || !is(codes[start]!, ALPHA)) return -1;
  for (let at = start + 1; at < end; at++) {
    const code = codes[at]!;
    if (code === COLON) return at;
    // scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
    if (!is(code, ALPHA | DIGIT) && code !== 43 && code !== 45 && code !== 46) return -1;
  }
  return -1;
}

/** Position of the @ that ends the user part, or -1: nothing after it may hold an unescaped @. */
function userEnd(codes: Codes, start: number, end: number): number {
  for (let at = start; at < end; at++) if (codes[at] === AT) return at;
  return -1;
}

function parseSip(
  kind: 'sip' | 'sips',
  text: string,
  codes: Codes,
  start: number,
  from: number,
  end: number,
): Uri | undefined {
  let at = from;
  let rawUser = '';
  let password = '';
  const userStop = userEnd(codes, from, end);
  if (userStop >= 0) {
    at = skipEscaped(codes, from, userStop, USER);
    if (at <= from) return undefined;
    rawUser = text.slice(from, at);
    if (at < userStop) {
      if (codes[at] !== COLON) return undefined;
      const passwordStart = at + 1;
      at = skipEscaped(codes, passwordStart, userStop, PASSWORD);
      if (at !== userStop) return undefined;
      password = text.slice(passwordStart, userStop);
    }
    at = userStop + 1;
  }
  const hostStop = hostEnd(codes, at, end);
  if (hostStop < 0) return undefined;
  const host = text.slice(at, hostStop);
  at = hostStop;
  let port: number | undefined;
  if (at < end && codes[at] === COLON) {
    const portStop = skip(codes, at + 1, end, DIGIT);
    port = parseDecimal(codes, at + 1, portStop, 65535);
    if (port <= 0) return undefined;
    at = portStop;
  }
  const paramsStop = uriParamsEnd(codes, at, end);
  if (paramsStop < 0) return undefined;
  const rawParams = text.slice(at, paramsStop);
  let rawHeaders = '';
  if (paramsStop < end) {
    if (codes[paramsStop] !== QUESTION || !areHeaders(codes, paramsStop + 1, end)) return undefined;
    rawHeaders = text.slice(paramsStop + 1, end);
  }
  return new Uri(kind, text.slice(start, end), rawUser, password, host, port, rawParams, rawHeaders);
}

/** End of a host name, IPv4 address or IPv6 reference at `start`; -1 when there is none. */
export function hostEnd(codes: Codes, start: number, end: number): number {
  if (start < end && codes[start] === OPEN_BRACKET) {
    let at = start + 1;
    let colons = 0;
    for (; at < end; at++) {
      const code = codes[at]!;
      if (code === CLOSE_BRACKET) return colons >= 2 ? at + 1 : -1;
      if (code === COLON) colons++;
      // RFC 5118 4.10: an extra colon before an embedded IPv4 address is tolerated
      else if (code !== 46 && !is(code, HEX)) return -1;
    }
    return -1;
  }
  const stop = skip(codes, start, end, HOST);
  return stop === start ? -1 : stop;
}

/** End of `*( ";" pname [ "=" pvalue ] )` at `start`; -1 when malformed. */
function uriParamsEnd(codes: Codes, start: number, end: number): number {
  let at = start;
  while (at < end && codes[at] === SEMICOLON) {
    const name = at + 1;
    at = skipEscaped(codes, name, end, URI_PARAM);
    if (at <= name) return -1;
    if (at < end && codes[at] === EQUALS) {
      const value = at + 1;
      at = skipEscaped(codes, value, end, URI_PARAM);
      if (at <= value) return -1;
    }
  }
  return at;
}

/** RFC 3261 25.1 headers: `hname "=" hvalue *( "&" ... )`. */
function areHeaders(codes: Codes, start: number, end: number): boolean {
  let at = start;
  for (;;) {
    const name = at;
    at = skipEscaped(codes, name, end, URI_HEADER);
    if (at <= name || at >= end || codes[at] !== EQUALS) return false;
    at = skipEscaped(codes, at + 1, end, URI_HEADER);
    if (at < 0) return false;
    if (at === end) return true;
    // '&' joins headers
    if (codes[at] !== 38) return false;
    at++;
  }
}

/** RFC 3966: digits with visual separators, or a local number with `*` and `#`; then parameters. */
function parseTel(text: string, codes: Codes, start: number, from: number, end: number): Uri | undefined {
  let at = from;
  let digits = 0;
  if (codes[at] === 43) at++;
  for (; at < end && codes[at] !== SEMICOLON; at++) {
    const code = codes[at]!;
    if (is(code, HEX) || code === 42 || code === 35) digits++;
    // visual separators - . ( )
    else if (code !== 45 && code !== 46 && code !== 40 && code !== 41) return undefined;
  }
  if (digits === 0) return undefined;
  const stop = uriParamsEnd(codes, at, end);
  if (stop !== end) return undefined;
  return new Uri(
    'tel',
    text.slice(start, end),
    text.slice(from, at),
    '',
    '',
    undefined,
    text.slice(at, end),
    '',
  );
}

/** `text` with each `%HH` decoded once, as UTF-8; bytes that are not UTF-8 become U+FFFD. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  const source = Buffer.from(text);
  for (let at = 0; at < source.length; at++) {
    const byte = source[at]!;
    if (byte === 37 && at + 2 < source.length && isHexPair(source[at + 1]!, source[at + 2]!)) {
      bytes.push(Number.parseInt(String.fromCharCode(source[at + 1]!, source[at + 2]!), 16));
      at += 2;
    } else bytes.push(byte);
  }
  return Buffer.from(bytes).toString('utf8');
}

const isHexPair = (high: number, low: number): boolean => is(high, HEX) && is(low, HEX);

/** `user` with everything escaped that a SIP URI's user part does not allow as it is. */
export function escapeUser(user: string): string {
  const isAllowed = skip(codesOf(user), 0, user.length, USER) === user.length && !user.includes('#');
  if (isAllowed && Buffer.byteLength(user) === user.length) return user;
  let out = '';
  for (const byte of Buffer.from(user)) {
    const plain = byte !== 35 && is(byte, USER);
    out += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** `host` as it stands in URIs and Via: an IPv6 address gets its brackets. */
export function hostForUri(host: string): string {
  return host.includes(':') && host.charCodeAt(0) !== OPEN_BRACKET ? `[${host}]` : host;
}

/** `host` as sockets want it: an IPv6 reference without its brackets. */
export function hostForSocket(host: string): string {
  return host.charCodeAt(0) === OPEN_BRACKET ? host.slice(1, -1) : host;
}

/** Whether `text` is a token (RFC 3261 25.1). */
export function isToken(text: string): boolean {
  return text.length > 0 && skip(codesOf(text), 0, text.length, TOKEN) === text.length;
}
