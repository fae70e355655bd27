import type { Kysely } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import { canonicalJson, withoutNothing } from './canonical-json.ts';
import type { CallProjection, ProjectedRow } from './projections.ts';
import type { Tables } from './schema.ts';
import type { StoreMonths } from './store-months.ts';
import { readRecord } from './stored-record.ts';

/** A call whose record is known from events. */
export interface Ended {
  readonly cdr: Cdr;
  /** The event is the record of an older version: compared as far as it goes, and not written. */
  readonly isImported: boolean;
}

/** What a call should have in a table. */
export interface CallRows {
  readonly tenantId: string;
  readonly startedAt: number;
  readonly callId: string;
  readonly rows: readonly ProjectedRow[];
  /** The record that an older version wrote without events. */
  readonly imported: Cdr | undefined;
}

/** Rows that are not what the events say: those of a call, or one of a table that is not of calls. */
export interface Difference {
  readonly table: string;
  readonly tenantId: string;
  readonly callId?: string;
  /** The row's key, without the company. */
  readonly key?: ProjectedRow;
  /** Canonical JSON of all its rows in the table; `[]`: it has none. */
  readonly stored: string;
  readonly rebuilt: string;
}

/** What was compared of a table. */
export interface ComparedTable {
  readonly table: string;
  /** Calls, or rows of a table that is not of calls. */
  readonly compared: number;
  readonly differing: number;
  /** Rows that are younger than the oldest event and that no event explains; they stay as they are. */
  readonly unexplained: number;
}

export interface ComparisonOptions {
  /** Nothing is written. */
  readonly checks: boolean;
  /** Called for each difference, before it is made good. */
  readonly onDifference: (difference: Difference) => void;
  readonly months?: StoreMonths | undefined;
}

/** What any table of calls has, and its own columns. */
type Row = Readonly<Record<string, unknown>> & { readonly call_id: string; readonly started_at: number };

/** One table against what its rows should be. */
export class TableComparison {
  readonly #db: Kysely<Tables>;
  readonly #projection: CallProjection;
  readonly #options: ComparisonOptions;
  #compared = 0;
  #differing = 0;
  #unexplained = 0;

  constructor(db: Kysely<Tables>, projection: CallProjection, options: ComparisonOptions) {
    this.#db = db;
    this.#projection = projection;
    this.#options = options;
  }

  get result(): ComparedTable {
    const { table } = this.#projection;
    const counts = { compared: this.#compared, differing: this.#differing, unexplained: this.#unexplained };
    return { table, ...counts };
  }

  /** Compares calls of one company, and writes those that differ. `from`: time of its oldest event. */
  async compare(group: readonly CallRows[], from: number): Promise<void> {
    const stored = await this.#rowsOf(group);
    for (const call of group) {
      const rows = stored.get(call.callId) ?? [];
      this.#compared++;
      const difference = this.#differenceOf(call, rows);
      const isWritten = difference !== undefined && !this.#options.checks && !call.imported;
      if (call.startedAt >= from) this.#unexplained -= (isWritten ? call : { rows }).rows.length;
      if (!difference) continue;
      this.#differing++;
      this.#options.onDifference(difference);
      if (isWritten) await this.#write(call, rows);
    }
  }

  /** Its rows also say what a later call makes of them. */
  get isSettled(): boolean {
    return this.#projection.isSettled;
  }

  /** What a call should have in this table. */
  expected({ cdr, isImported }: Ended): CallRows {
    const { tenantId, startedAt, callId } = cdr;
    const rows = isImported ? [] : this.#projection.rowsOf(cdr);
    return { tenantId, startedAt, callId, rows, imported: isImported ? cdr : undefined };
  }

  /** Counts what the table has of a company from that time on, after all its calls were compared. */
  async countAll(tenantId: string, from: number): Promise<void> {
    const { count } = await this.#cdrs()
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('tenant_id', '=', tenantId)
      .where('started_at', '>=', from)
      .executeTakeFirstOrThrow();
    this.#unexplained += Number(count);
  }

  /** By call. */
  async #rowsOf(group: readonly CallRows[]): Promise<ReadonlyMap<string, readonly Row[]>> {
    const found = new Map<string, Row[]>();
    if (group.length === 0) return found;
    const rows = await this.#cdrs()
      .selectAll()
      .where(({ eb, or, and }) =>
        or(
          group.map(({ startedAt, callId }) =>
            and([eb('started_at', '=', startedAt), eb('call_id', '=', callId)]),
          ),
        ),
      )
      .execute();
    for (const row of rows as unknown as Row[]) {
      const known = found.get(row.call_id);
      if (known) known.push(row);
      else found.set(row.call_id, [row]);
    }
    return found;
  }

  #differenceOf(call: CallRows, rows: readonly Row[]): Difference | undefined {
    const { table, hasRecord } = this.#projection;
    const { tenantId, callId, imported } = call;
    // Of an older version's call nothing is known but its record.
    if (imported && !hasRecord) return undefined;
    const [stored, rebuilt] = imported ? importedTexts(imported, rows) : this.#texts(call, rows);
    return stored === rebuilt ? undefined : { table, tenantId, callId, stored, rebuilt };
  }

  #texts({ rows: rebuilt }: CallRows, rows: readonly Row[]): readonly [stored: string, rebuilt: string] {
    const columns = Object.keys(rebuilt[0] ?? {});
    const own = (row: Row) =>
      Object.fromEntries(columns.map((column) => [column, row[column]])) as ProjectedRow;
    return [this.#textOf(rows.map(own)), this.#textOf(rebuilt)];
  }

  #textOf(rows: readonly ProjectedRow[]): string {
    const { hasRecord } = this.#projection;
    const texts = rows.map((row) =>
      canonicalJson(hasRecord ? { ...row, record: readRecord(String(row['record'])) } : row),
    );
    return `[${texts.sort().join(',')}]`;
  }

  /** Puts a call's rows in place of those that it has. */
  async #write({ startedAt, callId, rows }: CallRows, stored: readonly Row[]): Promise<void> {
    const { table, hasNode } = this.#projection;
    const nodeId = (stored[0]?.['node_id'] as string | undefined) ?? '';
    await this.#db.transaction().execute(async (transaction) => {
      const old = transaction.deleteFrom(table as 'cdr').where('started_at', '=', startedAt);
      await old.where('call_id', '=', callId).execute();
      await this.#options.months?.makeFor(transaction, table, rows);
      for (const row of rows) {
        await transaction
          .insertInto(table as 'cdr')
          .values((hasNode ? { ...row, node_id: nodeId } : row) as never)
          .execute();
      }
    });
  }

  /** Every table of calls is asked like the first one. */
  #cdrs() {
    return this.#db.selectFrom(this.#projection.table as 'cdr');
  }
}

/** Of an older version's record: later ones added members that are empty in it. */
function importedTexts(cdr: Cdr, rows: readonly Row[]): readonly [stored: string, rebuilt: string] {
  const records = rows.flatMap(({ record }) => (typeof record === 'string' ? [readRecord(record)] : []));
  const text = (record: unknown) => canonicalJson([record].map(withoutNothing));
  return [records.length === 0 ? '[]' : text(records[0]), text(cdr)];
}
