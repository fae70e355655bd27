import type { Kysely, Selectable } from 'kysely';
import type { Callback, CallbackState, CallbackStore } from '../callback/callback.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { CallbackTable, Tables } from './schema.ts';

/** Promises to call back, in a database. Each is kept by the node whose engine made it. */
export class CallbackRepository implements CallbackStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  constructor(db: Kysely<Tables>, nodeId: string) {
    this.#db = db;
    this.#nodeId = nodeId;
  }

  async open(): Promise<readonly Callback[]> {
    const rows = await this.#db
      .selectFrom('callback')
      .selectAll()
      .where('node_id', '=', this.#nodeId)
      .where('state', 'in', ['waiting', 'calling'])
      .orderBy('promised_at')
      .orderBy('id')
      .execute();
    return rows.map(callbackOf);
  }

  async latest(tenant: string, limit: number): Promise<readonly Callback[]> {
    const rows = await this.#db
      .selectFrom('callback')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .orderBy('promised_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(callbackOf);
  }

  async put(callback: Callback, at: number): Promise<void> {
    const { id, state, tries, nextAt, result, lastCallId } = callback;
    const now = { state, tries, next_at: nextAt, result, last_call_id: lastCallId };
    await this.#db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, this.#nodeId, [callbackFact(callback, at)]);
      await transaction
        .insertInto('callback')
        .values({
          id,
          tenant_id: callback.tenant,
          node_id: this.#nodeId,
          queue: callback.queue,
          number: callback.number,
          call_id: callback.callId,
          promised_at: callback.promisedAt,
          since: callback.since,
          priority: callback.priority,
          ...now,
        })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(now))
        .execute();
    });
  }
}

/** What a company's stream is told of it. */
export function callbackFact(
  { tenant, id, queue, number, callId, lastCallId, state, tries, nextAt, result }: Callback,
  at: number,
): Fact {
  const what = { id, queue, number, callId, lastCallId, state, tries, nextAt, result };
  return { type: 'callback', tenantId: tenant, at, ...what };
}

function callbackOf(row: Selectable<CallbackTable>): Callback {
  return {
    id: row.id,
    tenant: row.tenant_id,
    queue: row.queue,
    number: row.number,
    callId: row.call_id,
    promisedAt: row.promised_at,
    since: row.since,
    priority: row.priority,
    state: row.state as CallbackState,
    tries: row.tries,
    nextAt: row.next_at,
    result: row.result,
    lastCallId: row.last_call_id,
  };
}
