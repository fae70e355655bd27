import { isDeepStrictEqual } from 'node:util';
import { type ChangeSet, type EntityName, keyOf, type ProposedEntity } from '../provisioning/change.ts';
import { checkBody } from '../provisioning/check/check-body.ts';
import { ChangeRefused, fixByApi, type Mistake, mistakeText } from '../provisioning/check/mistake.ts';
import { withOwnName } from '../provisioning/check/own-name.ts';
import { isToldElsewhere, withoutSecrets } from '../provisioning/check/secrets.ts';
import type { Companies } from '../provisioning/companies.ts';
import { type KindName, kindOf } from '../provisioning/kinds.ts';
import { type Sliced, Slices } from '../shared/slices.ts';
import type { NewBulkChange } from '../store/bulk-change.ts';
import { fieldAt, withField } from './cells.ts';
import { type CellFlaw, type Column, columnsOf } from './column.ts';
import type { PlannedRow, ReadRow } from './import-row.ts';
import { type ColumnEdit, editedRow, leftRow } from './row-edit.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Rows that are checked in a turn of the loop: some 0.1 ms each. */
const SLICE = 25;
/** Rows that are gone through in a turn. */
const LOOKS = 1000;
/** What it is to say what is wrong with a row, in rows gone through. */
const FLAWED = 10;

/** What an import would do, and what stands against it besides its rows. */
export interface Plan {
  readonly rows: readonly PlannedRow[];
  /** Of other things, which it would break. */
  readonly problems: readonly string[];
}

/** A name, and which of those that were chosen it is. */
export type NumberedName = Pick<ReadRow, 'row' | 'name'>;

/** Rows that somebody has chosen: those that can be changed, and the rest. */
export interface ChosenRows {
  readonly rows: readonly ReadRow[];
  readonly left: readonly PlannedRow[];
}

/** What a field is, and would be. */
export interface RowChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Rows that become entities of one kind of a company. */
export class EntityImport {
  readonly columns: readonly Column[];
  readonly #companies: Companies;
  readonly #kind: KindName;
  readonly #tenant: string;

  constructor(companies: Companies, kind: KindName, tenant: string) {
    this.columns = columnsOf(kind);
    this.#companies = companies;
    this.#kind = kind;
    this.#tenant = tenant;
  }

