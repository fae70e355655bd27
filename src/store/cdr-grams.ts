/** The index of grams over call records (see `search-words.ts`): which rows a search reads. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { idIn, isCallId, searchGrams } from '../cdr/search-words.ts';
import { beginsWith, SIP_CALL_ID } from './cdr-conditions.ts';
import type { Tables } from './schema.ts';
import type { StoreLocation } from './store.ts';

export interface CdrGrams {
  /** Records are kept by months: the newest are sought in the last ones first. */
  readonly isByMonth: boolean;
  /** What a query selects from in place of `cdr`: rows in which the grams of `search` stand, in whatever order. */
  source(db: Kysely<Tables>, search: string | undefined): Promise<RawBuilder<unknown>>;
}

/** PostgreSQL knows how common a gram is, and takes the index or reads in the order of time. */
const POSTGRES_GRAMS: CdrGrams = {
  isByMonth: true,
  source: async (_db, search) => {
    const grams = gramsOf(search);
    if (grams.length === 0) return sql`cdr`;
    const list = sql.join(grams.map((gram) => sql`${gram}`));
    const byGrams = sql`string_to_array(search, ' ') @> array[${list}]::text[]`;
    const either = sql.join([byGrams, ...idsIn(search)], sql` or `);
    return sql`(select * from cdr where ${either}) as cdr`;
  },
};

/** Of a search that finds more, the newest are found sooner in the order of time: one row in four hundred of ten million. */
const COMMON = 25_000;

/** SQLite has no idea how common a gram is: it is asked first. */
const SQLITE_GRAMS: CdrGrams = {
  isByMonth: false,
  source: async (db, search) => {
    const grams = gramsOf(search);
    const match = grams.map((gram) => `"${gram}"`).join(' ');
    const byGrams = sql`select rowid as place from cdr_gram where cdr_gram match ${match}`;
    const byIds = idsIn(search).map((is) => sql`select id as place from cdr where ${is}`);
    const all = grams.length === 0 ? byIds : [byGrams, ...byIds];
    if (all.length === 0) return sql`cdr`;
    const found = sql.join(all, sql` union `);
    const count = sql<{ rows: number }>`select count(*) as rows from (${found} limit ${COMMON + 1})`;
    const { rows } = await count.execute(db);
    if (rows[0]!.rows > COMMON) return sql`cdr`;
    // A cross join is read from left to right.
    return sql`(${found}) as found cross join cdr on cdr.id = found.place`;
  },
};

/** Each answered by an index of its own. */
function idsIn(search: string | undefined): readonly RawBuilder<unknown>[] {
  const id = search === undefined ? undefined : idIn(search);
  return id === undefined ? [] : [beginsWith(id), sql`${SIP_CALL_ID} = ${id}`];
}

/** By the engine of a database. */
export const GRAMS: Readonly<Record<StoreLocation['engine'], CdrGrams>> = {
  sqlite: SQLITE_GRAMS,
  postgres: POSTGRES_GRAMS,
};

function gramsOf(search: string | undefined): readonly string[] {
  if (search === undefined || isCallId(search)) return [];
  return [...new Set(searchGrams(search).flatMap(({ grams }) => grams))];
}
