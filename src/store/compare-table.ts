import type { Kysely } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import { canonicalJson, withoutNothing } from './canonical-json.ts';
import type { CallProjection, ProjectedRow } from './projections.ts';
import type { Tables } from './schema.ts';

/** A call whose record is known from events. */
export interface Ended {
  readonly cdr: Cdr;
  /** The event is the record of an older version: compared as far as it goes, and not written. */
  readonly isImported: boolean;
}

/** A call whose rows are not what its events say. */
export interface Difference {
  readonly table: string;
  readonly tenantId: string;
  readonly callId: string;
  /** Canonical JSON of all its rows in the table; `[]`: it has none. */
  readonly stored: string;
  readonly rebuilt: string;
}

/** What was compared of a table. */
export interface ComparedTable {
  readonly table: string;
  readonly calls: number;
  readonly differing: number;
  /** Rows of calls that are younger than the oldest event and have none; they stay as they are. */
  readonly unexplained: number;
}

export interface ComparisonOptions {
  /** Nothing is written. */
  readonly checks: boolean;
  /** Called for each difference, before it is made good. */
  readonly onDifference: (difference: Difference) => void;
}

/** What any table of calls has, and its own columns. */
type Row = Readonly<Record<string, unknown>> & { readonly call_id: string; readonly started_at: number };

/** One table against what its rows should be. */
export class TableComparison {
  readonly #db: Kysely<Tables>;
  readonly #projection: CallProjection;
  readonly #options: ComparisonOptions;
  #calls = 0;
  #differing = 0;
  #unexplained = 0;

  constructor(db: Kysely<Tables>, projection: CallProjection, options: ComparisonOptions) {
    this.#db = db;
    this.#projection = projection;
    this.#options = options;
  }

  get result(): ComparedTable {
    const { table } = this.#projection;
    const counts = { calls: this.#calls, differing: this.#differing, unexplained: this.#unexplained };
    return { table, ...counts };
  }

  /** Compares calls of one company, and writes those that differ. `from`: time of its oldest event. */
  async compare(group: readonly Ended[], from: number): Promise<void> {
    const stored = await this.#rowsOf(group);
    for (const ended of group) {
      const { cdr } = ended;
      const rows = stored.get(cdr.callId) ?? [];
      this.#calls++;
      if (cdr.startedAt >= from) this.#unexplained -= rows.length;
      const difference = this.#compared(ended, rows);
      if (!difference) continue;
      this.#differing++;
      this.#options.onDifference(difference);
      if (!this.#options.checks && !ended.isImported) await this.#write(cdr, rows);
    }
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
  async #rowsOf(group: readonly Ended[]): Promise<ReadonlyMap<string, readonly Row[]>> {
    const found = new Map<string, Row[]>();
    if (group.length === 0) return found;
    const rows = await this.#cdrs()
      .selectAll()
      .where(({ eb, or, and }) =>
        or(
          group.map(({ cdr: { startedAt, callId } }) =>
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

  #compared({ cdr, isImported }: Ended, rows: readonly Row[]): Difference | undefined {
    const { table, json } = this.#projection;
    // Of an older version's call nothing is known but its record.
    if (isImported && !json.includes('record')) return undefined;
    const [stored, rebuilt] = isImported ? importedTexts(cdr, rows) : this.#texts(cdr, rows);
    if (stored === rebuilt) return undefined;
    return { table, tenantId: cdr.tenantId, callId: cdr.callId, stored, rebuilt };
  }

  #texts(cdr: Cdr, rows: readonly Row[]): readonly [stored: string, rebuilt: string] {
    const rebuilt = this.#projection.rowsOf(cdr);
    const columns = Object.keys(rebuilt[0] ?? {});
    const own = (row: Row) =>
      Object.fromEntries(columns.map((column) => [column, row[column]])) as ProjectedRow;
    return [this.#textOf(rows.map(own)), this.#textOf(rebuilt)];
  }

  #textOf(rows: readonly ProjectedRow[]): string {
    const { json } = this.#projection;
    const texts = rows.map((row) => {
      const columns = Object.entries(row).map(([column, value]) => {
        return [column, json.includes(column) ? JSON.parse(value as string) : value] as const;
      });
      return canonicalJson(Object.fromEntries(columns));
    });
    return `[${texts.sort().join(',')}]`;
  }

  /** Puts a call's rows in place of those that it has. */
  async #write(cdr: Cdr, stored: readonly Row[]): Promise<void> {
    const { table, hasNode, rowsOf } = this.#projection;
    const nodeId = (stored[0]?.['node_id'] as string | undefined) ?? '';
    await this.#db.transaction().execute(async (transaction) => {
      const old = transaction.deleteFrom(table as 'cdr').where('started_at', '=', cdr.startedAt);
      await old.where('call_id', '=', cdr.callId).execute();
      for (const row of rowsOf(cdr)) {
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
  const records = rows.flatMap(({ record }) => (typeof record === 'string' ? [JSON.parse(record)] : []));
  const text = (record: unknown) => canonicalJson([record].map(withoutNothing));
  return [records.length === 0 ? '[]' : text(records[0]), text(cdr)];
}