  /** What rows would do; nothing is changed. */
  async plan(rows: readonly ReadRow[], by: string): Promise<Plan> {
    const slices = new Slices(SLICE);
    const planned: PlannedRow[] = [];
    for (const row of rows) {
      await slices.step();
      planned.push(this.#planned(row));
    }
    const mistakes = await this.#mistakes(await this.#changeOf(planned, by));
    return await new Slices(LOOKS).run(this.#blamed(planned, mistakes));
  }

  /** Each mistake at the row that makes it; the rest are problems of others. */
  *#blamed(planned: readonly PlannedRow[], mistakes: readonly Mistake[]): Sliced<Plan> {
    const byName = new Map<string, Mistake[]>();
    for (const mistake of mistakes) {
      yield 1;
      const key = keyOf(mistake);
      const others = byName.get(key);
      if (others) others.push(mistake);
      else byName.set(key, [mistake]);
    }
    const rows: PlannedRow[] = [];
    for (const row of planned) {
      yield 1;
      const key = keyOf(this.#named(row.name));
      const own = byName.get(key);
      byName.delete(key);
      if (!own || row.verdict === 'error') {
        rows.push(row);
        continue;
      }
      yield FLAWED;
      const flaws = [...row.flaws, ...own.map((each) => this.#flawOf(each))];
      rows.push({ ...row, verdict: 'error', fields: [], flaws });
    }
    const problems: string[] = [];
    for (const of of byName.values()) {
      yield 1;
      problems.push(...of.map(mistakeText));
    }
    return { rows, problems };
  }

  /** What it would be to remove those of a company; nothing is removed. */
  async planRemoval(names: readonly NumberedName[], by: string): Promise<Plan> {
    const slices = new Slices(LOOKS);
    const planned: PlannedRow[] = [];
    for (const { row, name } of names) {
      await slices.step();
      const revision = this.#companies.ownerOf(this.#named(name))?.revision ?? 0;
      planned.push({ row, name, verdict: 'remove', fields: [], flaws: [], revision });
    }
    const mistakes = await this.#mistakes(await this.#changeOf(planned, by));
    return await new Slices(LOOKS).run(this.#blamed(planned, mistakes));
  }

  /** Those of chosen names that are as edits make them; what belongs to a file, or is gone, is left. */
  async chosen(names: readonly string[], edits: readonly ColumnEdit[]): Promise<ChosenRows> {
    const slices = new Slices(edits.length > 0 ? SLICE : LOOKS);
    const [key] = this.columns as readonly [Column];
    const rows: ReadRow[] = [];
    const left: PlannedRow[] = [];
    for (const [at, name] of names.entries()) {
      await slices.step();
      const owner = this.#companies.ownerOf(this.#named(name));
      if (!owner) left.push(leftRow(at + 1, name, 'missing', { key: key.name }));
      else if (owner.owner === 'file') {
        const place = `${owner.place.file}:${owner.place.line ?? 1}`;
        left.push(leftRow(at + 1, name, 'owned-by-file', { key: key.name, place }));
      } else rows.push(editedRow(at + 1, name, edits, this.#before(name) ?? {}));
    }
    return { rows, left };
  }

  /** Of each row its fields as they are, and as they would be; without secrets. `shown`: what of an entity is shown. */
  async changes(
    rows: readonly PlannedRow[],
    shown: (kind: KindName, value: Fields) => Fields,
  ): Promise<readonly (readonly RowChange[])[]> {
    const kind = this.#kind;
    const clear = (value: Fields | undefined) => value && shown(kind, withoutSecrets(kindOf(kind), value));
    return rows.map(({ name, fields, value }) => {
      if (!value) return [];
      const [before, after] = [clear(this.#before(name)), clear(value)];
      const changed = this.columns.filter((column) => !column.isSecret && fields.includes(column.name));
      return changed.map((column) => {
        const of = { before: fieldAt(before, column.path), after: fieldAt(after, column.path) };
        return { field: column.name, ...of };
      });
    });
  }

  #before(name: string): Fields | undefined {
    return this.#companies.provisioning.snapshot.get(this.#kind, this.#tenant, name) as Fields | undefined;
  }

  /** Names whose entity is not as it was when the plan was made. */
  async outdated(rows: readonly PlannedRow[]): Promise<readonly string[]> {
    const slices = new Slices(LOOKS);
    const names: string[] = [];
    for (const { name, revision, verdict } of rows) {
      await slices.step();
      if (verdict === 'left') continue;
      if ((this.#companies.ownerOf(this.#named(name))?.revision ?? 0) !== revision) names.push(name);
    }
    return names;
  }

  /** Takes a plan, all of it or nothing. Throws PbxError. */
  async run(rows: readonly PlannedRow[], by: string, bulk: NewBulkChange): Promise<void> {
    await this.#companies.take({ ...(await this.#changeOf(rows, by)), bulk });
  }

  #named(name: string): EntityName {
    return { kind: this.#kind, tenant: this.#tenant, name };
  }

  async #changeOf(rows: readonly PlannedRow[], by: string): Promise<ChangeSet> {
    const slices = new Slices(LOOKS);
    const put: ProposedEntity[] = [];
    const removed: EntityName[] = [];
    const seen = new Map<string, number>();
    for (const { verdict, name, value, revision } of rows) {
      await slices.step();
      const named = this.#named(name);
      if (verdict === 'remove') removed.push(named);
      else if (verdict === 'create' || verdict === 'update')
        put.push({ ...named, value: value!, isWhole: true });
      else continue;
      seen.set(keyOf(named), revision);
    }
    return { put, removed, by, seen };
  }

  async #mistakes(change: ChangeSet): Promise<readonly Mistake[]> {
    try {
      await this.#companies.prove(change);
      return [];
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      return error.mistakes;
    }
  }

  #planned({ row, name, values, flaws }: ReadRow): PlannedRow {
    const named = this.#named(name);
    const owner = this.#companies.ownerOf(named);
    const before = this.#before(name);
    const revision = owner?.revision ?? 0;
    const wrong = (more: readonly CellFlaw[]): PlannedRow => {
      return { row, name, verdict: 'error', fields: [], flaws: [...flaws, ...more], revision };
    };
    if (name === '') return wrong([]);
    const proposed = this.#proposed(named, values, before);
    const entity = checkBody(proposed);
    if (Array.isArray(entity)) return wrong((entity as readonly Mistake[]).map((each) => this.#flawOf(each)));
    if (flaws.length > 0) return wrong([]);
    const { value } = entity as { readonly value: unknown };
    if (before && isDeepStrictEqual(value, before))
      return { row, name, verdict: 'unchanged', fields: [], flaws, revision };
    if (owner?.owner === 'file') {
      const { file, line = 1 } = owner.place;
      const [{ name: column }] = this.columns as readonly [Column];
      return wrong([
        { column, code: 'owned-by-file', detail: `it belongs to ${file}:${line}`, fix: 'change it there' },
      ]);
    }
    const fields = this.columns
      .filter(({ path }) => !isDeepStrictEqual(fieldAt(before, path), fieldAt(value, path)))
      .map((column) => column.name);
    return {
      row,
      name,
      verdict: before ? 'update' : 'create',
      fields,
      flaws,
      revision,
      value: value as Fields,
    };
  }

  /** What there is, with what the row says of it. */
  #proposed(named: EntityName, values: ReadRow['values'], before: Fields | undefined): ProposedEntity {
    const { kind, name } = named;
    const patched = (from: Fields) =>
      [...values].reduce((fields, [{ path }, value]) => withField(fields, path, value), from);
    const value = patched(before ?? {});
    const isTold = before && isToldElsewhere(kindOf(kind), value, before);
    const whole = isTold ? patched(withoutSecrets(kindOf(kind), before)) : value;
    return { ...named, value: before ? whole : withOwnName(kind, whole, name), isWhole: true };
  }

  #flawOf(mistake: Mistake): CellFlaw {
    const { path, reason, missing, users } = mistake;
    const fix = fixByApi(mistake);
    const at = path.map(String);
    const [key] = this.columns as readonly [Column];
    const column = this.columns
      .filter(({ path: own }) => own.every((step, index) => step === at[index]))
      .toSorted((one, other) => other.path.length - one.path.length)[0];
    const code = users ? 'still-used' : missing ? 'missing' : 'invalid';
    return { column: (column ?? key).name, code, detail: reason, fix };
  }
}
