import { type Kysely, sql, type Transaction } from 'kysely';
import { appendFacts } from '../event-repository.ts';
import type { Fact } from '../events.ts';
import { HoldRepository } from '../hold-repository.ts';
import { AFTER_ALL, BEFORE_ALL, type Month, monthNamed, monthOf } from '../month.ts';
import { PersonNumber } from '../person-number.ts';
import type { Tables } from '../schema.ts';
import type { IsOver, RemovedMonth } from '../store-months.ts';
import type { Hold } from '../upkeep.ts';
import {
  EVENTS,
  existing,
  LOCK_MONTHS,
  type MonthlyTable,
  partOf,
  TABLES_OF_CALLS,
} from './monthly-tables.ts';
import { runOn } from './run-on.ts';

/** SQLSTATE lock_not_available, deadlock_detected: others are at work. */
const BUSY: readonly unknown[] = ['55P03', '40P01'];
/** Who waits for a table to himself keeps all others waiting: not long, but again, for longer than any query lasts. */
const LOCK_MS = 100;
const TRIES = 20;
const PAUSE_S = 0.6;
/** Tables of calls without months. */
const WHOLE_TABLES = ['missed_call', 'voicemail_message', 'missed_call_work', 'call_note'] as const;
/** Of these the rows of so much time are deleted in one step. */
const BITE_MS = 6 * 3_600_000;

/** What is removed together. */
interface Kind {
  /** The first says whose rows a month has. */
  readonly tables: readonly MonthlyTable[];
  /** What is counted of its rows. */
  readonly count: string;
}

const CALLS: Kind = { tables: TABLES_OF_CALLS, count: 'count(*)' };
const EVENTS_ONLY: Kind = { tables: [EVENTS], count: 'sum(events)::bigint' };

/** Removes whole months. */
export class MonthRemoval {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  /** `nodeId`: the process that works. */
  constructor(db: Kysely<Tables>, nodeId: string) {
    this.#db = db;
    this.#nodeId = nodeId;
  }

