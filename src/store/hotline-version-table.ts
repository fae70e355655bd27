/** The table of versions of hotlines (hotline-version.ts). */
import { type Generated, type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface HotlineVersionTable {
  tenant_id: string;
  /** Main number. */
  hotline: string;
  version: number;
  state: string;
  base: number | null;
  comment: string;
  changed_by: string;
  changed_at: number;
  published_by: string | null;
  published_at: number | null;
  /** JSON: `percent` or `callers`. */
  canary: string | null;
  revision: Generated<number>;
  /** JSON. */
  body: string;
}

/** Makes it, with what was published until now: the history of the hotlines that there are. */
export async function createHotlineVersions(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { integer, text, json } = types;
  await db.schema
    .createTable('hotline_version')
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('hotline', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('base', integer)
    .addColumn('comment', text, (column) => column.notNull())
    .addColumn('changed_by', text, (column) => column.notNull())
    .addColumn('changed_at', integer, (column) => column.notNull())
    .addColumn('published_by', text)
    .addColumn('published_at', integer)
    .addColumn('canary', json)
    .addColumn('revision', integer, (column) => column.notNull().defaultTo(1))
    .addColumn('body', json, (column) => column.notNull())
    .addPrimaryKeyConstraint('hotline_version_pk', ['tenant_id', 'hotline', 'version'])
    .execute();
  await sql`insert into hotline_version (tenant_id, hotline, version, state, base, comment, changed_by, changed_at,
      published_by, published_at, body)
    select entity.tenant_id, entity.name, past.revision,
      case when past.revision = entity.revision then 'published' else 'retired' end,
      case when past.revision > 1 then past.revision - 1 end, '', past.changed_by, past.changed_at,
      past.changed_by, past.changed_at, past.body
    from entity join entity_history as past on past.entity_id = entity.id
    where entity.kind = 'hotline' and past.body is not null and past.name = entity.name`.execute(db);
}
