import { RequestError } from './errors.ts';

/** How times are written in queries and bodies. */
export const timeText = 'ISO 8601 with offset, or milliseconds since 1970';

/** Milliseconds since 1970; undefined stays so. Throws RequestError, naming the field. */
export function parseTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,16}$/.test(text)) return Number(text);
  // Without an offset it would mean the server's zone, which the client does not know.
  const at = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new RequestError('bad-request', `${name} must be a time such as 2026-10-01T00:00:00+08:00`);
  }
  return at;
}
