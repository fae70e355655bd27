import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CallOutcome } from '../cdr/cdr.ts';
import {
  type MissedCall,
  type MissedCallStore,
  type MissedEnding,
  type MissedFilter,
  type MissedPlace,
  type MissedState,
  type MissedWork,
  NO_WORK,
  TIMES_LIMIT,
} from '../cdr/missed-call-store.ts';
import type { Scope } from '../shared/scope.ts';
import { oneOf } from './cdr-conditions.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import type { MissedCallWorkTable } from './missed-call-table.ts';
import type { MissedCallTable, Tables } from './schema.ts';
import { storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

type Columns = Omit<MissedCallTable, 'ended_at'> & {
  readonly [Name in 'assignee' | 'done_at' | 'done_by' | 'how' | 'note' | 'revision']:
    | MissedCallWorkTable[Name]
    | null;
} & { readonly area: string | null; readonly closing: string | null; readonly times: number };

/** He has called in vain since. */
const HAS_LATER = sql`exists (select 1 from missed_call as later
  where later.tenant_id = missed.tenant_id and later.caller = missed.caller
    and later.started_at >= missed.started_at
    and (later.started_at > missed.started_at or later.call_id > missed.call_id))`;

const IS_IN: Readonly<Record<MissedState, RawBuilder<unknown>>> = {
  open: sql`(closed_at is null and done_at is null and assignee is null)`,
  assigned: sql`(closed_at is null and done_at is null and assignee is not null)`,
  done: sql`(closed_at is not null or done_at is not null)`,
};

/** Missed calls, in a database. */
export class MissedCallRepository implements MissedCallStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, nodeId: string, reads = directly(db)) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.#reads = reads;
  }

  list(
    { from, to, states, queue, assignee }: MissedFilter,
    scope: Scope,
    limit: number,
    after?: MissedPlace,
  ): Promise<readonly MissedCall[]> {
    const inState = sql.join(
      states.map((state) => IS_IN[state]),
      sql` or `,
    );
    const all = [sql`missed.started_at >= ${from}`, sql`not ${HAS_LATER}`, sql`(${inState})`];
    if (to !== undefined) all.push(sql`missed.started_at < ${to}`);
    if (queue !== undefined) all.push(sql`missed.queue = ${queue}`);
    if (assignee !== undefined) all.push(sql`assignee = ${assignee}`);
    if (after) {
      const { startedAt, callId } = after;
      all.push(sql`missed.started_at <= ${startedAt}`);
      all.push(sql`(missed.started_at < ${startedAt} or missed.call_id < ${callId})`);
    }
    return this.#find(scope, all, from, limit);
  }

  async get(callId: string, scope: Scope): Promise<MissedCall | undefined> {
    const [missed] = await this.#find(scope, [sql`missed.call_id = ${callId}`], 0, 1);
    return missed;
  }

  async change(
    { startedAt, callId, tenantId }: Parameters<MissedCallStore['change']>[0],
    by: string,
    at: number,
    decide: (before: MissedWork) => Omit<MissedWork, 'revision'>,
  ): Promise<MissedWork> {
    for (;;) {
      const row = await this.#db
        .selectFrom('missed_call_work')
        .selectAll()
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      const before = row ? workOf(row) : NO_WORK;
      const work = { ...decide(before), revision: before.revision + 1 };
      const fact = missedFact({ startedAt, callId, tenantId }, work, by, at);
      if (await this.#write({ started_at: startedAt, call_id: callId, tenant_id: tenantId }, work, fact))
        return work;
    }
  }

  /** False: somebody else was first. */
  async #write(
    key: Pick<MissedCallWorkTable, 'started_at' | 'call_id' | 'tenant_id'>,
    { assignee, done, note, revision }: MissedWork,
    fact: Fact,
  ): Promise<boolean> {
    const values = {
      assignee: assignee ?? null,
      done_at: done?.at ?? null,
      done_by: done ? storableText(done.by) : null,
      how: done?.how ?? null,
      note: storableText(note),
      revision,
    };
    try {
      await this.#db.transaction().execute(async (transaction) => {
        await appendFacts(transaction, this.#nodeId, [fact]);
        const written =
          revision === 1
            ? await transaction
                .insertInto('missed_call_work')
                .values({ ...key, ...values })
                .onConflict((conflict) => conflict.doNothing())
                .executeTakeFirst()
            : await transaction
                .updateTable('missed_call_work')
                .set(values)
                .where('started_at', '=', key.started_at)
                .where('call_id', '=', key.call_id)
                .where('revision', '=', revision - 1)
                .executeTakeFirst();
        const rows = 'numUpdatedRows' in written ? written.numUpdatedRows : written.numInsertedOrUpdatedRows;
        if (rows !== 1n) throw new ChangedMeanwhile();
      });
      return true;
    } catch (error) {
      if (error instanceof ChangedMeanwhile) return false;
      throw error;
    }
  }

  async #find(
    { tenantId, reached }: Scope,
    conditions: readonly RawBuilder<unknown>[],
    from: number,
    limit: number,
  ): Promise<readonly MissedCall[]> {
    const all = [...conditions];
    if (tenantId !== undefined) all.push(sql`missed.tenant_id = ${tenantId}`);
    if (reached) {
      const ofThem = oneOf(reached.agents);
      all.push(sql`(assignee in ${ofThem} or exists (select 1 from call_target as part
        where part.started_at = missed.started_at and part.call_id = missed.call_id and part.kind = 'agent'
          and part.target in ${ofThem}))`);
    }
    const query = sql<Columns>`select missed.*, assignee, done_at, done_by, how, note, revision,
        (select area from cdr where cdr.started_at = missed.started_at and cdr.call_id = missed.call_id) as area,
        (select direction from cdr where cdr.call_id = missed.closed_by limit 1) as closing,
        (select count(*) from (select 1 from missed_call as other where other.tenant_id = missed.tenant_id
          and other.caller = missed.caller and other.started_at >= ${from} and other.started_at <= missed.started_at
          limit ${sql.lit(TIMES_LIMIT)}) as others) as times
      from missed_call as missed left join missed_call_work as work
        on work.started_at = missed.started_at and work.call_id = missed.call_id
      where ${sql.join(all, sql` and `)}
      order by missed.started_at desc, missed.call_id desc limit ${limit}`;
    const read = async (db: Kysely<Tables>) => (await query.execute(db)).rows;
    const rows = await (tenantId === undefined ? read(this.#db) : this.#reads(tenantId, read));
    return rows.map(missedOf);
  }
}

/** Takes a transaction back. */
class ChangedMeanwhile extends Error {}

/** What a company's stream is told of it. */
export function missedFact(
  { startedAt, callId, tenantId }: Parameters<MissedCallStore['change']>[0],
  { assignee, done }: MissedWork,
  by: string,
  at: number,
): Fact {
  return { type: 'missedCall', tenantId, at, callId, startedAt, assignee, ending: done?.how, by };
}

function missedOf(row: Columns): MissedCall {
  const { started_at: startedAt, call_id: callId, tenant_id: tenantId, caller, called, outcome } = row;
  const { area, hotline, queue, wait_ms: waitMs, times, closed_at, closed_by, closing } = row;
  return {
    ...{ startedAt, callId, tenantId, caller, called, outcome: outcome as CallOutcome, waitMs },
    area: area ?? undefined,
    hotline: hotline ?? undefined,
    queue: queue ?? undefined,
    times: Number(times),
    talked:
      closed_at === null
        ? undefined
        : { at: closed_at, callId: closed_by ?? '', isInbound: closing === 'inbound' },
    work: row.revision === null ? NO_WORK : workOf(row as MissedCallWorkTable),
  };
}

type Work = Pick<MissedCallWorkTable, 'assignee' | 'done_at' | 'done_by' | 'how' | 'note' | 'revision'>;

function workOf({ assignee, done_at, done_by, how, note, revision }: Work): MissedWork {
  const done = done_at === null ? undefined : { at: done_at, by: done_by ?? '', how: how as MissedEnding };
  return { assignee: assignee ?? undefined, done, note, revision };
}
