/** Port CdrReader: how call records are asked for. Implemented by the store. */
import type { CallDirection } from '../call/arrival.ts';
import type { CauseSlug } from '../shared/cause.ts';
import { PbxError } from '../shared/errors.ts';
import type { RoomyBytes } from '../shared/roomy-bytes.ts';
import type { Reached, Scope } from '../shared/scope.ts';
import type { CallOutcome, Cdr } from './cdr.ts';

/** Most records that one query returns. */
export const CDR_LIMIT = 500;

/** What records are ordered by: a column of the call list. `score` is the key of the survey. */
export const CDR_SORTS = [
  'started',
  'duration',
  'talk',
  'wait',
  'caller',
  'called',
  'direction',
  'hotline',
  'queue',
  'agent',
  'area',
  'trunk',
  'outcome',
  'cause',
  'score',
] as const;
export type CdrSort = (typeof CDR_SORTS)[number];

/** Which records; all conditions must hold. A text is compared as a whole; what a record does not have equals nothing. */
export interface CdrFilter {
  /** Undefined: of all companies that may be seen. */
  readonly tenantId?: string;
  /** Started at or after, milliseconds since 1970. */
  readonly from?: number;
  /** Started before, milliseconds since 1970. */
  readonly to?: number;
  readonly caller?: string;
  readonly called?: string;
  readonly direction?: CallDirection;
  readonly hotline?: string;
  /** The queue that the caller asked last. */
  readonly queue?: string;
  /** The agent who spoke with the caller last (工号). */
  readonly agent?: string;
  readonly area?: string;
  /** Line that the call came in on, or else went out on last. */
  readonly trunk?: string;
  /** What became of the call. */
  readonly outcome?: CallOutcome;
  readonly cause?: CauseSlug;
  /** Spoken at least so long. */
  readonly minTalkMs?: number;
  /** The survey was answered with this key, or a lower one: 0 to 9. */
  readonly maxScore?: number;
  /** Has a recording, or has none. */
  readonly recorded?: boolean;
  /** What the call came to (话后小结). */
  readonly disposition?: string;
  /** Something was said of it: a disposition, a note, a comment, whether it is resolved; or nothing. */
  readonly noted?: boolean;
  /** Somebody has marked it (标记), or nobody has. */
  readonly flagged?: boolean;
  /**
   * Words, each of them a part of a number, 工号 or name in the call or of what was noted, four characters at least (Chinese: two); or a call's id, of which
   * the first four characters are enough; or a SIP Call-ID.
   */
  readonly search?: string;
  /** Calls of these agents only: they were rung or took part, or began them, if only at a phone of theirs. */
  readonly reached?: Reached;
  /** Words of the search that have digits are whole words of the call, not parts. */
  readonly wholeNumbers?: boolean;
}

/** A page of records. */
export interface CdrQuery extends CdrFilter {
  /** Default `started`. */
  readonly sort?: CdrSort;
  /** Default `desc`: the newest, longest ... first. Texts are in the order of their bytes, what is not known is least. */
  readonly order?: 'asc' | 'desc';
  /** Continue after the page that gave this cursor, which must have been asked for in the same order. */
  readonly before?: string;
  /** 1 to {@link CDR_LIMIT}. Default 50. */
  readonly limit?: number;
}

