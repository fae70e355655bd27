/** The table of messages (voicemail/message-store.ts). */
import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

export interface VoicemailMessageTable {
  started_at: number;
  call_id: string;
  tenant_id: string;
  box: string;
  state: string;
  /** 0 or 1: what it asks for was seen to. */
  done: number;
}

/** Messages that records have already are new. */
export async function createMessages(
  db: Kysely<unknown>,
  { engine, integer, text }: ColumnTypes,
): Promise<void> {
  const table = db.schema
    .createTable('voicemail_message')
    .addColumn('started_at', integer, (column) => column.notNull())
    .addColumn('call_id', text, (column) => column.notNull())
    .addColumn('tenant_id', text, (column) => column.notNull())
    .addColumn('box', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('done', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('voicemail_message_pk', ['started_at', 'call_id']);
  await (engine === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table).execute();
  const index = (name: string, ...columns: string[]) =>
    db.schema.createIndex(name).on('voicemail_message').columns(columns).execute();
  await index('voicemail_message_of_box', 'tenant_id', 'box', 'state', 'started_at');
  await index('voicemail_message_of_call', 'tenant_id', 'call_id');
  const [box, deletedAt] =
    engine === 'sqlite'
      ? [sql`record ->> '$.voicemail.box'`, sql`record ->> '$.voicemail.deletedAt'`]
      : [sql`record -> 'voicemail' ->> 'box'`, sql`record -> 'voicemail' ->> 'deletedAt'`];
  await sql`insert into voicemail_message (started_at, call_id, tenant_id, box, state, done)
    select started_at, call_id, tenant_id, ${box}, case when ${deletedAt} is null then 'new' else 'deleted' end, 0
    from cdr where cast(record as text) like '%"voicemail":{%' and ${box} is not null`.execute(db);
}
