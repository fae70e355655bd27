/** Apart from the statements, which the journal's thread has, too: without Kysely that starts in half the time. */
import { CompiledQuery, type Kysely } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Run } from './monthly-tables.ts';

export function runOn(db: Kysely<Tables>): Run {
  return async (statement, values = []) => await db.executeQuery(CompiledQuery.raw(statement, values));
}
