import { type Kysely, sql, type Transaction } from 'kysely';
import { TypedEvents } from '../shared/events.ts';
import type { EventStore, Fact, StreamEvent, StreamGrowth, ToldFact } from './events.ts';
import { factsOf, ROW_LAYOUT, rowsOf } from './journal/event-rows.ts';
import type { Tables } from './schema.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Rows read at once: one may hold thousands of events. */
const PAGE = 20;
/** Rows dropped at once: other writers come in between. */
const DROPPED_ROWS = 500;
/** Numbers that a restore skips: more than a company can have given since the backup. */
const SKIPPED = 1_000_000;

/** An event, and the process that told it. */
export interface ToldEvent {
  readonly nodeId: string;
  readonly event: StreamEvent;
}

/** Event streams in a database. */
export class EventRepository implements EventStore {
  readonly growth: TypedEvents<StreamGrowth>;
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;
  readonly #reads: TenantReads;
  /** Of rows that were read. */
  readonly #layouts = new Map<string, string>();

  /** `nodeId`: the process that tells of long work. */
  constructor(
    db: Kysely<Tables>,
    nodeId = '',
    reads = directly(db),
    growth = new TypedEvents<StreamGrowth>(),
  ) {
    this.growth = growth;
    this.#db = db;
    this.#nodeId = nodeId;
    this.#reads = reads;
  }

  async read(tenantId: string, afterSeq: number, limit: number): Promise<readonly StreamEvent[]> {
    return (await this.readTold(tenantId, afterSeq, limit)).map(({ event }) => event);
  }

  /** The same, each with the process that told it. */
  readTold(tenantId: string, afterSeq: number, limit: number): Promise<readonly ToldEvent[]> {
    return this.#reads(tenantId, (db) => this.#read(db, tenantId, afterSeq, limit));
  }

  async head(tenantId: string): Promise<number> {
    const head = await this.#reads(tenantId, (db) =>
      db.selectFrom('event_head').select('seq').where('tenant_id', '=', tenantId).executeTakeFirst(),
    );
    return head?.seq ?? 0;
  }

  async #read(
    db: Kysely<Tables>,
    tenantId: string,
    afterSeq: number,
    limit: number,
  ): Promise<readonly ToldEvent[]> {
    const found: ToldEvent[] = [];
    // The row that holds the first one began at its number or before.
    const before = db
      .selectFrom('event_batch')
      .select(({ fn }) => fn.max('first_seq').as('first_seq'))
      .where('tenant_id', '=', tenantId)
      .where('first_seq', '<=', afterSeq + 1);
    let from: number | undefined;
    while (found.length < limit) {
      const rows = await db
        .selectFrom('event_batch')
        .select(['first_seq', 'events', 'node_id', 'layout', 'body'])
        .where('tenant_id', '=', tenantId)
        .where('first_seq', '>=', from ?? sql<number>`coalesce((${before}), 0)`)
        .orderBy('first_seq')
        .limit(PAGE)
        .execute();
      for (const { first_seq, node_id: nodeId, layout, body } of rows) {
        const facts = factsOf(tenantId, body, await this.#typesOf(db, layout));
        found.push(...facts.map((fact, index) => ({ nodeId, event: { ...fact, seq: first_seq + index } })));
      }
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) break;
      from = last.first_seq + last.events;
    }
    return found.filter(({ event }) => event.seq > afterSeq).slice(0, limit);
  }

  async tell(fact: ToldFact): Promise<void> {
    await this.#db.transaction().execute((transaction) => appendFacts(transaction, this.#nodeId, [fact]));
  }

  async drop(tenantId: string, before: number): Promise<number> {
    let dropped = 0;
    for (let after = 0; ; ) {
      const rows = await this.#db
        .selectFrom('event_batch')
        .select(['first_seq', 'events', 'to_at'])
        .where('tenant_id', '=', tenantId)
        .where('first_seq', '>', after)
        .orderBy('first_seq')
        .limit(DROPPED_ROWS)
        .execute();
      const old = rows.filter(({ to_at }) => to_at < before);
      // They come by age: a page without an old one is behind them all.
      if (old.length === 0) return dropped;
      const numbers = old.map(({ first_seq }) => first_seq);
      const those = this.#db.deleteFrom('event_batch').where('tenant_id', '=', tenantId);
      await those.where('first_seq', 'in', numbers).execute();
      dropped += old.reduce((sum, { events }) => sum + events, 0);
      after = rows.at(-1)!.first_seq;
    }
  }

  async #typesOf(db: Kysely<Tables>, id: string): Promise<string> {
    const known = this.#layouts.get(id);
    if (known !== undefined) return known;
    const row = db.selectFrom('event_layout').select('types').where('id', '=', id);
    const { types } = await row.executeTakeFirstOrThrow();
    this.#layouts.set(id, types);
    return types;
  }
}

/** Writes facts into the streams of their companies, in the transaction of what makes them true. */
export async function appendFacts(
  transaction: Transaction<Tables>,
  nodeId: string,
  facts: readonly Fact[],
): Promise<void> {
  for (const { tenantId, events, fromAt, toAt, body } of rowsOf(facts)) {
    const { seq } = await transaction
      .insertInto('event_head')
      .values({ tenant_id: tenantId, seq: events })
      .onConflict((conflict) =>
        conflict.column('tenant_id').doUpdateSet({ seq: sql`event_head.seq + excluded.seq` }),
      )
      .returning('seq')
      .executeTakeFirstOrThrow();
    const batch = { tenant_id: tenantId, first_seq: seq - events + 1, events, node_id: nodeId, batch: null };
    await transaction
      .insertInto('event_batch')
      .values({ ...batch, from_at: fromAt, to_at: toAt, layout: ROW_LAYOUT.id, body })
      .execute();
  }
}

/** The last number of each company's stream. */
export async function headsOf(db: Kysely<Tables>): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('event_head').selectAll().execute();
  return new Map(rows.map(({ tenant_id, seq }) => [tenant_id, seq]));
}

/**
 * Skips a million numbers of each company, and says so in its stream: a reader may have seen events under the ones that come
 * after the backup that was brought back. `replaced`: heads of the tables that it replaces. In the transaction of the restore.
 */
export async function skipNumbers(
  transaction: Transaction<Tables>,
  replaced: ReadonlyMap<string, number>,
  { nodeId, at }: { readonly nodeId: string; readonly at: number },
): Promise<void> {
  const heads = await headsOf(transaction);
  const tenants = new Set([...heads.keys(), ...replaced.keys()]);
  for (const tenantId of [...tenants].sort()) {
    const last = heads.get(tenantId) ?? 0;
    const seq = Math.max(last, replaced.get(tenantId) ?? 0) + SKIPPED;
    await transaction
      .insertInto('event_head')
      .values({ tenant_id: tenantId, seq })
      .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ seq }))
      .execute();
    const skipped = { from: last + 1, to: seq };
    await appendFacts(transaction, nodeId, [{ type: 'restored', tenantId, at, ...skipped }]);
  }
}
