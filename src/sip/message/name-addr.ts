import {
  type Codes,
  codesOf,
  GREATER,
  LESS,
  QUESTION,
  QUOTE,
  quote,
  SEMICOLON,
  SPACE,
  skip,
  skipQuoted,
  skipSpace,
  TAB,
  TOKEN,
  trimEnd,
  unquote,
} from './chars.ts';
import { found, paramOf, paramsOf, scanParams } from './params.ts';
import { NO_URI, parseUriAt, type Uri } from './uri.ts';

/**
 * `"Display" <uri>;params` or `uri;params`: From, To, Contact, Route, Record-Route, Refer-To,
 * P-Asserted-Identity and their like (RFC 3261 20.10, 25.1). Immutable.
 */
export class NameAddr {
  /** As received, trimmed: ready to be written into another message. */
  readonly text: string;
  readonly uri: Uri;
  /** Display name as on the wire, quotes included; `''` when absent. */
  readonly rawDisplayName: string;
  /** Header parameters, `;tag=1`, or `''`. */
  readonly rawParams: string;
  /** The `tag` parameter, `''` when absent. */
  readonly tag: string;

  constructor(text: string, uri: Uri, rawDisplayName: string, rawParams: string, tag: string) {
    this.text = text;
    this.uri = uri;
    this.rawDisplayName = rawDisplayName;
    this.rawParams = rawParams;
    this.tag = tag;
  }

  /** Display name without quotes and escapes, `''` when absent. */
  get displayName(): string {
    return unquote(this.rawDisplayName);
  }

  /** Value of a header parameter (name in lower case); `''` without value, `undefined` when absent. */
  param(name: string): string | undefined {
    return this.rawParams === '' ? undefined : paramOf(this.rawParams, name);
  }

  /** All header parameters, names in lower case. */
  get params(): [name: string, value: string][] {
    return paramsOf(this.rawParams);
  }

  toString(): string {
    return this.text;
  }
}

/** What stands for an address that is missing or malformed in a message: it matches nothing. */
export const NO_ADDRESS = new NameAddr('', NO_URI, '', '', '');

/** Parses a whole name-addr or addr-spec with parameters; `undefined` when it is malformed. */
export function parseNameAddr(text: string): NameAddr | undefined {
  return parseNameAddrAt(text, codesOf(text), 0, text.length);
}

/** Parses what stands in [start, end) of `text`, whose codes are `codes`; `undefined` when it is malformed. */
export function parseNameAddrAt(
  text: string,
  codes: Codes,
  start: number,
  end: number,
): NameAddr | undefined {
  return parseAt(text, codes, start, end, false);
}

/** Like {@link parseNameAddrAt} for Refer-To and History-Info: the brackets around a URI with headers may be missing. */
export function parseWithHeadersAt(
  text: string,
  codes: Codes,
  start: number,
  end: number,
): NameAddr | undefined {
  return parseAt(text, codes, start, end, true);
}

function parseAt(
  text: string,
  codes: Codes,
  start: number,
  end: number,
  takesHeaders: boolean,
): NameAddr | undefined {
  const from = skipSpace(codes, start, end);
  const stop = trimEnd(codes, from, end);
  const open = bracketOf(codes, from, stop);
  if (open === MALFORMED) return undefined;
  if (open === NO_BRACKET) return parseAddrSpec(text, codes, from, stop, takesHeaders);
  let close = open + 1;
  while (close < stop && codes[close] !== GREATER) close++;
  if (close >= stop) return undefined;
  const uri = parseUriAt(text, codes, open + 1, close);
  if (!uri || !scanParams(codes, close + 1, stop, 'tag')) return undefined;
  const display = text.slice(from, trimEnd(codes, from, open));
  return new NameAddr(
    text.slice(from, stop),
    uri,
    display,
    rawParams(text, codes, close + 1, stop),
    tagOf(text),
  );
}

const MALFORMED = -2;
const NO_BRACKET = -1;

/** Position of the `<` after an optional display name; NO_BRACKET for an addr-spec, MALFORMED for neither. */
function bracketOf(codes: Codes, from: number, stop: number): number {
  if (from >= stop) return MALFORMED;
  if (codes[from] === QUOTE) {
    const after = skipQuoted(codes, from, stop);
    if (after < 0) return MALFORMED;
    const open = skipSpace(codes, after, stop);
    return open < stop && codes[open] === LESS ? open : MALFORMED;
  }
  let at = from;
  while (at < stop) {
    const code = codes[at]!;
    if (code === LESS) return at;
    // display-name = *(token LWS); Chinese gateways send unquoted UTF-8 here, which is harmless
    if (code >= 128 || code === SPACE || code === TAB) at++;
    else {
      const next = skip(codes, at, stop, TOKEN);
      if (next === at) return NO_BRACKET;
      at = next;
    }
  }
  return NO_BRACKET;
}

/**
 * RFC 3261 20.10: without brackets every parameter is the header's, and the URI has no `?` or `,`. Where `takesHeaders`
 * all before a `?` is the URI's: parameters of a header cannot have one.
 */
function parseAddrSpec(
  text: string,
  codes: Codes,
  from: number,
  stop: number,
  takesHeaders: boolean,
): NameAddr | undefined {
  let at = from;
  if (takesHeaders) {
    const question = codes.subarray(from, stop).indexOf(QUESTION);
    if (question >= 0) at += question;
  }
  while (at < stop) {
    const code = codes[at]!;
    if (code === SEMICOLON || code === SPACE || code === TAB) break;
    at++;
  }
  const uri = parseUriAt(text, codes, from, at);
  if (!uri || (uri.rawHeaders !== '' && !takesHeaders) || !scanParams(codes, at, stop, 'tag'))
    return undefined;
  return new NameAddr(text.slice(from, stop), uri, '', rawParams(text, codes, at, stop), tagOf(text));
}

/** The tag that the scan of the parameters has just found. */
function tagOf(text: string): string {
  return found.start < 0 ? '' : text.slice(found.start, found.end);
}

function rawParams(text: string, codes: Codes, start: number, stop: number): string {
  const at = skipSpace(codes, start, stop);
  return at < stop ? text.slice(at, stop) : '';
}

/** Writes `"Display" <uri>;params`. `params` is raw (`;tag=1`); the display name is quoted as needed. */
export function formatNameAddr(uri: string | Uri, displayName = '', params = ''): string {
  const display = displayName === '' ? '' : `${quote(displayName)} `;
  return `${display}<${uri}>${params}`;
}
