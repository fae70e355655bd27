import { type Kysely, type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import {
  type ListEmptied,
  type ListNumber,
  type ListNumberChange,
  type ListNumberQuery,
  type ListNumberStep,
  type ListNumberStore,
  type ListNumbersChanged,
  type ListNumbersKnown,
  type ListRef,
  type OpenListImport,
  placeOfRevision,
  type StoredListNumber,
} from '../numbering/list-number-store.ts';
import type { ListNumberTable } from './list-number-table.ts';
import type { Tables } from './schema.ts';
import { countChange, revisionOf } from './shared-revision.ts';
import { storableText } from './storable.ts';
import type { StoreLocation } from './store.ts';
import { directly, type TenantReads } from './tenant-reads.ts';

/** Rows that are deleted at once: some milliseconds of the database's thread. */
const SWEPT = 1000;

/** Numbers of lists, in a database. A change is one parameter of JSON, however many it has: to write the statement costs the loop nothing. */
export class ListNumberRepository implements ListNumberStore {
  readonly #db: Kysely<Tables>;
  readonly #engine: StoreLocation['engine'];
  readonly #reads: TenantReads;

  constructor(db: Kysely<Tables>, engine: StoreLocation['engine'], reads = directly(db)) {
    this.#db = db;
    this.#engine = engine;
    this.#reads = reads;
  }

  revision(): Promise<number> {
    return revisionOf(this.#db, 'list-numbers');
  }

  async steps(place: number, limit: number, of?: ListRef): Promise<readonly ListNumberStep[]> {
    let rows = this.#db
      .selectFrom('list_number')
      .select(['place', 'tenant_id', 'list', 'number', 'until', 'reason', 'owner', 'removed'])
      .where('place', '>=', place)
      .orderBy('place')
      .limit(limit);
    if (of) rows = rows.where('tenant_id', '=', of.tenant).where('list', '=', of.name);
    return (await rows.execute()).map((row) => ({
      ...{ place: row.place, tenant: row.tenant_id, name: row.list, number: row.number },
      ...{ until: row.until ?? undefined, reason: row.reason ?? undefined, owner: row.owner ?? undefined },
      isRemoved: row.removed === 1,
    }));
  }

  async emptied(place: number): Promise<readonly ListEmptied[]> {
    const rows = await this.#db
      .selectFrom('list_emptied')
      .selectAll()
      .where('changed', '>=', place)
      .execute();
    return rows.map((row) => ({ tenant: row.tenant_id, name: row.list, place: row.place }));
  }

  async change(change: ListNumberChange): Promise<ListNumbersChanged> {
    const { put, removed } = change;
    return await this.#db.transaction().execute(async (transaction) => {
      const revision = await countChange(transaction, 'list-numbers');
      const emptied = await emptiedAt(transaction, change);
      const first = placeOfRevision(revision);
      if (change.of !== undefined) await this.#keepBefore(transaction, change, emptied, revision);
      const gone = removed.length === 0 ? 0 : await this.#remove(transaction, change, emptied, first);
      if (put.length === 0) return { revision, created: 0, updated: 0, unchanged: 0, removed: gone };
      const before = await this.#count(transaction, change, emptied);
      const written = await this.#put(transaction, change, emptied, first + removed.length);
      const created = put.length - before;
      const updated = change.movesAll ? before : written - created;
      return { revision, created, updated, unchanged: before - updated, removed: gone };
    });
  }

  async empty(list: ListRef, place?: number): Promise<number> {
    return await this.#db.transaction().execute(async (transaction) => {
      const revision = await countChange(transaction, 'list-numbers');
      await emptyLists(transaction, revision, [list], place);
      return revision;
    });
  }

  async settle(id: string, list: ListRef, place?: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      if (place !== undefined)
        await emptyLists(transaction, await countChange(transaction, 'list-numbers'), [list], place);
      // What was replaced is swept later: there may be a million.
      await transaction.deleteFrom('list_import').where('import_id', '=', id).execute();
    });
  }

  async takeBack(id: string, at: number, by: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (transaction) => {
      const parts = transaction.selectFrom('list_import').selectAll().where('import_id', '=', id);
      const part = await parts.orderBy('revision', 'desc').limit(1).executeTakeFirst();
      if (!part) return false;
      const revision = await countChange(transaction, 'list-numbers');
      const emptied = await emptiedAt(transaction, { tenant: part.tenant_id, name: part.list });
      const [first, end] = [placeOfRevision(part.revision), placeOfRevision(part.revision + 1)];
      const moved = bigint(placeOfRevision(revision) - first);
      // What somebody has changed since stands elsewhere, and stays.
      const stands = sql`list_number.place >= ${bigint(first)} and list_number.place < ${bigint(end)}
        and list_number.place >= ${bigint(emptied)}`;
      await sql`update list_number set place = list_number.place + ${moved}, until = b.until, reason = b.reason, owner = b.owner,
          note = b.note, at = b.at, by = b.by, removed = 0
        from list_number_before b where b.place = list_number.place and b.place >= ${bigint(first)} and b.place < ${bigint(end)}
          and ${stands}`.execute(transaction);
      await sql`update list_number set place = place + ${moved}, removed = 1, until = null, reason = null, owner = null, note = null,
          at = ${bigint(at)}, by = ${text(storableText(by))}
        where ${stands} and removed = 0`.execute(transaction);
      const before = transaction.deleteFrom('list_number_before').where('place', '>=', first);
      await before.where('place', '<', end).execute();
      await transaction.deleteFrom('list_import').where('revision', '=', part.revision).execute();
      return true;
    });
  }

  async openImports(): Promise<readonly OpenListImport[]> {
    const rows = this.#db.selectFrom('list_import').select(['import_id', 'tenant_id', 'list']).distinct();
    return (await rows.execute()).map(({ import_id, tenant_id, list }) => ({
      ...{ id: import_id, tenant: tenant_id, name: list },
    }));
  }

  async known({ tenant, name }: ListRef, numbers: readonly ListNumber[]): Promise<ListNumbersKnown> {
    const { rows } = await sql<{ present: number; same: number | null }>`select count(*) as present,
        sum(case when n.until is not distinct from cast(e.value ->> 'u' as bigint) and n.reason is not distinct from e.value ->> 'r'
          and n.owner is not distinct from e.value ->> 'o' and n.note is not distinct from e.value ->> 't' then 1 else 0 end) as same
      from ${this.#each(JSON.stringify(numbers.map(shortOf)))}
      cross join list_number n
      where n.tenant_id = ${tenant} and n.list = ${name} and n.number = e.value ->> 'n' and n.removed = 0 and n.place >= coalesce((select p.place from list_emptied p where p.tenant_id = ${tenant} and p.list = ${name}), 0)`.execute(
      this.#db,
    );
    return { present: Number(rows[0]!.present), same: Number(rows[0]!.same ?? 0) };
  }

  async list(
    { tenant, name }: ListRef,
    { limit, before, part, prefix }: ListNumberQuery,
  ): Promise<readonly StoredListNumber[]> {
    const rows = await this.#reads(tenant, (db) => {
      let page = present(db, tenant, name).orderBy('place', 'desc').limit(limit);
      if (before !== undefined) page = page.where('place', '<', before);
      if (prefix !== undefined)
        // The first text behind all that begin so: digits and `+` stand before `:`.
        page = page.where('number', '>=', prefix).where('number', '<', `${prefix}:`);
      if (part !== undefined) page = page.where(sql<boolean>`${this.#positionOf(part)} > 0`);
      return page.execute();
    });
    return rows.map(numberOf);
  }

  async find({ tenant, name }: ListRef, number: string): Promise<StoredListNumber | undefined> {
    const row = await this.#reads(tenant, (db) =>
      present(db, tenant, name).where('number', '=', number).executeTakeFirst(),
    );
    return row && numberOf(row);
  }

  async sweep(before: number): Promise<number> {
    const emptied = await sql`delete from list_number where place in (select n.place from list_emptied e
      join list_number n on n.tenant_id = e.tenant_id and n.list = e.list and n.place < e.place
      limit ${SWEPT})`.execute(this.#db);
    // An import that was cut off needs the rows that it has removed, however long ago, to be taken back.
    const removed = await sql`delete from list_number where place in (select n.place from list_number n
      where n.removed = 1 and n.at < ${before}
        and not exists (select 1 from list_number_before b where b.place = n.place) limit ${SWEPT})`.execute(
      this.#db,
    );
    // Of imports that are settled: none that is open begins before.
    const replaced =
      await sql`delete from list_number_before where place in (select b.place from list_number_before b
      where b.place < coalesce((select min(i.revision) * 4096 from list_import i), b.place + 1) limit ${SWEPT})`.execute(
        this.#db,
      );
    return [emptied, removed, replaced].reduce((sum, each) => sum + Number(each.numAffectedRows ?? 0), 0);
  }

  /** Where it begins in a number, from 1 on; 0: nowhere. */
  #positionOf(part: string): RawBuilder<unknown> {
    return this.#engine === 'sqlite' ? sql`instr(number, ${part})` : sql`strpos(number, ${part})`;
  }

  /** The elements of a list in JSON as rows `e (value, key)`, counted. Joined by `cross join`: SQLite then goes through them first, and looks each up. */
  #each(json: string): RawBuilder<unknown> {
    return this.#engine === 'sqlite'
      ? sql`json_each(${json}) e`
      : sql`json_array_elements(${json}::json) with ordinality as e (value, key)`;
  }

  /** What a part of an import is about to replace or remove, by the places that come to stand there. */
  async #keepBefore(
    transaction: Transaction<Tables>,
    { tenant, name, put, removed, of }: ListNumberChange,
    emptied: number,
    revision: number,
  ): Promise<void> {
    await transaction
      .insertInto('list_import')
      .values({ revision, import_id: of!, tenant_id: tenant, list: name })
      .execute();
    const numbers = [...removed, ...put.map(({ number }) => number)].map((number) => ({ n: number }));
    await sql`insert into list_number_before (place, tenant_id, list, number, until, reason, owner, note, at, by)
      select ${bigint(placeOfRevision(revision))} + e.key, n.tenant_id, n.list, n.number, n.until, n.reason, n.owner, n.note, n.at, n.by
      from ${this.#each(JSON.stringify(numbers))}
      cross join list_number n
      where n.tenant_id = ${tenant} and n.list = ${name} and n.number = e.value ->> 'n' and n.removed = 0
        and n.place >= ${bigint(emptied)}`.execute(transaction);
  }

  async #count(
    transaction: Transaction<Tables>,
    { tenant, name, put }: ListNumberChange,
    emptied: number,
  ): Promise<number> {
    const numbers = this.#each(JSON.stringify(put.map(({ number }) => ({ n: number }))));
    const { rows } = await sql<{ count: number }>`select count(*) as count from list_number
      where tenant_id = ${tenant} and list = ${name} and removed = 0 and place >= ${emptied}
        and number in (select e.value ->> 'n' from ${numbers})`.execute(transaction);
    return Number(rows[0]!.count);
  }

  async #put(
    transaction: Transaction<Tables>,
    { tenant, name, put, movesAll, at, by }: ListNumberChange,
    emptied: number,
    first: number,
  ): Promise<number> {
    const differs = sql`list_number.removed = 1 or list_number.place < ${emptied}
      or list_number.until is distinct from excluded.until or list_number.reason is distinct from excluded.reason
      or list_number.owner is distinct from excluded.owner or list_number.note is distinct from excluded.note`;
    const { numAffectedRows } = await sql`insert into list_number
      (place, tenant_id, list, number, until, reason, owner, note, at, by, removed)
      select ${bigint(first)} + e.key, ${text(tenant)}, ${text(name)}, e.value ->> 'n', cast(e.value ->> 'u' as bigint), e.value ->> 'r',
        e.value ->> 'o', e.value ->> 't', ${bigint(at)}, ${text(storableText(by))}, 0
      from ${this.#each(JSON.stringify(put.map(shortOf)))} where true
      on conflict (tenant_id, list, number) do update set place = excluded.place, until = excluded.until, reason = excluded.reason,
        owner = excluded.owner, note = excluded.note, at = excluded.at, by = excluded.by, removed = 0
      where ${movesAll ? sql`true` : differs}`.execute(transaction);
    return Number(numAffectedRows ?? 0);
  }

  /** What is left of them is the number, for nodes that follow, until it is swept. */
  async #remove(
    transaction: Transaction<Tables>,
    { tenant, name, removed, at, by }: ListNumberChange,
    emptied: number,
    first: number,
  ): Promise<number> {
    const numbers = this.#each(JSON.stringify(removed.map((number) => ({ n: number }))));
    const { numAffectedRows } =
      await sql`update list_number set place = ${bigint(first)} + e.key, removed = 1,
        until = null, reason = null, owner = null, note = null, at = ${bigint(at)}, by = ${text(storableText(by))}
      from ${numbers}
      where tenant_id = ${tenant} and list = ${name} and removed = 0 and place >= ${emptied}
        and number = e.value ->> 'n'`.execute(transaction);
    return Number(numAffectedRows ?? 0);
  }
}

