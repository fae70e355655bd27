import {
  GREATER,
  LESS,
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
import { areParams, paramOf, paramsOf } from './params.ts';
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
  #tag: string | undefined;

  constructor(text: string, uri: Uri, rawDisplayName: string, rawParams: string) {
    this.text = text;
    this.uri = uri;
    this.rawDisplayName = rawDisplayName;
    this.rawParams = rawParams;
  }

  /** Display name without quotes and escapes, `''` when absent. */
  get displayName(): string {
    return unquote(this.rawDisplayName);
  }

  /** The `tag` parameter, `''` when absent. */
  get tag(): string {
    this.#tag ??= this.param('tag') ?? '';
    return this.#tag;
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
export const NO_ADDRESS = new NameAddr('', NO_URI, '', '');

/** Parses a whole name-addr or addr-spec with parameters; `undefined` when it is malformed. */
export function parseNameAddr(text: string): NameAddr | undefined {
  return parseNameAddrAt(text, 0, text.length);
}

/** Parses what stands in [start, end) of `text`; `undefined` when it is malformed. */
export function parseNameAddrAt(text: string, start: number, end: number): NameAddr | undefined {
  const from = skipSpace(text, start, end);
  const stop = trimEnd(text, from, end);
  const open = bracketOf(text, from, stop);
  if (open === MALFORMED) return undefined;
  if (open === NO_BRACKET) return parseAddrSpec(text, from, stop);
  let close = open + 1;
  while (close < stop && text.charCodeAt(close) !== GREATER) close++;
  if (close >= stop) return undefined;
  const uri = parseUriAt(text, open + 1, close);
  if (!uri || !areParams(text, close + 1, stop)) return undefined;
  const display = text.slice(from, trimEnd(text, from, open));
  return new NameAddr(text.slice(from, stop), uri, display, rawParams(text, close + 1, stop));
}

const MALFORMED = -2;
const NO_BRACKET = -1;

/** Position of the `<` after an optional display name; NO_BRACKET for an addr-spec, MALFORMED for neither. */
function bracketOf(text: string, from: number, stop: number): number {
  if (from >= stop) return MALFORMED;
  if (text.charCodeAt(from) === QUOTE) {
    const after = skipQuoted(text, from, stop);
    if (after < 0) return MALFORMED;
    const open = skipSpace(text, after, stop);
    return open < stop && text.charCodeAt(open) === LESS ? open : MALFORMED;
  }
  let at = from;
  while (at < stop) {
    const code = text.charCodeAt(at);
    if (code === LESS) return at;
    // display-name = *(token LWS); Chinese gateways send unquoted UTF-8 here, which is harmless
    if (code >= 128 || code === SPACE || code === TAB) at++;
    else {
      const next = skip(text, at, stop, TOKEN);
      if (next === at) return NO_BRACKET;
      at = next;
    }
  }
  return NO_BRACKET;
}

/** RFC 3261 20.10: without brackets every parameter is the header's, and the URI has no `?` or `,`. */
function parseAddrSpec(text: string, from: number, stop: number): NameAddr | undefined {
  let at = from;
  while (at < stop) {
    const code = text.charCodeAt(at);
    if (code === SEMICOLON || code === SPACE || code === TAB) break;
    at++;
  }
  const uri = parseUriAt(text, from, at);
  if (uri?.rawHeaders !== '' || !areParams(text, at, stop)) return undefined;
  return new NameAddr(text.slice(from, stop), uri, '', rawParams(text, at, stop));
}

function rawParams(text: string, start: number, stop: number): string {
  const at = skipSpace(text, start, stop);
  return at < stop ? text.slice(at, stop) : '';
}

/** Writes `"Display" <uri>;params`. `params` is raw (`;tag=1`); the display name is quoted as needed. */
export function formatNameAddr(uri: string | Uri, displayName = '', params = ''): string {
  const display = displayName === '' ? '' : `${quote(displayName)} `;
  return `${display}<${uri}>${params}`;
}
