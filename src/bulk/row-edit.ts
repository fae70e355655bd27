/** Fields of rows that somebody has chosen, changed alike (批量修改). Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { KindName } from '../provisioning/kinds.ts';
import { kindOf } from '../provisioning/kinds.ts';
import { PbxError } from '../shared/errors.ts';
import { fieldAt } from './cells.ts';
import { type Column, columnsOf } from './column.ts';
import type { PlannedRow, ReadRow } from './import-row.ts';
import { fieldOf, PASSWORD_COLUMN, USER, USER_COLUMNS } from './user-columns.ts';

/** What becomes of a field: another value (null: none); of a list, what comes to it or goes from it. */
export interface FieldEdit {
  /** `forward.busy` */
  readonly field: string;
  readonly how: 'set' | 'add' | 'take';
  readonly value: unknown;
}

/** Kinds whose entities are edited by the many: companies come and go one by one, what all share belongs to files of tables. */
const ONE_BY_ONE: ReadonlySet<KindName> = new Set<KindName>([
  ...(['tenant', 'reseller', 'segments', 'holidays'] as const),
]);

export const isEditable = (kind: KindName): boolean => !ONE_BY_ONE.has(kind);

/** Each row has its own copy of what comes to a list: of twenty thousand rows too. */
const MOST_ITEMS = 100;
/** Of a value as JSON, in characters: each row of a plan has it. */
const MOST_VALUE = 10_000;

/** An edit with the column that it is about. */
export type ColumnEdit = Omit<FieldEdit, 'field'> & { readonly column: Column };

/** Throws PbxError `bad-request` for a field that is none, or that is not changed alike: its name, a secret. */
export function columnEdits(
  kind: KindName | typeof USER,
  edits: readonly FieldEdit[],
): readonly ColumnEdit[] {
  const columns = kind === USER ? USER_COLUMNS : columnsOf(kind);
  const seen = new Set<string>();
  return edits.map(({ field, how, value }) => {
    if (how !== 'set' && !Array.isArray(value))
      throw new PbxError('bad-request', `${field}: what is added or taken away is a list`);
    if (how !== 'set' && (value as readonly unknown[]).length > MOST_ITEMS)
      throw new PbxError('bad-request', `${field}: at most ${MOST_ITEMS} are added or taken away at once`);
    if ((JSON.stringify(value) ?? '').length > MOST_VALUE)
      throw new PbxError('bad-request', `${field}: at most ${MOST_VALUE} characters of JSON are set alike`);
    if (seen.has(field)) throw new PbxError('bad-request', `${field} stands there twice`);
    seen.add(field);
    return { column: columnNamed(kind, columns, field), how, value };
  });
}

function columnNamed(kind: KindName | typeof USER, columns: readonly Column[], field: string): Column {
  const own = kind === USER ? ['login', PASSWORD_COLUMN] : [kindOf(kind).key, 'tenant'];
  if (own.includes(field)) throw new PbxError('bad-request', `${field} is each one's own`);
  const within = columns.filter(({ name }) => name === field || name.startsWith(`${field}.`));
  if (within.length === 0) throw new PbxError('bad-request', `there is no field ${field}`);
  if (within.some(({ isSecret }) => isSecret))
    throw new PbxError('bad-request', `${field} is a secret: each has its own`);
  const exact = within.find(({ name }) => name === field);
  // A part with fields of its own, as a whole.
  return exact ?? { name: field, path: field.split('.'), form: 'json', isSecret: false };
}

/** Why nothing is done with a chosen row: it belongs to a file, or is gone. */
export type LeftFor = 'owned-by-file' | 'missing';

/** A row that is left as it is. */
export function leftRow(
  row: number,
  name: string,
  code: LeftFor,
  { key, place }: { readonly key: string; readonly place?: string },
): PlannedRow {
  const detail = code === 'missing' ? 'it is not there any more' : `it belongs to ${place}`;
  const flaw = { column: key, code, detail, ...(place !== undefined && { fix: 'change it there' }) };
  return { row, name, verdict: 'left', fields: [], flaws: [flaw], revision: 0 };
}

/** What is there, with the edits made, as a row of a table would say it. `before`: its fields. */
export function editedRow(
  row: number,
  name: string,
  edits: readonly ColumnEdit[],
  before: Readonly<Record<string, unknown>>,
): ReadRow {
  const values = new Map(edits.map((edit) => [edit.column, valueAfter(edit, before)]));
  return { row, cells: [], name, values, flaws: [] };
}

/** Fields of a user as a table names them. */
export const userFields = (user: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(USER_COLUMNS.map(({ name }) => [name, (user as never)[fieldOf(name)]]));

function valueAfter({ column, how, value }: ColumnEdit, before: Readonly<Record<string, unknown>>): unknown {
  if (how === 'set') return value;
  const [there, given] = [fieldAt(before, column.path), value as readonly unknown[]];
  const isList = Array.isArray(there);
  const known: readonly unknown[] = isList ? there : [];
  // Nothing is taken from what there is not.
  if (how === 'take' && !isList) return there ?? null;
  const left = known.filter((each) => !given.some((one) => isSame(one, each)));
  if (how === 'take') return left;
  return [
    ...known.map((each) => given.find((one) => isSame(one, each)) ?? each),
    ...given.filter(isNew(known)),
  ];
}

const isNew = (known: readonly unknown[]) => (one: unknown) => !known.some((each) => isSame(one, each));

/** Whether two items of a list are the same one; a skill is, whatever its level. */
function isSame(one: unknown, other: unknown): boolean {
  const [skill, others] = [skillOf(one), skillOf(other)];
  return skill === undefined ? isDeepStrictEqual(one, other) : skill === others;
}

const skillOf = (item: unknown): unknown =>
  typeof item === 'object' && item !== null ? (item as { readonly skill?: unknown }).skill : undefined;
