import { type Kysely, type Selectable, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import type { Job, JobPage, JobState, JobStore } from '../job/job-store.ts';
import type { Scope } from '../shared/scope.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact, StoreFacts } from './events.ts';
import type { JobTable } from './job-table.ts';
import type { Tables } from './schema.ts';
import { storableJson, storableText } from './storable.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

const OPEN_STATES: readonly JobState[] = ['waiting', 'running'];

/** Long work, in a database. Each job is worked at by one node. */
export class JobRepository implements JobStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, nodeId = '', reads = directly(db)) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.#reads = reads;
  }

  async add(job: Job): Promise<void> {
    const { id, tenantId, kind, by, startedAt } = job;
    const first = { id, tenant_id: tenantId, node_id: this.#nodeId, kind, by: storableText(by) };
    await this.#db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, this.#nodeId, [jobFact(job, 'begin', startedAt)]);
      const row = { ...first, started_at: startedAt, ...changing(job) };
      await transaction.insertInto('job').values(row).execute();
    });
  }

  async put(job: Job, at: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await appendFacts(transaction, this.#nodeId, [jobFact(job, DID[job.state], at)]);
      await transaction.updateTable('job').set(changing(job)).where('id', '=', job.id).execute();
    });
  }

  async find({ tenantId }: Scope, id: string): Promise<Job | undefined> {
    const rows = await this.#read(tenantId, (db) => db.selectFrom('job').selectAll().where('id', '=', id));
    return rows[0] && jobOf(rows[0]);
  }

  async list({ tenantId }: Scope, { limit, after, state, kind }: JobPage): Promise<readonly Job[]> {
    const rows = await this.#read(tenantId, (db) => {
      let page = db.selectFrom('job').selectAll();
      if (state !== undefined) page = page.where('state', '=', state);
      if (kind !== undefined) page = page.where('kind', '=', kind);
      if (after) page = page.where(sql<boolean>`(started_at, id) < (${after.startedAt}, ${after.id})`);
      return page.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit);
    });
    return rows.map(jobOf);
  }

  async interrupt({ own }: { readonly own: boolean }, at: number): Promise<number> {
    return await this.#db.transaction().execute(async (transaction) => {
      const open = transaction.selectFrom('job').selectAll().where('state', 'in', OPEN_STATES);
      const leases = transaction.selectFrom('node').select('node_id');
      const isOwn = sql<boolean>`node_id = ${this.#nodeId}`;
      const rows = await open
        .where(({ or, and, not, eb }) => {
          const isGone = and([not(isOwn), eb('node_id', 'not in', leases)]);
          return own ? or([isOwn, isGone]) : isGone;
        })
        .orderBy('tenant_id')
        .execute();
      for (const row of rows) await this.#interrupt(transaction, jobOf(row), at);
      return rows.length;
    });
  }

  async drop(before: number): Promise<number> {
    const old = this.#db.deleteFrom('job').where('ended_at', '<', before);
    const { numDeletedRows } = await old.executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #interrupt(transaction: Transaction<Tables>, job: Job, at: number): Promise<void> {
    const over: Job = { ...job, state: 'interrupted', endedAt: at };
    await appendFacts(transaction, this.#nodeId, [jobFact(over, 'interrupt', at)]);
    await transaction.updateTable('job').set(changing(over)).where('id', '=', job.id).execute();
  }

  #read(tenantId: string | undefined, query: (db: Kysely<Tables>) => JobQuery) {
    if (tenantId === undefined) return query(this.#db).execute();
    return this.#reads(tenantId, (db) => query(db).where('tenant_id', '=', tenantId).execute());
  }
}

type JobQuery = SelectQueryBuilder<Tables, 'job', Selectable<JobTable>>;

/** What the stream is told of a state that a job has come to. */
export const DID: Readonly<Record<JobState, StoreFacts['job']['did']>> = {
  waiting: 'begin',
  running: 'progress',
  done: 'end',
  failed: 'fail',
  cancelled: 'cancel',
  interrupted: 'interrupt',
};

/** What a company's stream is told of a job. */
export function jobFact(job: Job, did: StoreFacts['job']['did'], at: number): Fact {
  const { id, tenantId, kind, by, done, total, result, error } = job;
  const outcome = error === undefined ? result : { error };
  return { type: 'job', tenantId, at, job: id, kind, did, by, done, total, outcome };
}

function changing({ state, done, total, endedAt, result, error, file }: Job) {
  return {
    state,
    done,
    total: total ?? null,
    ended_at: endedAt ?? null,
    result: result === undefined ? null : storableJson(JSON.stringify(result)),
    file: file ? storableJson(JSON.stringify(file)) : null,
    error: error === undefined ? null : storableText(error),
  };
}

function jobOf(row: Selectable<JobTable>): Job {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.kind,
    by: row.by,
    state: row.state as JobState,
    done: row.done,
    total: row.total ?? undefined,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    result: row.result === null ? undefined : JSON.parse(row.result),
    error: row.error ?? undefined,
    file: row.file === null ? undefined : JSON.parse(row.file),
  };
}
