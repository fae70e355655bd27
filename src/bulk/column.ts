import type { TSchema } from 'typebox';
import type { UserFlaw } from '../auth/many-users.ts';
import { type KindName, kindOf } from '../provisioning/kinds.ts';

/**
 * How a column's cells are written: `texts` and `levels` with `;` between them (`sales; service`, `english:3; billing`), `json` as JSON.
 */
export type ColumnForm = 'text' | 'number' | 'boolean' | 'texts' | 'levels' | 'json';

/** A field as a column of a table. */
export interface Column {
  /** `forward.busy` */
  readonly name: string;
  readonly path: readonly string[];
  readonly form: ColumnForm;
  /** Written, never read. */
  readonly isSecret: boolean;
}

/** A row as its cells say it, before it is a value. */
export interface CellFlaw {
  readonly column: string;
  readonly code:
    | 'invalid'
    | 'missing'
    | 'twice'
    | 'exists'
    | 'owned-by-file'
    | 'still-used'
    | 'unknown-column'
    | UserFlaw['code'];
  readonly detail: string;
  readonly fix?: string | undefined;
}

interface Facts {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Facts>>;
  readonly items?: Facts;
  readonly anyOf?: readonly Facts[];
  readonly secret?: true;
  readonly json?: true;
}

/** Of which a row of cells is one: what is a tree, has audio, or is everybody's, is not. */
const NOT_FLAT: ReadonlySet<KindName> = new Set<KindName>([
  ...(['tenant', 'reseller', 'hotline', 'prompt', 'segments', 'holidays'] as const),
]);

export const isFlat = (kind: KindName): boolean => !NOT_FLAT.has(kind);

const known = new Map<KindName, readonly Column[]>();

/** The columns of a kind, its key first. */
export function columnsOf(kind: KindName): readonly Column[] {
  let columns = known.get(kind);
  if (!columns) {
    const { key, schema } = kindOf(kind);
    const own: Column = { name: key, path: [key], form: 'text', isSecret: false };
    columns = [own, ...fieldsOf(schema as TSchema & Facts, [], false)];
    known.set(kind, columns);
  }
  return columns;
}

function* fieldsOf(schema: Facts, path: readonly string[], isSecret: boolean): Generator<Column, void> {
  for (const [field, facts] of Object.entries(schema.properties ?? {})) {
    const at = [...path, field];
    const hidden = isSecret || facts.secret === true;
    if (facts.properties) yield* fieldsOf(facts, at, hidden);
    else yield { name: at.join('.'), path: at, form: formOf(facts), isSecret: hidden };
  }
}

function formOf({ type, items, anyOf }: Facts): ColumnForm {
  if (type === 'string') return 'text';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array' && items?.type === 'string') return 'texts';
  if (type === 'array' && Object.keys(items?.properties ?? {}).join() === 'skill,level') return 'levels';
  if (anyOf?.every((each) => each.type === 'string')) return 'text';
  return 'json';
}

/** What people in China write over their columns, and what it is here. */
const TITLES: Readonly<Record<string, readonly string[]>> = {
  工号: ['id', 'agent'],
  分机号: ['number', 'extension'],
  分机: ['extension', 'number'],
  号码: ['number', 'numbers'],
  姓名: ['name'],
  名称: ['name', 'title'],
  标题: ['title'],
  账号: ['login'],
  登录名: ['login'],
  密码: ['password', 'pin'],
  角色: ['roles'],
  启用: ['active'],
  部门: ['department'],
  上级部门: ['parent'],
  级别: ['level'],
  技能: ['skills'],
  语种: ['language'],
  签入方式: ['signIn'],
  外呼权限: ['outside'],
  直线: ['ownNumber'],
  免打扰: ['doNotDisturb'],
  自动应答: ['autoAnswer'],
  手机: ['phone'],
  远程号码: ['phone'],
};

/** Column of the errors in the file that comes back; who sends that again is not told about it. */
export const ERRORS_COLUMN = 'errors';

/** Which column each title is; undefined: nobody looks at it. `unknown`: titles that are none. */
export function matchTitles(titles: readonly string[], columns: readonly Column[]) {
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const taken = new Set<Column>();
  const unknown: string[] = [];
  const twice: string[] = [];
  const matched = titles.map((title) => {
    const name = title.trim().toLowerCase();
    if (name === '' || name === ERRORS_COLUMN) return undefined;
    const wanted = [name, ...(TITLES[name] ?? []).map((each) => each.toLowerCase())];
    const found = wanted.map((each) => byName.get(each)).find((each) => each && !taken.has(each));
    if (found) taken.add(found);
    else if (wanted.some((each) => byName.has(each))) twice.push(title);
    else unknown.push(title);
    return found;
  });
  return { matched, unknown, twice };
}
