import { saidBy } from './cells.ts';
import { type CellFlaw, type Column, matchTitles } from './column.ts';
import type { SheetRow } from './sheet/sheet.ts';

/** What becomes of a row; `left`: nothing, for it cannot be changed here. */
export const VERDICTS = ['create', 'update', 'remove', 'unchanged', 'left', 'error'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A row as its cells say it. */
export interface ReadRow extends SheetRow {
  /** What it is about: its key, or login. */
  readonly name: string;
  /** By column; null: it goes. Columns of which nothing is said are not there. */
  readonly values: ReadonlyMap<Column, unknown>;
  readonly flaws: readonly CellFlaw[];
}

/** A row, and what it would do. */
export interface PlannedRow {
  readonly row: number;
  readonly name: string;
  readonly verdict: Verdict;
  /** Columns that would change. */
  readonly fields: readonly string[];
  readonly flaws: readonly CellFlaw[];
  /** Of what is there now, which the plan was made for; 0: nothing. */
  readonly revision: number;
  /** What it would be. */
  readonly value?: Readonly<Record<string, unknown>> | undefined;
}

/** The titles of a table, matched with columns; the first of those names the row. */
export class RowReader {
  readonly titles: readonly string[];
  /** Of the table as a whole. */
  readonly flaws: readonly CellFlaw[];
  readonly #columns: readonly (Column | undefined)[];
  readonly #key: Column;
  readonly #seen = new Map<string, number>();

  constructor(titles: readonly string[], columns: readonly Column[]) {
    const { matched, unknown, twice } = matchTitles(titles, columns);
    const [key] = columns;
    this.titles = titles;
    this.#columns = matched;
    this.#key = key!;
    const names = columns.map(({ name }) => name).join(', ');
    this.flaws = [
      ...unknown.map((column): CellFlaw => {
        return {
          column,
          code: 'unknown-column',
          detail: `there is no column ${column}`,
          fix: `columns are ${names}`,
        };
      }),
      ...twice.map((column): CellFlaw => {
        return { column, code: 'twice', detail: `${column} is there twice`, fix: 'leave one of them out' };
      }),
    ];
    if (!matched.includes(key)) {
      const detail = `the first row has no column ${key!.name}`;
      this.flaws = [
        ...this.flaws,
        { column: key!.name, code: 'missing', detail, fix: `columns are ${names}` },
      ];
    }
  }

  /** Whether the first row names the key: else it may be no titles at all. */
  get hasKey(): boolean {
    return this.#columns.includes(this.#key);
  }

  /** Places of titles whose cells are secrets, or may be, since nobody knows them. */
  get hiddenTitles(): ReadonlySet<number> {
    const places = this.#columns.flatMap((column, at) => (!column || column.isSecret ? [at] : []));
    return new Set(places);
  }

  read({ row, cells }: SheetRow): ReadRow {
    const values = new Map<Column, unknown>();
    const flaws: CellFlaw[] = [];
    for (const [at, column] of this.#columns.entries()) {
      const said = column && saidBy(cells[at] ?? '', column);
      if (!said) continue;
      if ('value' in said) values.set(column!, said.value);
      else flaws.push(said);
    }
    const named = values.get(this.#key);
    const name = typeof named === 'string' ? named : '';
    const { name: column } = this.#key;
    if (name === '') flaws.push({ column, code: 'missing', detail: `${column} is empty`, fix: 'write it' });
    const before = this.#seen.get(name);
    if (name !== '' && before !== undefined)
      flaws.push({
        column,
        code: 'twice',
        detail: `${name} stands in row ${before} already`,
        fix: 'leave one out',
      });
    else this.#seen.set(name, row);
    return { row, cells, name, values, flaws };
  }
}
