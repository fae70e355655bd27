import {
  COLON,
  type Codes,
  codesOf,
  DIGIT,
  parseDecimal,
  SEMICOLON,
  SLASH,
  skip,
  skipSpace,
  TOKEN,
  trimEnd,
} from './chars.ts';
import { found, paramOf, scanParams, withoutParam } from './params.ts';
import { hostEnd, hostForSocket } from './uri.ts';

/** RFC 3261 8.1.1.7: branches of RFC 3261 elements start with it. */
export const MAGIC_COOKIE = 'z9hG4bK';

/** One Via header field value (RFC 3261 20.42). Immutable. */
export class Via {
  /** As received, trimmed. */
  readonly text: string;
  /** Transport in upper case: UDP, TCP, TLS, WS, WSS, SCTP or anything else. */
  readonly transport: string;
  /** Host of sent-by; an IPv6 address keeps its brackets. */
  readonly host: string;
  /** Port of sent-by, `undefined` when not given. */
  readonly port: number | undefined;
  /** `;branch=...;rport`, or `''`. */
  readonly rawParams: string;
  /** The branch, `''` when absent. */
  readonly branch: string;

  constructor(
    text: string,
    transport: string,
    host: string,
    port: number | undefined,
    rawParams: string,
    branch: string,
  ) {
    this.text = text;
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.rawParams = rawParams;
    this.branch = branch;
  }

  /** Value of a parameter (name in lower case); `''` without value, `undefined` when absent. */
  param(name: string): string | undefined {
    return this.rawParams === '' ? undefined : paramOf(this.rawParams, name);
  }

  /** Whether the branch alone identifies the transaction (RFC 3261 17.2.3): cookie and something after it. */
  get hasCookie(): boolean {
    return this.branch.length > MAGIC_COOKIE.length && this.branch.startsWith(MAGIC_COOKIE);
  }

  /** `host:port` as written in sent-by. */
  get sentBy(): string {
    return this.port === undefined ? this.host : `${this.host}:${this.port}`;
  }

  /** Whether the sender asks for symmetric responses (RFC 3581). */
  get wantsRport(): boolean {
    return this.param('rport') !== undefined;
  }

  toString(): string {
    return this.text;
  }
}

/** What stands for a Via that is missing or malformed: it matches no transaction. */
export const NO_VIA = new Via('', '', '', undefined, '', '');

/** Parses one Via value; `undefined` when it is malformed. */
export function parseVia(text: string): Via | undefined {
  return parseViaAt(text, codesOf(text), 0, text.length);
}

/** Parses the Via value in [start, end) of `text`, whose codes are `codes`; `undefined` when it is malformed. */
export function parseViaAt(text: string, codes: Codes, start: number, end: number): Via | undefined {
  const from = skipSpace(codes, start, end);
  const stop = trimEnd(codes, from, end);
  let at = skipPart(codes, from, stop);
  if (at < 0) return undefined;
  at = skipPart(codes, at, stop);
  if (at < 0) return undefined;
  const transportStart = at;
  at = skip(codes, at, stop, TOKEN);
  const hostStart = skipSpace(codes, at, stop);
  if (at === transportStart || hostStart === at) return undefined;
  const transport = transportName(text.slice(transportStart, at));
  const hostStop = hostEnd(codes, hostStart, stop);
  if (hostStop < 0) return undefined;
  let port: number | undefined;
  at = skipSpace(codes, hostStop, stop);
  if (at < stop && codes[at] === COLON) {
    const digits = skipSpace(codes, at + 1, stop);
    at = skip(codes, digits, stop, DIGIT);
    port = parseDecimal(codes, digits, at, 65535);
    if (port <= 0) return undefined;
  }
  at = skipSpace(codes, at, stop);
  if (!scanParams(codes, at, stop, 'branch')) return undefined;
  const branch = found.start < 0 ? '' : text.slice(found.start, found.end);
  return new Via(
    text.slice(from, stop),
    transport,
    text.slice(hostStart, hostStop),
    port,
    text.slice(at, stop),
    branch,
  );
}

/** Position after `token *LWS "/" *LWS`, or -1: the protocol's name and its version. */
function skipPart(codes: Codes, start: number, stop: number): number {
  const token = skip(codes, start, stop, TOKEN);
  const slash = skipSpace(codes, token, stop);
  if (token === start || slash >= stop || codes[slash] !== SLASH) return -1;
  return skipSpace(codes, slash + 1, stop);
}

/** Upper case without garbage for what is on every message. */
function transportName(text: string): string {
  if (text === 'UDP' || text === 'TCP' || text === 'TLS' || text === 'WS' || text === 'WSS') return text;
  return text.toUpperCase();
}

/**
 * The Via as it goes back in responses: with `received` and `rport` filled in from where the request came
 * (RFC 3261 18.2.1, RFC 3581 4). `address` is bare, without brackets.
 */
export function viaWithSource(via: Via, address: string, port: number): string {
  const raw = via.rawParams;
  const rport = raw.indexOf(';rport');
  const after = rport + 6;
  const isPlain = rport >= 0 && (after === raw.length || raw.charCodeAt(after) === SEMICOLON);
  const head = via.text.slice(0, via.text.length - raw.length);
  if (isPlain && !raw.includes('eceived')) {
    return `${head}${raw.slice(0, after)}=${port}${raw.slice(after)};received=${address}`;
  }
  const wantsRport = via.wantsRport;
  if (!wantsRport && hostForSocket(via.host) === address) return via.text;
  // What the sender claims about these two is not believed.
  const params = withoutParam(withoutParam(raw, 'received'), 'rport');
  return `${head}${params};received=${address}${wantsRport ? `;rport=${port}` : ''}`;
}
