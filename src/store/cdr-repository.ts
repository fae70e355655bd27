import { type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import {
  type CdrFilter,
  type CdrPage,
  type CdrPosition,
  type CdrQuery,
  type CdrReader,
  type CdrShownPage,
  type CdrTextPage,
  type CdrTotals,
  cursorOf,
  limitOf,
  orderOf,
  positionOf,
  within,
} from '../cdr/cdr-query.ts';
import { maskedCdr } from '../cdr/masked-cdr.ts';
import { systemClock } from '../shared/clock.ts';
import type { RoomyBytes } from '../shared/roomy-bytes.ts';
import type { Scope } from '../shared/scope.ts';
import { conditionsOf, SORT_VALUES, timesOf } from './cdr-conditions.ts';
import type { CdrGrams } from './cdr-grams.ts';
import { inTurns } from './in-turns.ts';
import type { Tables } from './schema.ts';
import { ShownRecords } from './shown-records.ts';
import { spansBack } from './spans-back.ts';
import { readRecord } from './stored-record.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** A record and where it stands among the others. */
export interface FoundRow {
  readonly value: string | number;
  readonly started_at: number;
  readonly call_id: string;
  readonly record: string;
}

/** A page of records as they are stored. */
interface StoredPage {
  readonly stored: readonly string[];
  readonly next: string | undefined;
}

/** A part of the call list as the API shows it. */
export interface ShownPart {
  /** See {@link ShownRecords}. */
  readonly items: RoomyBytes;
  /** The last one of them, when there are more. */
  readonly last: CdrPosition | undefined;
}

/** Reads records, and makes of them what the API shows, in a thread of their own. */
export interface ShownPages {
  /** `query`: one of {@link pageOf}, which gives one more than `limit`. */
  shownPage(query: CompiledQuery<FoundRow>, limit: number, isWhole: boolean): Promise<ShownPart>;
}

/** Records read in one turn of the engine's thread: a millisecond. */
const TURN_RECORDS = 50;

/** Call records in a database. */
export class CdrRepository implements CdrReader {
  readonly #db: Kysely<Tables>;
  readonly #grams: CdrGrams;
  readonly #reads: TenantReads;
  readonly #pages: ShownPages | undefined;
  readonly #shown = new ShownRecords();

  /** `pages`: of a database that has a thread for it. */
  constructor(db: Kysely<Tables>, grams: CdrGrams, reads = directly(db), pages?: ShownPages) {
    this.#db = db;
    this.#grams = grams;
    this.#reads = reads;
    this.#pages = pages;
  }

  async query(query: CdrQuery): Promise<CdrPage> {
    const { stored, next } = await this.#read(query, (db) => this.#page(db, query));
    return { cdrs: await inTurns(stored, TURN_RECORDS, readRecord), next };
  }

  async queryText(
    asked: CdrQuery,
    scope: Scope,
    form: (cdr: Cdr) => unknown = (cdr) => cdr,
  ): Promise<CdrTextPage> {
    const query = within(asked, scope);
    const { stored, next } = await this.#read(query, (db) => this.#page(db, query));
    const read = scope.seesNumbers ? readRecord : (text: string) => maskedCdr(readRecord(text));
    return { records: await inTurns(stored, TURN_RECORDS, (text) => JSON.stringify(form(read(text)))), next };
  }

  async queryShown(asked: CdrQuery, scope: Scope): Promise<CdrShownPage> {
    const query = within(asked, scope);
    const { seesNumbers } = scope;
    if (this.#pages) return await this.#shownPage(this.#pages, query, seesNumbers);
    const { stored, next } = await this.#read(query, (db) => this.#page(db, query));
    return { items: await this.#shown.joinedInTurns(stored, seesNumbers, TURN_RECORDS), next };
  }

  async totals(asked: CdrFilter, scope: Scope): Promise<CdrTotals> {
    const filter = within(asked, scope);
    return await this.#read(filter, (db) => this.#totals(db, filter));
  }

  /**
   * A search stands before the second wall, with nothing but its `where`: behind it PostgreSQL uses no index over grams, for their
   * operators might tell of rows that are not to be seen.
   */
  #read<Result>(
    { tenantId, search }: CdrFilter,
    read: (db: Kysely<Tables>) => Promise<Result>,
  ): Promise<Result> {
    return tenantId === undefined || search !== undefined ? read(this.#db) : this.#reads(tenantId, read);
  }

  /** What has threads keeps nothing by months: it is one statement. */
  async #shownPage(pages: ShownPages, query: CdrQuery, isWhole: boolean): Promise<CdrShownPage> {
    const limit = limitOf(query);
    const from = await this.#grams.source(this.#db, query.search);
    const statement = pageOf(query, from, positionOf(query), limit + 1).compile(this.#db);
    const { items, last } = await pages.shownPage(statement, limit, isWhole);
    return { items, next: last && cursorOf(query, last) };
  }

  async #page(db: Kysely<Tables>, query: CdrQuery): Promise<StoredPage> {
    const limit = limitOf(query);
    const after = positionOf(query);
    const from = await this.#grams.source(db, query.search);
    const rows: FoundRow[] = [];
    for (const span of this.#spansOf(query, after)) {
      // One more than asked for tells whether there is a next page.
      const page = pageOf({ ...query, ...span }, from, after, limit + 1 - rows.length);
      rows.push(...(await page.execute(db)).rows);
      if (rows.length > limit) break;
    }
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const position = last && { value: last.value, startedAt: last.started_at, callId: last.call_id };
    return { stored: page.map(({ record }) => record), next: position && cursorOf(query, position) };
  }

  /** In what is kept by months the newest are looked for month by month. */
  #spansOf(query: CdrQuery, after: CdrPosition | undefined): readonly Pick<CdrFilter, 'from' | 'to'>[] {
    const { sort, order } = orderOf(query);
    if (!this.#grams.isByMonth || sort !== 'started' || order !== 'desc') return [{}];
    const now = systemClock.now();
    return spansBack(query, Math.min(now, query.to ?? now, after?.startedAt ?? now));
  }

  async #totals(db: Kysely<Tables>, filter: CdrFilter): Promise<CdrTotals> {
    const from = await this.#grams.source(db, filter.search);
    const { rows } = await totalsIn(filter, from).execute(db);
    return rows[0]!;
  }
}

export function totalsIn(filter: CdrFilter, from: RawBuilder<unknown>): RawBuilder<CdrTotals> {
  const sum = (column: string) => sql`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;
  return sql<CdrTotals>`select count(*) as "calls", count(case when outcome = 'answered' then 1 end) as "answered",
    ${sum('duration_ms')} as "durationMs", ${sum('talk_ms')} as "talkMs" from ${from} where ${conditionsOf(filter)}`;
}

/** Sorts without the records, which are ten times as large as what they are sorted by, then reads those of the page. */
export function pageOf(
  query: CdrQuery,
  from: RawBuilder<unknown>,
  after: CdrPosition | undefined,
  limit: number,
): RawBuilder<FoundRow> {
  const { sort, order } = orderOf(query);
  const direction = order === 'desc' ? sql`desc` : sql`asc`;
  const value = SORT_VALUES[sort];
  const byTime = sort === 'started';
  const key = byTime ? sql`started_at, call_id` : sql`${value}, started_at, call_id`;
  const orderBy = sql.join(
    [...(byTime ? [] : [value]), sql`started_at`, sql`call_id`].map((by) => sql`${by} ${direction}`),
  );
  let where = conditionsOf(query);
  if (after) {
    const { startedAt, callId } = after;
    const place = byTime ? sql`${startedAt}, ${callId}` : sql`${after.value}, ${startedAt}, ${callId}`;
    where = sql`${where} and (${key}) ${order === 'desc' ? sql`<` : sql`>`} (${place})`;
    // Of a pair PostgreSQL does not see which months it is in.
    if (byTime) where = sql`${where} and started_at ${order === 'desc' ? sql`<=` : sql`>=`} ${startedAt}`;
  }
  return sql<FoundRow>`select page.value, page.started_at, page.call_id, (select record from cdr
      where cdr.started_at = page.started_at and cdr.call_id = page.call_id and ${timesOf(query)}) as record
    from (select ${value} as value, started_at, call_id from ${from} where ${where} order by ${orderBy} limit ${limit}) as page
    order by page.value ${direction}, page.started_at ${direction}, page.call_id ${direction}`;
}
