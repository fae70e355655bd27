/** Port CdrReader: how call records are asked for. Implemented by the store. */
import { PbxError } from '../shared/errors.ts';
import type { Cdr } from './cdr.ts';

/** Most records that one query returns. */
export const CDR_LIMIT = 500;

/** Which records; all conditions must hold. Newest first. */
export interface CdrQuery {
  /** Undefined: all tenants, for the operator. */
  readonly tenantId?: string;
  /** Started at or after, milliseconds since 1970. */
  readonly from?: number;
  /** Started before, milliseconds since 1970. */
  readonly to?: number;
  readonly caller?: string;
  readonly called?: string;
  /** Continue after the page that gave this cursor. */
  readonly before?: string;
  /** 1 to {@link CDR_LIMIT}. Default 50. */
  readonly limit?: number;
}

export interface CdrPage {
  readonly cdrs: readonly Cdr[];
  /** Give as `before` for the next, older page; undefined on the last one. */
  readonly next: string | undefined;
}

/** A page of records as JSON texts: passed on without being parsed and written again. */
export interface CdrTextPage {
  readonly records: readonly string[];
  readonly next: string | undefined;
}

export interface CdrReader {
  /** Rejects with CursorError when `before` is no cursor of ours. */
  query(query: CdrQuery): Promise<CdrPage>;
  /** Like {@link query}, for the API and JSON lines. */
  queryText(query: CdrQuery): Promise<CdrTextPage>;
}

/** The cursor was not made by us. */
export class CursorError extends PbxError {
  constructor() {
    super('bad-cursor', 'the cursor is not one that this server gave');
  }
}

/** Where a page ended: records are ordered by start, then by call id. */
export interface CdrPosition {
  readonly startedAt: number;
  readonly callId: string;
}

export function cursorOf({ startedAt, callId }: CdrPosition): string {
  return Buffer.from(`${startedAt}.${callId}`).toString('base64url');
}

/** Throws {@link CursorError}. */
export function parseCursor(cursor: string): CdrPosition {
  const text = Buffer.from(cursor, 'base64url').toString();
  const match = /^(\d{1,16})\.([\w-]{1,64})$/.exec(text);
  if (!match) throw new CursorError();
  return { startedAt: Number(match[1]), callId: match[2]! };
}

/** The limit that a query gets: at least 1, at most {@link CDR_LIMIT}. */
export function limitOf(query: CdrQuery): number {
  return Math.min(CDR_LIMIT, Math.max(1, Math.floor(query.limit ?? 50)));
}
