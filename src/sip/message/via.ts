import { COLON, DIGIT, parseDecimal, SLASH, skip, skipSpace, TOKEN, trimEnd } from './chars.ts';
import { areParams, paramOf, withoutParam } from './params.ts';
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
  #branch: string | undefined;

  constructor(text: string, transport: string, host: string, port: number | undefined, rawParams: string) {
    this.text = text;
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.rawParams = rawParams;
  }

  /** Value of a parameter (name in lower case); `''` without value, `undefined` when absent. */
  param(name: string): string | undefined {
    return this.rawParams === '' ? undefined : paramOf(this.rawParams, name);
  }

  /** The branch, `''` when absent. */
  get branch(): string {
    this.#branch ??= this.param('branch') ?? '';
    return this.#branch;
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
export const NO_VIA = new Via('', '', '', undefined, '');

/** Parses one Via value; `undefined` when it is malformed. */
export function parseVia(text: string): Via | undefined {
  return parseViaAt(text, 0, text.length);
}

/** Parses the Via value in [start, end) of `text`; `undefined` when it is malformed. */
export function parseViaAt(text: string, start: number, end: number): Via | undefined {
  const from = skipSpace(text, start, end);
  const stop = trimEnd(text, from, end);
  let at = skipPart(text, from, stop);
  if (at < 0) return undefined;
  at = skipPart(text, at, stop);
  if (at < 0) return undefined;
  const transportStart = at;
  at = skip(text, at, stop, TOKEN);
  const hostStart = skipSpace(text, at, stop);
  if (at === transportStart || hostStart === at) return undefined;
  const transport = transportName(text.slice(transportStart, at));
  const hostStop = hostEnd(text, hostStart, stop);
  if (hostStop < 0) return undefined;
  let port: number | undefined;
  at = skipSpace(text, hostStop, stop);
  if (at < stop && text.charCodeAt(at) === COLON) {
    const digits = skipSpace(text, at + 1, stop);
    at = skip(text, digits, stop, DIGIT);
    port = parseDecimal(text, digits, at, 65535);
    if (port <= 0) return undefined;
  }
  at = skipSpace(text, at, stop);
  if (!areParams(text, at, stop)) return undefined;
  return new Via(
    text.slice(from, stop),
    transport,
    text.slice(hostStart, hostStop),
    port,
    text.slice(at, stop),
  );
}

/** Position after `token *LWS "/" *LWS`, or -1: the protocol's name and its version. */
function skipPart(text: string, start: number, stop: number): number {
  const token = skip(text, start, stop, TOKEN);
  const slash = skipSpace(text, token, stop);
  if (token === start || slash >= stop || text.charCodeAt(slash) !== SLASH) return -1;
  return skipSpace(text, slash + 1, stop);
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
  const wantsRport = via.wantsRport;
  if (!wantsRport && hostForSocket(via.host) === address) return via.text;
  const head = via.text.slice(0, via.text.length - via.rawParams.length);
  // What the sender claims about these two is not believed.
  const params = withoutParam(withoutParam(via.rawParams, 'received'), 'rport');
  return `${head}${params};received=${address}${wantsRport ? `;rport=${port}` : ''}`;
}
