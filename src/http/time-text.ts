import { RequestError } from './errors.ts';

/** How times are written in queries and bodies. */
export const timeText = 'ISO 8601 with offset, or milliseconds since 1970';

/** Years have four digits: what is later cannot be written back as it was sent. */
const LAST = Date.UTC(10_000, 0) - 1;

/** Milliseconds since 1970; undefined stays so. Throws RequestError, naming the field. */
export function parseTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  // Without an offset it would mean the server's zone, which the client does not know.
  const isTime = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = /^\d{1,16}$/.test(text) ? Number(text) : isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || at > LAST) {
    throw new RequestError('bad-request', `${name} must be a time such as 2026-10-01T00:00:00+08:00`);
  }
  return at;
}
