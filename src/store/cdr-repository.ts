import { type Kysely, sql } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import {
  type CdrPage,
  type CdrQuery,
  type CdrReader,
  type CdrTextPage,
  cursorOf,
  limitOf,
  parseCursor,
} from '../cdr/cdr-query.ts';
import type { Tables } from './schema.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Call records in a database. */
export class CdrRepository implements CdrReader {
  readonly #db: Kysely<Tables>;
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, reads = directly(db)) {
    this.#db = db;
    this.#reads = reads;
  }

  async query(query: CdrQuery): Promise<CdrPage> {
    const { records, next } = await this.queryText(query);
    return { cdrs: records.map((record) => JSON.parse(record) as Cdr), next };
  }

  async queryText(query: CdrQuery): Promise<CdrTextPage> {
    const { tenantId } = query;
    if (tenantId === undefined) return await this.#page(this.#db, query);
    return await this.#reads(tenantId, (db) => this.#page(db, query));
  }

  async #page(db: Kysely<Tables>, query: CdrQuery): Promise<CdrTextPage> {
    const limit = limitOf(query);
    let select = db.selectFrom('cdr').select(['started_at', 'call_id', 'record']);
    if (query.tenantId !== undefined) select = select.where('tenant_id', '=', query.tenantId);
    if (query.from !== undefined) select = select.where('started_at', '>=', query.from);
    if (query.to !== undefined) select = select.where('started_at', '<', query.to);
    if (query.caller !== undefined) select = select.where('caller', '=', query.caller);
    if (query.called !== undefined) select = select.where('called', '=', query.called);
    if (query.before !== undefined) {
      const { startedAt, callId } = parseCursor(query.before);
      select = select.where(sql<boolean>`(started_at, call_id) < (${startedAt}, ${callId})`);
    }
    const ordered = select.orderBy('started_at', 'desc').orderBy('call_id', 'desc');
    // One more than asked for tells whether there is a next page.
    const rows = await ordered.limit(limit + 1).execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next =
      rows.length > limit && last
        ? cursorOf({ startedAt: last.started_at, callId: last.call_id })
        : undefined;
    return { records: page.map(({ record }) => record), next };
  }
}