/** Empties lists in the transaction of what removes them. `place`: what stands there or behind it stays. */
export async function emptyLists(
  transaction: Transaction<Tables>,
  revision: number,
  lists: readonly ListRef[],
  place = placeOfRevision(revision),
): Promise<void> {
  const changed = placeOfRevision(revision);
  for (const { tenant, name } of lists)
    await transaction
      .insertInto('list_emptied')
      .values({ tenant_id: tenant, list: name, place, changed })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'list']).doUpdateSet({ place, changed }))
      .execute();
}

/** Where what a list has begins. */
async function emptiedAt(db: Kysely<Tables>, { tenant, name }: ListRef): Promise<number> {
  const query = db.selectFrom('list_emptied').select('place').where('tenant_id', '=', tenant);
  return (await query.where('list', '=', name).executeTakeFirst())?.place ?? 0;
}

const present = (db: Kysely<Tables>, tenant: string, name: string) =>
  db
    .selectFrom('list_number')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('list', '=', name)
    .where('removed', '=', 0)
    .where(
      sql<boolean>`place >= coalesce((select e.place from list_emptied e where e.tenant_id = ${tenant} and e.list = ${name}), 0)`,
    );

/** What PostgreSQL does not know of a parameter in a list of columns. */
const bigint = (value: number) => sql`cast(${value} as bigint)`;
const text = (value: string) => sql`cast(${value} as text)`;

/** As it goes to the database: a million of them are read there. */
const shortOf = ({ number, until, reason, owner, note }: ListNumber) => ({
  n: number,
  u: until,
  r: reason && storableText(reason),
  o: owner,
  t: note && storableText(note),
});

const numberOf = (row: Selectable<ListNumberTable>): StoredListNumber => ({
  ...{ place: row.place, number: row.number, at: row.at, by: row.by },
  until: row.until ?? undefined,
  reason: row.reason ?? undefined,
  owner: row.owner ?? undefined,
  note: row.note ?? undefined,
});
