import { isDeepStrictEqual } from 'node:util';
import { type ChangeSet, type EntityName, keyOf, type ProposedEntity } from '../provisioning/change.ts';
import { checkBody } from '../provisioning/check/check-body.ts';
import { ChangeRefused, fixByApi, type Mistake, mistakeText } from '../provisioning/check/mistake.ts';
import { withOwnName } from '../provisioning/check/own-name.ts';
import { isToldElsewhere, withoutSecrets } from '../provisioning/check/secrets.ts';
import type { Companies } from '../provisioning/companies.ts';
import { type KindName, kindOf } from '../provisioning/kinds.ts';
import { Slices } from '../shared/slices.ts';
import type { NewBulkChange } from '../store/bulk-change.ts';
import { fieldAt, withField } from './cells.ts';
import { type CellFlaw, type Column, columnsOf } from './column.ts';
import type { PlannedRow, ReadRow } from './import-row.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Rows that are checked in a turn of the loop: some 0.1 ms each. */
const SLICE = 25;

/** What an import would do, and what stands against it besides its rows. */
export interface Plan {
  readonly rows: readonly PlannedRow[];
  /** Of other things, which it would break. */
  readonly problems: readonly string[];
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
    const mistakes = await this.#mistakes(this.#changeOf(planned, by));
    const byName = Map.groupBy(mistakes, (mistake) => keyOf(mistake));
    const known = new Set(planned.map(({ name }) => keyOf(this.#named(name))));
    return {
      rows: planned.map((row) => {
        const own = row.verdict === 'error' ? undefined : byName.get(keyOf(this.#named(row.name)));
        if (!own) return row;
        return {
          ...row,
          verdict: 'error',
          fields: [],
          flaws: [...row.flaws, ...own.map((each) => this.#flawOf(each))],
        };
      }),
      problems: mistakes.filter((mistake) => !known.has(keyOf(mistake))).map(mistakeText),
    };
  }

  /** Names whose entity is not as it was when the plan was made. */
  async outdated(rows: readonly PlannedRow[]): Promise<readonly string[]> {
    const slices = new Slices(SLICE * 100);
    const names: string[] = [];
    for (const { name, revision } of rows) {
      await slices.step();
      if ((this.#companies.ownerOf(this.#named(name))?.revision ?? 0) !== revision) names.push(name);
    }
    return names;
  }

  /** Takes a plan, all of it or nothing. Throws PbxError. */
  async run(rows: readonly PlannedRow[], by: string, bulk: NewBulkChange): Promise<void> {
    await this.#companies.apply({ ...this.#changeOf(rows, by), bulk });
  }

  #named(name: string): EntityName {
    return { kind: this.#kind, tenant: this.#tenant, name };
  }

  #changeOf(rows: readonly PlannedRow[], by: string): ChangeSet {
    const taken = rows.filter(({ verdict }) => verdict === 'create' || verdict === 'update');
    const put = taken.map(({ name, value }) => ({ ...this.#named(name), value: value!, isWhole: true }));
    const seen = new Map(taken.map(({ name, revision }) => [keyOf(this.#named(name)), revision]));
    return { put, removed: [], by, seen };
  }

  async #mistakes(change: ChangeSet): Promise<readonly Mistake[]> {
    try {
      await this.#companies.plan(change);
      return [];
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      return error.mistakes;
    }
  }

  #planned({ row, name, values, flaws }: ReadRow): PlannedRow {
    const kind = this.#kind;
    const named = this.#named(name);
    const owner = this.#companies.ownerOf(named);
    const before = this.#companies.provisioning.snapshot.get(kind, this.#tenant, name) as Fields | undefined;
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
    const { path, reason, missing } = mistake;
    const fix = fixByApi(mistake);
    const at = path.map(String);
    const [key] = this.columns as readonly [Column];
    const column = this.columns
      .filter(({ path: own }) => own.every((step, index) => step === at[index]))
      .toSorted((one, other) => other.path.length - one.path.length)[0];
    return { column: (column ?? key).name, code: missing ? 'missing' : 'invalid', detail: reason, fix };
  }
}
