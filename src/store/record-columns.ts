import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** What a list of calls shows, filters and sorts by beside what the table has; records tell of asks and of everybody's part. */
export async function addRecordColumns(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { text, integer } = types;
  for (const name of ['hotline', 'queue', 'outcome', 'trunk']) {
    await db.schema.alterTable('cdr').addColumn(name, text).execute();
  }
  for (const name of ['duration_ms', 'wait_ms', 'recordings']) {
    const column = db.schema.alterTable('cdr');
    await column.addColumn(name, integer, (each) => each.notNull().defaultTo(0)).execute();
  }
  await sql`update cdr set duration_ms = ended_at - started_at,
    trunk = case when origin_kind = 'trunk' then origin_name end`.execute(db);
  // 0.1.0 had SQLite only.
  if (types.engine === 'sqlite') await bringRecordsUpToDate(db);
}

/** Records of 0.1.0 know nothing of asks, nor of anybody's part but for how long he rang. */
async function bringRecordsUpToDate(db: Kysely<unknown>): Promise<void> {
  const unknown = [
    ...[
      'kind',
      'reason',
      'by',
      'fromCall',
      'queue',
      'trunk',
      'startMs',
      'consultedMs',
      'connectedMs',
      'endMs',
    ],
    ...['talkMs', 'holdMs', 'consultMs', 'wrapUpMs', 'endedBy'],
  ];
  const nulls = sql.join(unknown.map((key) => sql`${sql.lit(`$.${key}`)}, null`));
  const listOf = (name: string, values: typeof nulls) =>
    sql`json((select json_group_array(json_set(value, ${values})) from json_each(record, ${sql.lit(`$.${name}`)})))`;
  await sql`update cdr set recordings = coalesce(json_array_length(record, '$.recordings'), 0), record = json_set(record,
    '$.outcome', null, '$.barred', null, '$.asks', json('[]'),
    '$.segments', ${listOf('segments', sql`'$.queue', null`)}, '$.targets', ${listOf('targets', nulls)})`.execute(
    db,
  );
}
