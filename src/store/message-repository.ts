import { type Kysely, sql } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import { NOT_HANDLED } from '../cdr/message-state.ts';
import type { Scope } from '../shared/scope.ts';
import type { MessageCounts, MessageFilter, MessagePlace, MessageStore } from '../voicemail/message-store.ts';
import { changeRecord } from './change-record.ts';
import { messageFact, withHandling } from './changed-files.ts';
import type { Tables } from './schema.ts';
import { readRecord } from './stored-record.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Messages, in a database. */
export class MessageRepository implements MessageStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;
  readonly #reads: TenantReads;

  /** `nodeId`: the process that changes them. */
  constructor(db: Kysely<Tables>, nodeId: string, reads = directly(db)) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.#reads = reads;
  }

  async list(
    { boxes, states, isDone, from, to }: MessageFilter,
    scope: Scope,
    limit: number,
    after?: MessagePlace,
  ): Promise<readonly Cdr[]> {
    if (boxes?.length === 0 || states?.length === 0) return [];
    return await this.#read(scope, async (messages) => {
      let wanted = messages;
      if (boxes) wanted = wanted.where('message.box', 'in', boxes);
      if (states) wanted = wanted.where('message.state', 'in', states);
      if (isDone !== undefined) wanted = wanted.where('message.done', '=', isDone ? 1 : 0);
      if (from !== undefined) wanted = wanted.where('message.started_at', '>=', from);
      if (to !== undefined) wanted = wanted.where('message.started_at', '<', to);
      if (after)
        wanted = wanted.where(
          sql<boolean>`(message.started_at, message.call_id) < (${after.startedAt}, ${after.callId})`,
        );
      const ordered = wanted.orderBy('message.started_at', 'desc').orderBy('message.call_id', 'desc');
      return await ordered.limit(limit).execute();
    });
  }

  async get(callId: string, scope: Scope): Promise<Cdr | undefined> {
    const found = await this.#read(scope, (messages) =>
      messages.where('message.call_id', '=', callId).limit(1).execute(),
    );
    return found[0];
  }

  async count(tenantId: string, boxes: readonly string[]): Promise<MessageCounts> {
    if (boxes.length === 0) return { fresh: 0, old: 0 };
    const rows = await this.#reads(tenantId, (db) =>
      db
        .selectFrom('voicemail_message')
        .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
        .where('tenant_id', '=', tenantId)
        .where('box', 'in', boxes)
        .where('state', 'in', ['new', 'heard', 'saved'])
        .groupBy('state')
        .execute(),
    );
    const counts = { fresh: 0, old: 0 };
    for (const { state, count } of rows) counts[state === 'new' ? 'fresh' : 'old'] += Number(count);
    return counts;
  }

  async change(
    { startedAt, callId }: MessagePlace,
    edit: Parameters<MessageStore['change']>[1],
    by: string,
    at: number,
  ): Promise<Cdr | undefined> {
    for (;;) {
      const row = await this.#db
        .selectFrom('cdr')
        .select(['started_at', 'call_id', 'record'])
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      const cdr = row && readRecord(row.record);
      const edited = cdr && editedMessage(cdr, edit);
      if (!edited || edited === cdr) return edited;
      if (await changeRecord(this.#db, this.#nodeId, row, edited, [messageFact(edited, by, at)]))
        return edited;
    }
  }

  async #read(
    { tenantId }: Scope,
    find: (messages: ReturnType<typeof messagesOf>) => Promise<readonly { readonly record: string }[]>,
  ): Promise<readonly Cdr[]> {
    const rows =
      tenantId === undefined
        ? await find(messagesOf(this.#db))
        : await this.#reads(tenantId, (db) => find(messagesOf(db).where('message.tenant_id', '=', tenantId)));
    return rows.map(({ record }) => readRecord(record));
  }
}

/** With the records of their calls. */
const messagesOf = (db: Kysely<Tables>) =>
  db
    .selectFrom('voicemail_message as message')
    .innerJoin('cdr', (join) =>
      join.onRef('cdr.started_at', '=', 'message.started_at').onRef('cdr.call_id', '=', 'message.call_id'),
    )
    .select('cdr.record as record');

/** The record with its message edited, itself where nothing changes; undefined: the message is deleted, or there is none. */
export function editedMessage(cdr: Cdr, edit: Parameters<MessageStore['change']>[1]): Cdr | undefined {
  const { voicemail } = cdr;
  if (!voicemail || (voicemail.deletedAt ?? null) !== null) return undefined;
  const handling = edit(voicemail.handling ?? NOT_HANDLED);
  return handling ? { ...cdr, voicemail: withHandling(voicemail, handling) } : cdr;
}
