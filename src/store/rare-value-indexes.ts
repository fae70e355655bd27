/**
 * Indexes of what few calls have, in the order of time: each holds those calls alone, so that "the newest of them" is no search through
 * all calls of a company, and costs the others nothing.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CdrFilter } from '../cdr/cdr-query.ts';
import type { ColumnTypes } from './column-types.ts';

/** Talks that last so long have an index of their own. A migration made it: another length is another index. */
const LONG_TALK_MS = 600_000;

/** Said in so many words in the query too, for a database proves no more of a parameter. */
const IS_LONG = sql`talk_ms >= ${sql.lit(LONG_TALK_MS)}`;
const IS_NOT_INBOUND = sql`direction <> 'inbound'`;

/** What makes a database see that an index of rare values answers. */
export function rareConditions({ minTalkMs = 0, direction = 'inbound' }: CdrFilter): RawBuilder<unknown>[] {
  return [
    ...(minTalkMs >= LONG_TALK_MS ? [IS_LONG] : []),
    ...(direction === 'inbound' ? [] : [IS_NOT_INBOUND]),
  ];
}

export async function addRareValueIndexes(db: Kysely<unknown>, { engine }: ColumnTypes): Promise<void> {
  // Held every call, most of which have no score.
  await db.schema.dropIndex('cdr_by_survey').execute();
  await sql`create index cdr_by_score on cdr (tenant_id, started_at, call_id, survey_digit)
    where survey_digit is not null`.execute(db);
  await sql`create index cdr_by_long_talk on cdr (tenant_id, started_at, call_id, talk_ms) where ${IS_LONG}`.execute(
    db,
  );
  await sql`create index cdr_by_direction on cdr (tenant_id, direction, started_at, call_id)
    where ${IS_NOT_INBOUND}`.execute(db);
  if (engine === 'sqlite') await seedStatistics(db);
}

/** See `call-search-table.ts`: what SQLite is to think of them, whatever is in the table. */
async function seedStatistics(db: Kysely<unknown>): Promise<void> {
  await sql`delete from sqlite_stat1 where idx = 'cdr_by_survey'`.execute(db);
  await sql`insert into sqlite_stat1 (tbl, idx, stat) values
    ('cdr', 'cdr_by_score', '3000000 300000 1 1 1'),
    ('cdr', 'cdr_by_long_talk', '500000 50000 1 1 1'),
    ('cdr', 'cdr_by_direction', '1000000 100000 50000 1 1')`.execute(db);
  await sql`analyze sqlite_schema`.execute(db);
}