/** What all records together come to that a filter lets through. */
export interface CdrTotals {
  readonly calls: number;
  /** Calls whose outcome is `answered`: an agent or a line had the caller. */
  readonly answered: number;
  readonly durationMs: number;
  readonly talkMs: number;
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

/** A page of records as the API shows them: JSON in UTF-8, one after the other with a comma between, passed on as it is. */
export interface CdrShownPage {
  readonly items: RoomyBytes;
  readonly next: string | undefined;
}

export interface CdrReader {
  /**
   * For the PBX itself, which sees all. Rejects with CursorError when `before` is no cursor of ours, with DeadlineError when it takes
   * too long.
   */
  query(query: CdrQuery): Promise<CdrPage>;
  /**
   * Like {@link query}, for the API: only what `scope` has; see {@link within}. Each record is as `publicCall` has it; where the database
   * has a thread for it, they are made there.
   */
  queryShown(query: CdrQuery, scope: Scope): Promise<CdrShownPage>;
  /**
   * Like {@link queryShown}, in another form: what each record becomes before it is text, some of them in each turn of the loop; by default
   * it stays as it is.
   */
  queryText(query: CdrQuery, scope: Scope, form?: (cdr: Cdr) => unknown): Promise<CdrTextPage>;
  /** Rejects with DeadlineError when it takes too long, and as {@link within}. */
  totals(filter: CdrFilter, scope: Scope): Promise<CdrTotals>;
}

/**
 * The same of what the scope has. Throws PbxError `not-found` for another company, as for one that there is not. Who may not see numbers
 * finds one that he knows whole, never by its parts, nor by its place among others: `forbidden`, for a cursor would tell it.
 */
export function within<Filter extends CdrQuery>(filter: Filter, scope: Scope): Filter {
  const { tenantId, sort } = filter;
  if (tenantId !== undefined && !scope.includes(tenantId)) {
    throw new PbxError('not-found', `there is no company ${tenantId}`);
  }
  const { reached, seesNumbers } = scope;
  const seen = {
    ...filter,
    ...(scope.tenantId !== undefined && { tenantId: scope.tenantId }),
    ...(reached && { reached }),
  };
  if (seesNumbers) return seen;
  if (sort === 'caller' || sort === 'called') {
    throw new PbxError('forbidden', `records are sorted by ${sort} for who may see numbers`);
  }
  return { ...seen, wholeNumbers: true };
}

/** The cursor was not made by us, or for another order. */
export class CursorError extends PbxError {
  constructor() {
    super('bad-cursor', 'the cursor is not one that this server gave for this order of records');
  }
}

/** Where a page ended: records are ordered by a value, then by start, then by call id. */
export interface CdrPosition {
  /** Of what they are sorted by. */
  readonly value: string | number;
  readonly startedAt: number;
  readonly callId: string;
}

/** Records of equal value are in the order of their start; that of equal start in that of their ids. */
export function cursorOf(query: CdrQuery, { value, startedAt, callId }: CdrPosition): string {
  const { sort, order } = orderOf(query);
  return Buffer.from(JSON.stringify([sort, order, value, startedAt, callId])).toString('base64url');
}

/** The position after which `query` goes on; undefined: from the first record. Throws {@link CursorError}. */
export function positionOf(query: CdrQuery): CdrPosition | undefined {
  if (query.before === undefined) return undefined;
  const { sort, order } = orderOf(query);
  const [ofSort, ofOrder, value, startedAt, callId] = partsOf(query.before);
  if (ofSort !== sort || ofOrder !== order || !Number.isSafeInteger(startedAt)) throw new CursorError();
  if (typeof callId !== 'string' || typeof value !== (isNumeric(sort) ? 'number' : 'string')) {
    throw new CursorError();
  }
  const position = { value, startedAt, callId } as CdrPosition;
  if (cursorOf(query, position) !== query.before) throw new CursorError();
  return position;
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    throw new CursorError();
  }
}

/** Whether the values of a sort are numbers. */
export function isNumeric(sort: CdrSort): boolean {
  return sort === 'started' || sort === 'duration' || sort === 'talk' || sort === 'wait';
}

/** The order that a query gets. */
export function orderOf({ sort = 'started', order = 'desc' }: CdrQuery): {
  readonly sort: CdrSort;
  readonly order: 'asc' | 'desc';
} {
  return { sort, order };
}

/** The limit that a query gets: at least 1, at most {@link CDR_LIMIT}. */
export function limitOf(query: CdrQuery): number {
  return Math.min(CDR_LIMIT, Math.max(1, Math.floor(query.limit ?? 50)));
}
