/** The table of long work (job/job-store.ts). */
import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Long work and what became of it. */
export interface JobTable {
  id: string;
  tenant_id: string;
  /** Process that works at it. */
  node_id: string;
  kind: string;
  by: string;
  state: string;
  done: number;
  total: number | null;
  started_at: number;
  ended_at: number | null;
  /** JSON, both; null: nothing yet, no file. */
  result: string | null;
  file: string | null;
  error: string | null;
}

export async function createJobs(db: Kysely<unknown>, { integer, text, json }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('job')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('node_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('by', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('done', integer, (column) => column.notNull())
    .addColumn('total', integer)
    .addColumn('started_at', integer, (column) => column.notNull())
    .addColumn('ended_at', integer)
    .addColumn('result', json)
    .addColumn('file', json)
    .addColumn('error', text)
    .execute();
  await db.schema.createIndex('job_of_company').on('job').columns(['tenant_id', 'started_at']).execute();
}
