import type { SrfHeaders } from './srf.ts';

/** Header lines as srf takes them; `skip` names headers (lower case) that are left out. */
export function srfHeaders(headerLines: string, skip: ReadonlySet<string> = NONE): SrfHeaders {
  const headers: SrfHeaders = {};
  let at = 0;
  while (at < headerLines.length) {
    const end = headerLines.indexOf('\r\n', at);
    const line = headerLines.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? headerLines.length : end + 2;
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!skip.has(name)) addHeader(headers, name, line.slice(colon + 1).trim());
  }
  return headers;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Adds a value. srf joins the values of a name with commas, which breaks those that are no lists, such as two
 * challenges: here the next value is a line of its own within the text of the first.
 */
export function addHeader(headers: SrfHeaders, name: string, value: string): void {
  const before = headers[name];
  headers[name] = before === undefined ? value : `${before}\r\n${name}: ${value}`;
}
