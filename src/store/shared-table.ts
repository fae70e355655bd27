import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Channel of PostgreSQL on which nodes are told, `topic revision`. */
export const SHARED_CHANNEL = 'pbx400_shared';

/** Channel of PostgreSQL on which nodes are told whose stream has grown: the company. */
export const GROWTH_CHANNEL = 'pbx400_growth';

/** The table of what nodes share, and what tells them of a change when it is committed. */
export async function createShared(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { integer, text } = types;
  await db.schema
    .createTable('shared_revision')
    .addColumn('topic', text, (column) => column.primaryKey())
    .addColumn('revision', integer, (column) => column.notNull())
    .execute();
  const binding = () => db.schema.alterTable('binding');
  await binding()
    .addColumn('node_id', text, (column) => column.notNull().defaultTo(''))
    .execute();
  await binding()
    .addColumn('changed', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('binding_by_change').on('binding').column('changed').execute();
  // SQLite has one process.
  if (types.engine === 'sqlite') return;
  await sql`create function tell_shared_change() returns trigger language plpgsql as $$
    begin perform pg_notify('${sql.raw(SHARED_CHANNEL)}', new.topic || ' ' || new.revision); return null; end $$`.execute(
    db,
  );
  await sql`create trigger shared_change after insert or update on shared_revision
    for each row execute function tell_shared_change()`.execute(db);
}

/** Tells all nodes of PostgreSQL when a company's stream grows; SQLite has one process, whose thread tells it. */
export async function tellGrowth(db: Kysely<unknown>, { engine }: ColumnTypes): Promise<void> {
  if (engine === 'sqlite') return;
  await sql`create function tell_growth() returns trigger language plpgsql as $$
    begin perform pg_notify('${sql.raw(GROWTH_CHANNEL)}', new.tenant_id); return null; end $$`.execute(db);
  await sql`create trigger growth after insert or update on event_head
    for each row execute function tell_growth()`.execute(db);
}
