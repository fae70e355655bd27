import {
  type Codes,
  codesOf,
  EQUALS,
  matches,
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

/** Where the parameter that {@link scanParams} looked for has its value; start is -1 when it was not there. */
export const found = { start: -1, end: -1 };

/**
 * Checks `*( SEMI generic-param )` of a header field (RFC 3261 25.1) in [start, end): white space around
 * separators is allowed, empty parameters are not. On the way {@link found} is set to the value of the first
 * parameter called `wanted` (lower case).
 *
 * @returns whether all of it is well-formed
 */
export function scanParams(codes: Codes, start: number, end: number, wanted: string): boolean {
  found.start = -1;
  let at = skipSpace(codes, start, end);
  while (at < end) {
    if (codes[at] !== SEMICOLON) return false;
    const name = skipSpace(codes, at + 1, end);
    const nameEnd = skip(codes, name, end, TOKEN);
    if (nameEnd === name) return false;
    at = skipSpace(codes, nameEnd, end);
    let value = at;
    let valueEnd = at;
    if (at < end && codes[at] === EQUALS) {
      value = skipSpace(codes, at + 1, end);
      const quoted = value < end && codes[value] === QUOTE;
      valueEnd = quoted ? skipQuoted(codes, value, end) : skip(codes, value, end, PARAM_VALUE);
      if (valueEnd <= value) return false;
      at = skipSpace(codes, valueEnd, end);
    }
    if (found.start < 0 && matches(codes, name, nameEnd, wanted)) {
      found.start = value;
      found.end = valueEnd;
    }
  }
  return true;
}

/** Calls `visit` with the places of each parameter of `;a=1;b`; stops when it returns false. */
function eachParam(
  codes: Codes,
  visit: (start: number, name: number, nameEnd: number, value: number, end: number) => boolean,
): void {
  let start = 0;
  while (start < codes.length) {
    let end = start + 1;
    let equals = -1;
    while (end < codes.length && codes[end] !== SEMICOLON) {
      if (codes[end] === EQUALS && equals < 0) equals = end;
      const next = codes[end] === QUOTE ? skipQuoted(codes, end, codes.length) : end + 1;
      end = next < 0 ? codes.length : next;
    }
    const name = skipSpace(codes, start + 1, end);
    if (!visit(start, name, trimEnd(codes, name, equals < 0 ? end : equals), equals, end)) return;
    start = end;
  }
}

/** The value after the equals sign at `equals`, `''` when there is none (-1). */
function valueAfter(raw: string, equals: number, end: number): string {
  return equals < 0 ? '' : unquote(raw.slice(equals + 1, end).trim());
}

/**
 * Value of parameter `name` (lower case) in `raw`, which looks like `;a=1;b`: without quotes, `''` when the
 * parameter has no value, `undefined` when there is none of that name.
 */
export function paramOf(raw: string, name: string): string | undefined {
  let value: string | undefined;
  const codes = codesOf(raw);
  eachParam(codes, (_start, from, nameEnd, equals, end) => {
    if (!matches(codes, from, nameEnd, name)) return true;
    value = valueAfter(raw, equals, end);
    return false;
  });
  return value;
}

/** All parameters of `raw` (`;a=1;b`) in their order, names in lower case; the value of `b` is `''`. */
export function paramsOf(raw: string): [name: string, value: string][] {
  const params: [string, string][] = [];
  eachParam(codesOf(raw), (_start, from, nameEnd, equals, end) => {
    if (nameEnd > from) params.push([raw.slice(from, nameEnd).toLowerCase(), valueAfter(raw, equals, end)]);
    return true;
  });
  return params;
}

/** `raw` without parameter `name` (lower case). */
export function withoutParam(raw: string, name: string): string {
  let out = '';
  const codes = codesOf(raw);
  eachParam(codes, (start, from, nameEnd, _equals, end) => {
    if (!matches(codes, from, nameEnd, name)) out += raw.slice(start, end);
    return true;
  });
  return out;
}
