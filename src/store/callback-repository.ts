import type { Kysely, Selectable, Transaction } from 'kysely';
import {
  type Callback,
  type CallbackState,
  type CallbackStore,
  type LatestCallbacks,
  OPEN_STATES,
} from '../callback/callback.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { PersonNumber } from './person-number.ts';
import type { CallbackTable, Tables } from './schema.ts';
import type { Erasure } from './upkeep.ts';

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
      .where('state', 'in', OPEN_STATES)
      .orderBy('promised_at')
      .orderBy('id')
      .execute();
    return rows.map(callbackOf);
  }

  async latest(
    tenant: string,
    limit: number,
    { before, isOpen = false }: LatestCallbacks = {},
  ): Promise<readonly Callback[]> {
    let wanted = this.#db.selectFrom('callback').selectAll().where('tenant_id', '=', tenant);
    if (isOpen) wanted = wanted.where('state', 'in', OPEN_STATES);
    if (before)
      wanted = wanted.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('promised_at', 'id'), '<', tuple(before.promisedAt, before.id)),
      );
    const rows = await wanted.orderBy('promised_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(callbackOf);
  }

  async put(callback: Callback, at: number): Promise<boolean> {
    try {
      await this.#db.transaction().execute((transaction) => this.#put(transaction, callback, at));
      return true;
    } catch (error) {
      if (error instanceof NotOurs) return false;
      throw error;
    }
  }

  /** Their nodes have no lease any more. */
  async takeOver(tenants: readonly string[]): Promise<readonly Callback[]> {
    if (tenants.length === 0) return [];
    const leases = this.#db.selectFrom('node').select('node_id');
    const rows = await this.#db
      .updateTable('callback')
      .set({ node_id: this.#nodeId })
      .where('state', 'in', OPEN_STATES)
      .where('tenant_id', 'in', tenants)
      .where('node_id', '<>', this.#nodeId)
      .where('node_id', 'not in', leases)
      .returningAll()
      .execute();
    return rows.map(callbackOf);
  }

  async drop(tenant: string, before: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('callback')
      .where('tenant_id', '=', tenant)
      .where('promised_at', '<', before)
      .where('state', 'not in', OPEN_STATES)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #put(db: Transaction<Tables>, callback: Callback, at: number): Promise<void> {
    const { id, state, tries, nextAt, result, lastCallId } = callback;
    const now = { state, tries, next_at: nextAt, result, last_call_id: lastCallId };
    await appendFacts(db, this.#nodeId, [callbackFact(callback, at)]);
    const { numInsertedOrUpdatedRows } = await db
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
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet(now)
          .where('callback.node_id', '=', this.#nodeId)
          .where('callback.state', 'in', OPEN_STATES),
      )
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new NotOurs();
  }
}

/** Takes the fact back: the promise is over, or another node's. */
class NotOurs extends Error {}

/** Open promises to a person who is erased are not kept; whichever node has one finds it over before it calls him. */
export async function withdrawErased(
  db: Kysely<Tables>,
  nodeId: string,
  { tenantId, token, now }: Pick<Erasure, 'tenantId' | 'token' | 'now'>,
  person: PersonNumber,
): Promise<void> {
  const ofCompany = db.selectFrom('callback').selectAll().where('tenant_id', '=', tenantId);
  const open = await ofCompany.where('state', 'in', OPEN_STATES).execute();
  for (const row of open) {
    if (!person.isIn(row.number)) continue;
    const withdrawn = { ...callbackOf(row), number: token, state: 'withdrawn', result: 'erased' } as const;
    await db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, nodeId, [callbackFact(withdrawn, now)]);
      const { state, result } = withdrawn;
      await transaction.updateTable('callback').set({ state, result }).where('id', '=', row.id).execute();
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
