import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';
import type { Tables } from './schema.ts';

/** The table of the audit trail, and what keeps its rows as they were written. */
export async function createAudit(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { place, integer, text, json } = types;
  await db.schema
    .createTable('audit')
    .addColumn('seq', place, (column) => column.primaryKey())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('node_id', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('by', text, (column) => column.notNull())
    .addColumn('details', json, (column) => column.notNull())
    .execute();
  if (types.engine === 'postgres') {
    await sql`create function refuse_audit_change() returns trigger language plpgsql as
      ${sql.lit(`begin raise exception '${REFUSAL}'; end`)}`.execute(db);
  }
  await guardAudit(db, types.engine);
}

/** The recording that an entry is about; null: about another thing. */
export const RECORDING = sql<string | null>`(details ->> 'recording')`;

/** Entries of a recording are found among millions. */
export async function indexAuditByRecording(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_of_recording on audit (${RECORDING}) where ${RECORDING} is not null`.execute(
    db,
  );
}

const REFUSAL = 'rows of the audit trail are neither changed nor removed';

async function guardAudit(db: QueryExecutorProvider, engine: ColumnTypes['engine']): Promise<void> {
  for (const verb of ['update', 'delete']) {
    const begins = sql`create trigger ${sql.ref(`audit_no_${verb}`)} before ${sql.raw(verb)} on audit`;
    const refuses =
      engine === 'sqlite'
        ? sql`begin select raise(abort, ${sql.lit(REFUSAL)}); end`
        : sql`for each row execute function refuse_audit_change()`;
    await sql`${begins} ${refuses}`.execute(db);
  }
}

/** Removes all rows, in a transaction that puts another installation's in their place. */
export async function emptyAudit(db: Kysely<Tables>, engine: ColumnTypes['engine']): Promise<void> {
  for (const verb of ['update', 'delete']) {
    const table = engine === 'postgres' ? sql` on audit` : sql``;
    await sql`drop trigger ${sql.ref(`audit_no_${verb}`)}${table}`.execute(db);
  }
  await sql`delete from audit`.execute(db);
  await guardAudit(db, engine);
}
