import type { Kysely, Selectable, Transaction } from 'kysely';
import type { CallComment, CallNoteStore, CallPlace } from '../cdr/call-note-store.ts';
import type { Cdr } from '../cdr/cdr.ts';
import { type Noted, withNoted } from '../cdr/noted.ts';
import type { Scope } from '../shared/scope.ts';
import type { CallNoteTable } from './call-note-table.ts';
import { changeRecord } from './change-record.ts';
import type { Tables } from './schema.ts';
import { storableText } from './storable.ts';
import { readRecord } from './stored-record.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** What is written beside the record, in the same transaction. */
type Beside = (transaction: Transaction<Tables>) => Promise<void>;

/** What is said of calls that are over, in a database. */
export class CallNoteRepository implements CallNoteStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, nodeId: string, reads = directly(db)) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.#reads = reads;
  }

  say(call: CallPlace, at: number, decide: (cdr: Cdr) => Noted): Promise<Cdr | undefined> {
    return this.#change(call, at, decide);
  }

  async comment(comment: CallComment): Promise<boolean> {
    const { by, at } = comment;
    const add: Beside = async (transaction) => {
      await transaction.insertInto('call_note').values(rowOf(comment)).execute();
    };
    return (await this.#change(comment, at, () => factOf(comment, 'comment', by), add)) !== undefined;
  }

  async uncomment(comment: CallComment, at: number, by: string): Promise<boolean> {
    const { startedAt, callId, id } = comment;
    const remove: Beside = async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('call_note')
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw new Gone();
    };
    try {
      const noted = () => factOf(comment, 'uncomment', by);
      return (await this.#change(comment, at, noted, remove)) !== undefined;
    } catch (error) {
      if (error instanceof Gone) return false;
      throw error;
    }
  }

  async comments({ tenantId }: Scope, { startedAt, callId }: CallPlace): Promise<readonly CallComment[]> {
    const read = (db: Kysely<Tables>) => {
      let rows = db.selectFrom('call_note').selectAll().where('started_at', '=', startedAt);
      rows = rows.where('call_id', '=', callId);
      if (tenantId !== undefined) rows = rows.where('tenant_id', '=', tenantId);
      return rows.orderBy('at').orderBy('id').execute();
    };
    const rows = await (tenantId === undefined ? read(this.#db) : this.#reads(tenantId, read));
    return rows.map(commentOf);
  }

  async #change(
    { startedAt, callId }: CallPlace,
    at: number,
    decide: (cdr: Cdr) => Noted,
    beside?: Beside,
  ): Promise<Cdr | undefined> {
    for (;;) {
      const row = await this.#db
        .selectFrom('cdr')
        .select(['started_at', 'call_id', 'record'])
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      if (!row) return undefined;
      const cdr = readRecord(row.record);
      const noted = decide(cdr);
      const changed = withNoted(cdr, noted, at);
      const fact = { type: 'noted', tenantId: cdr.tenantId, at, ...noted } as const;
      if (await changeRecord(this.#db, this.#nodeId, row, changed, [fact], beside)) return changed;
    }
  }
}

/** The comment went meanwhile. */
class Gone extends Error {}

/** What a company's stream is told of a comment: not its words. */
export function factOf({ callId, startedAt }: CallComment, did: 'comment' | 'uncomment', by: string): Noted {
  return { callId, startedAt, did, by, disposition: undefined, resolved: undefined, note: undefined };
}

function rowOf({ startedAt, callId, id, tenantId, at, by, atMs, text }: CallComment): CallNoteTable {
  const place = { started_at: startedAt, call_id: callId, id, tenant_id: tenantId };
  return { ...place, at, author: storableText(by), at_ms: atMs ?? null, text: storableText(text) };
}

function commentOf(row: Selectable<CallNoteTable>): CallComment {
  const { started_at: startedAt, call_id: callId, id, tenant_id: tenantId, at, author, at_ms, text } = row;
  return { id, tenantId, callId, startedAt, at, by: author, atMs: at_ms ?? undefined, text };
}
