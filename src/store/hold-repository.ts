import type { Kysely, Selectable } from 'kysely';
import { PersonNumber } from './person-number.ts';
import type { HoldTable, Tables } from './schema.ts';
import { storableText } from './storable.ts';
import type { Hold, HoldStore } from './upkeep.ts';

/** Holds in a database. */
export class HoldRepository implements HoldStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async all(tenantId?: string): Promise<readonly Hold[]> {
    let select = this.#db.selectFrom('hold').selectAll().orderBy('held_at').orderBy('id');
    if (tenantId !== undefined) select = select.where('tenant_id', '=', tenantId);
    return (await select.execute()).map(holdOf);
  }

  async add({ id, tenantId, reason, number, callId, from, to, at, by }: Hold): Promise<void> {
    await this.#db
      .insertInto('hold')
      .values({
        id,
        tenant_id: tenantId,
        reason: storableText(reason),
        number: number ?? null,
        call_id: callId ?? null,
        from_at: from ?? null,
        to_at: to ?? null,
        held_at: at,
        held_by: storableText(by),
      })
      .execute();
  }

  async remove(tenantId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('hold')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

function holdOf(row: Selectable<HoldTable>): Hold {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    reason: row.reason,
    number: row.number ?? undefined,
    callId: row.call_id ?? undefined,
    from: row.from_at ?? undefined,
    to: row.to_at ?? undefined,
    at: row.held_at,
    by: row.held_by,
  };
}

/** A call as a hold looks at it; `record`: its JSON. */
export interface HoldableCall {
  readonly tenant_id: string;
  readonly call_id: string;
  readonly started_at: number;
  readonly record: string;
}

/** Whether one of the holds is on a call. */
export function holdCheck(holds: readonly Hold[]): (call: HoldableCall) => boolean {
  const checks = holds.map((hold) => {
    const { tenantId, callId, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = hold;
    const number = hold.number === undefined ? undefined : PersonNumber.parse(hold.number);
    return ({ tenant_id, call_id, started_at, record }: HoldableCall) =>
      tenant_id === tenantId &&
      (callId === undefined || call_id === callId) &&
      started_at >= from &&
      started_at < to &&
      (number === undefined || number.isIn(record));
  });
  return (call) => checks.some((isOn) => isOn(call));
}
