import { type Kysely, sql } from 'kysely';
import { filesOf } from './call-files.ts';
import { erasePerson } from './erase-person.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import { HoldRepository, holdCheck } from './hold-repository.ts';
import type { Tables } from './schema.ts';
import type { StoreMonths } from './store-months.ts';
import { readRecord } from './stored-record.ts';
import { TABLE_FACTS, type TableFacts } from './table-facts.ts';
import type { Erased, Erasure, HoldStore, OldCall, StoreUpkeep } from './upkeep.ts';

/** Calls looked at, or removed, in one step. */
const PAGE = 100;

/** Tables whose rows belong to a call, that of the record last: what a crash leaves behind is found again. */
const CALL_TABLES = Object.entries<TableFacts>(TABLE_FACTS)
  .filter(([name, { key }]) => name !== 'cdr' && key[0] === 'started_at' && key[1] === 'call_id')
  .map(([name]) => name)
  .concat('cdr');

/** The upkeep of a database. */
export class UpkeepRepository implements StoreUpkeep {
  readonly holds: HoldStore;
  readonly months: StoreMonths | undefined;
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  /** `nodeId`: the process that works. */
  constructor(db: Kysely<Tables>, nodeId: string, months: StoreMonths | undefined) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.months = months;
    this.holds = new HoldRepository(db);
  }

  async *callsBefore(tenantId: string, before: number, from?: number): AsyncGenerator<readonly OldCall[]> {
    const isHeld = holdCheck(await this.holds.all(tenantId));
    let after = from === undefined ? sql<boolean>`true` : sql<boolean>`started_at >= ${from}`;
    for (;;) {
      const rows = await this.#db
        .selectFrom('cdr')
        .select(['tenant_id', 'started_at', 'call_id', 'node_id', 'record'])
        .where('tenant_id', '=', tenantId)
        .where('started_at', '<', before)
        .where(after)
        .orderBy('started_at')
        .orderBy('call_id')
        .limit(PAGE)
        .execute();
      if (rows.length > 0) {
        yield rows.map((row) => ({
          startedAt: row.started_at,
          callId: row.call_id,
          nodeId: row.node_id,
          record: readRecord(row.record),
          isHeld: isHeld(row),
        }));
      }
      if (rows.length < PAGE) return;
      const { started_at, call_id } = rows.at(-1)!;
      // Of a pair PostgreSQL does not see which months it is in.
      after = sql<boolean>`(started_at, call_id) > (${started_at}, ${call_id}) and started_at >= ${started_at}`;
    }
  }

  async removeCalls(
    tenantId: string,
    calls: readonly Pick<OldCall, 'startedAt' | 'callId'>[],
    at: number,
  ): Promise<void> {
    if (calls.length === 0) return;
    const each = calls.map(
      ({ startedAt, callId }) => sql`(started_at = ${startedAt} and call_id = ${callId})`,
    );
    const theirs = sql.join(each, sql` or `);
    await this.#db.transaction().execute(async (transaction) => {
      const removed = calls.map(({ startedAt, callId }): Fact => {
        return { type: 'removed', tenantId, at, callId, startedAt };
      });
      await appendFacts(transaction, this.#nodeId, removed);
      for (const table of CALL_TABLES) {
        await sql`delete from ${sql.table(table)} where tenant_id = ${tenantId} and (${theirs})`.execute(
          transaction,
        );
      }
    });
  }

  async heldFiles(files: ReadonlySet<string>, from: number, to: number): Promise<ReadonlySet<string>> {
    const holds = await this.holds.all();
    const held = new Set<string>();
    if (holds.length === 0) return held;
    const isHeld = holdCheck(holds);
    let after = sql<boolean>`true`;
    for (;;) {
      const rows = await this.#db
        .selectFrom('cdr')
        .select(['tenant_id', 'started_at', 'call_id', 'record'])
        .where('started_at', '>=', from)
        .where('started_at', '<', to)
        .where(after)
        .orderBy('started_at')
        .orderBy('call_id')
        .limit(PAGE)
        .execute();
      for (const row of rows.filter(isHeld)) {
        for (const file of filesOf(readRecord(row.record))) if (files.has(file)) held.add(file);
      }
      if (rows.length < PAGE) return held;
      const { started_at, call_id } = rows.at(-1)!;
      after = sql<boolean>`(started_at, call_id) > (${started_at}, ${call_id})`;
    }
  }

  async erase(erasure: Erasure): Promise<Erased> {
    return await erasePerson(this.#db, this.#nodeId, erasure, await this.holds.all(erasure.tenantId));
  }
}
