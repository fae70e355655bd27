/** The table of answers to requests with an `Idempotency-Key` (auth/kept-answers.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface KeptAnswerTable {
  tenant_id: string;
  principal: string;
  key: string;
  fingerprint: string;
  at: number;
  /** Null, all three: there is no answer yet. */
  status: number | null;
  /** JSON. */
  headers: string | null;
  body: string | null;
}

export async function createKeptAnswers(
  db: Kysely<unknown>,
  { integer, text, json }: ColumnTypes,
): Promise<void> {
  await db.schema
    .createTable('kept_answer')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('principal', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('status', integer)
    .addColumn('headers', json)
    .addColumn('body', text)
    .addPrimaryKeyConstraint('kept_answer_key', ['tenant_id', 'principal', 'key'])
    .execute();
  await db.schema.createIndex('kept_answer_age').on('kept_answer').column('at').execute();
}
