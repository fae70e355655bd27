import {
  EQUALS,
  equalsIgnoreCase,
  PARAM_VALUE,
  QUOTE,
  SEMICOLON,
  skip,
  skipQuoted,
  skipSpace,
  TOKEN,
  trimEnd,
  unquote,
} from './chars.ts';

/**
 * Checks `*( SEMI generic-param )` of a header field (RFC 3261 25.1) in [start, end): white space around
 * separators is allowed, empty parameters are not. True when all of it is well-formed.
 */
export function areParams(text: string, start: number, end: number): boolean {
  let at = skipSpace(text, start, end);
  while (at < end) {
    if (text.charCodeAt(at) !== SEMICOLON) return false;
    const name = skipSpace(text, at + 1, end);
    at = skip(text, name, end, TOKEN);
    if (at === name) return false;
    at = skipSpace(text, at, end);
    if (at < end && text.charCodeAt(at) === EQUALS) {
      const value = skipSpace(text, at + 1, end);
      at =
        text.charCodeAt(value) === QUOTE && value < end
          ? skipQuoted(text, value, end)
          : skip(text, value, end, PARAM_VALUE);
      if (at <= value) return false;
      at = skipSpace(text, at, end);
    }
  }
  return true;
}

/**
 * Value of parameter `name` (lower case) in `raw`, which looks like `;a=1;b`: without quotes, `''` when the
 * parameter has no value, `undefined` when there is none of that name.
 */
export function paramOf(raw: string, name: string): string | undefined {
  const end = raw.length;
  let at = 0;
  while (at < end) {
    // at stands on a semicolon
    const nameStart = skipSpace(raw, at + 1, end);
    let stop = nameStart;
    let equals = -1;
    while (stop < end) {
      const code = raw.charCodeAt(stop);
      if (code === SEMICOLON) break;
      if (code === EQUALS && equals < 0) equals = stop;
      if (code === QUOTE) {
        const close = skipQuoted(raw, stop, end);
        stop = close < 0 ? end : close;
      } else stop++;
    }
    const nameEnd = trimEnd(raw, nameStart, equals < 0 ? stop : equals);
    if (equalsIgnoreCase(raw, nameStart, nameEnd, name)) {
      if (equals < 0) return '';
      const value = skipSpace(raw, equals + 1, stop);
      return unquote(raw.slice(value, trimEnd(raw, value, stop)));
    }
    at = stop;
  }
  return undefined;
}

/** All parameters of `raw` (`;a=1;b`) in their order, names in lower case; the value of `b` is `''`. */
export function paramsOf(raw: string): [name: string, value: string][] {
  const found: [string, string][] = [];
  let at = raw.indexOf(';');
  while (at >= 0 && at < raw.length) {
    let stop = at + 1;
    while (stop < raw.length && raw.charCodeAt(stop) !== SEMICOLON) {
      const close = raw.charCodeAt(stop) === QUOTE ? skipQuoted(raw, stop, raw.length) : stop + 1;
      stop = close < 0 ? raw.length : close;
    }
    const part = raw.slice(at + 1, stop);
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name) found.push([name, equals < 0 ? '' : unquote(part.slice(equals + 1).trim())]);
    at = stop;
  }
  return found;
}

/** `raw` without parameter `name` (lower case). */
export function withoutParam(raw: string, name: string): string {
  if (paramOf(raw, name) === undefined) return raw;
  let out = '';
  let at = 0;
  while (at < raw.length) {
    let stop = at + 1;
    while (stop < raw.length && raw.charCodeAt(stop) !== SEMICOLON) {
      const close = raw.charCodeAt(stop) === QUOTE ? skipQuoted(raw, stop, raw.length) : stop + 1;
      stop = close < 0 ? raw.length : close;
    }
    const part = raw.slice(at, stop);
    if (paramOf(part.trimEnd(), name) === undefined) out += part;
    at = stop;
  }
  return out;
}