  async calls(isOver: IsOver, at: number): Promise<readonly RemovedMonth[]> {
    const holds = await new HoldRepository(this.#db).all();
    const removed = await this.#remove(CALLS, at, isOver, {
      isHeld: (tenants, month) => this.#isHeld(holds, tenants, month),
      tell: (transaction, month, tenants) => this.#tell(transaction, month, tenants, at),
    });
    for (const table of WHOLE_TABLES) await this.#removeOrphans(table);
    return removed;
  }

  events(isOver: IsOver, at: number): Promise<readonly RemovedMonth[]> {
    return this.#remove(EVENTS_ONLY, at, isOver, { isHeld: async () => false, tell: async () => {} });
  }

  async #remove(
    kind: Kind,
    at: number,
    isOver: IsOver,
    {
      isHeld,
      tell,
    }: {
      readonly isHeld: (tenants: readonly string[], month: Month) => Promise<boolean>;
      readonly tell: (
        transaction: Transaction<Tables>,
        month: Month,
        tenants: readonly string[],
      ) => Promise<void>;
    },
  ): Promise<readonly RemovedMonth[]> {
    const removed: RemovedMonth[] = [];
    const past = monthOf(at).from ?? 0;
    for (const month of await this.#months(kind.tables)) {
      if (month.to! > past) break;
      const tenants = await this.#tenantsIn(kind, month);
      if (!tenants.every((tenantId) => isOver(tenantId, month)) || (await isHeld(tenants, month))) continue;
      const counts = await this.#drop(kind, month, tenants, tell);
      if (counts && counts.size > 0) removed.push({ month, counts });
    }
    return removed;
  }

  /** Months of whatever table, the oldest first; not what comes before and after all. */
  async #months(tables: readonly MonthlyTable[]): Promise<readonly Month[]> {
    const months = new Map<string, Month>();
    for (const { name } of tables) {
      const parts = await sql<{ part: string }>`select relname as part from pg_inherits
        join pg_class on pg_class.oid = inhrelid where inhparent = ${name}::regclass`.execute(this.#db);
      for (const { part } of parts.rows) {
        const month = monthNamed(part.slice(name.length + 1));
        if (month) months.set(month.name, month);
      }
    }
    return [...months.values()].sort((one, other) => one.from! - other.from!);
  }

  /** From one name to the next: a month has millions of rows and few companies. */
  async #tenantsIn({ tables }: Kind, month: Month): Promise<readonly string[]> {
    const [part] = await this.#partsOf(this.#db, tables.slice(0, 1), month);
    if (part === undefined) return [];
    const rows = sql.table(part);
    const { rows: found } = await sql<{ name: string }>`with recursive tenants as (
        select min(tenant_id) as name from ${rows}
        union all
        select (select min(tenant_id) from ${rows} where tenant_id > name) from tenants where name is not null
      ) select name from tenants where name is not null`.execute(this.#db);
    return found.map(({ name }) => name);
  }

  /** In the order of the tables. */
  async #partsOf(
    db: Kysely<Tables>,
    tables: readonly MonthlyTable[],
    month: Month,
  ): Promise<readonly string[]> {
    const parts = tables.map((table) => partOf(table, month));
    const there = await existing(runOn(db), parts);
    return parts.filter((part) => there.has(part));
  }

  /** A hold by number counts also where its digits stand within a longer one: such a month goes row by row. */
  async #isHeld(holds: readonly Hold[], tenants: readonly string[], month: Month): Promise<boolean> {
    for (const hold of holds.filter(({ tenantId }) => tenants.includes(tenantId))) {
      const { tenantId, callId, number } = hold;
      const from = Math.max(hold.from ?? 0, month.from!);
      const to = Math.min(hold.to ?? Number.POSITIVE_INFINITY, month.to!);
      const core = number === undefined ? undefined : PersonNumber.parse(number)?.core;
      let calls = this.#db.selectFrom('cdr').select('call_id').where('tenant_id', '=', tenantId).limit(1);
      calls = calls.where('started_at', '>=', from).where('started_at', '<', to);
      if (callId !== undefined) calls = calls.where('call_id', '=', callId);
      if (core !== undefined) calls = calls.where(sql<boolean>`cast(record as text) like ${`%${core}%`}`);
      if ((await calls.execute()).length > 0) return true;
    }
    return false;
  }

  /** Undefined: others used the tables each time, or rows came of a company that was not asked. */
  async #drop(
    kind: Kind,
    month: Month,
    tenants: readonly string[],
    tell: (transaction: Transaction<Tables>, month: Month, tenants: readonly string[]) => Promise<void>,
  ): Promise<ReadonlyMap<string, number> | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        return await this.#db.transaction().execute(async (transaction) => {
          const counts = await this.#counted(transaction, kind, month);
          if (![...counts.keys()].every((tenantId) => tenants.includes(tenantId))) return undefined;
          // The streams before the calls, as the journal does.
          await tell(transaction, month, [...counts.keys()].sort());
          await this.#dropParts(transaction, kind.tables, month);
          return counts;
        });
      } catch (error) {
        if (!BUSY.includes((error as { code?: string }).code)) throw error;
        await sql`select pg_sleep(${PAUSE_S})`.execute(this.#db);
      }
    }
    return undefined;
  }

  /** Rows by company, to which none comes until the transaction ends. */
  async #counted(
    transaction: Transaction<Tables>,
    { tables, count }: Kind,
    month: Month,
  ): Promise<ReadonlyMap<string, number>> {
    const run = runOn(transaction);
    await run(`set local lock_timeout = ${LOCK_MS}`);
    await run(LOCK_MONTHS);
    const parts = await this.#partsOf(transaction, tables, month);
    if (parts.length === 0) return new Map();
    await run(`lock table ${parts.join(', ')} in share mode`);
    if (parts[0] !== partOf(tables[0]!, month)) return new Map();
    const { rows } = await run(`select tenant_id, ${count} as n from ${parts[0]} group by tenant_id`);
    return new Map(rows.map(({ tenant_id, n }) => [String(tenant_id), Number(n)]));
  }

  async #dropParts(
    transaction: Transaction<Tables>,
    tables: readonly MonthlyTable[],
    month: Month,
  ): Promise<void> {
    const run = runOn(transaction);
    const parts = await this.#partsOf(transaction, tables, month);
    if (parts.length === 0) return;
    await run(`lock table ${tables.map(({ name }) => name).join(', ')} in access exclusive mode`);
    await run(`drop table ${parts.join(', ')}`);
  }

  async #tell(
    transaction: Transaction<Tables>,
    { from, to }: Month,
    tenants: readonly string[],
    at: number,
  ): Promise<void> {
    const removed = tenants.map((tenantId): Fact => {
      return { type: 'monthRemoved', tenantId, at, from: from!, to: to! };
    });
    await appendFacts(transaction, this.#nodeId, removed);
  }

  /** Those whose month is gone, also before a crash: their table has no months. */
  async #removeOrphans(table: (typeof WHOLE_TABLES)[number]): Promise<void> {
    let from = BEFORE_ALL.to!;
    for (const month of [...(await this.#months(TABLES_OF_CALLS.slice(0, 1))), AFTER_ALL]) {
      if (month.from! > from) await this.#removeOrphansBetween(table, from, month.from!);
      from = month.to ?? from;
    }
  }

  async #removeOrphansBetween(table: string, from: number, to: number): Promise<void> {
    for (let after = from; ; ) {
      const first = sql<{ at: number | null }>`select min(started_at) as at from ${sql.table(table)}
        where started_at >= ${after} and started_at < ${to}`;
      const { at } = (await first.execute(this.#db)).rows[0]!;
      if (at === null) return;
      after = Math.min(to, at + BITE_MS);
      // Where somebody has made the month again, it has calls of its own.
      await sql`delete from ${sql.table(table)} as missed where started_at >= ${at} and started_at < ${after} and not exists (
        select from cdr where cdr.started_at = missed.started_at and cdr.call_id = missed.call_id
          and cdr.started_at >= ${at} and cdr.started_at < ${after})`.execute(this.#db);
    }
  }
}
