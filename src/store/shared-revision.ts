import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';
import type { SharedTopic } from './store.ts';

/**
 * Counts a change of what nodes share, in its transaction, and before it: the row stays locked until the commit, so that whoever
 * has read up to a revision has found all up to it.
 */
export const countingSql = (topic: SharedTopic): string =>
  `insert into shared_revision (topic, revision) values ('${topic}', 1)
    on conflict (topic) do update set revision = shared_revision.revision + 1`;

/** Runs {@link countingSql}; resolves with the new revision. */
export async function countChange(transaction: Kysely<Tables>, topic: SharedTopic): Promise<number> {
  const counting = sql.raw<{ revision: number }>(`${countingSql(topic)} returning revision`);
  const { rows } = await counting.execute(transaction);
  return rows[0]!.revision;
}

/** How often the topic was changed. */
export async function revisionOf(db: Kysely<Tables>, topic: SharedTopic): Promise<number> {
  const query = db.selectFrom('shared_revision').select('revision').where('topic', '=', topic);
  return (await query.executeTakeFirst())?.revision ?? 0;
}
