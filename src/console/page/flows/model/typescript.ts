/**
 * A hotline as a file in TypeScript, as `dialplans/` takes it and integrators write it: by the builders of `pbx400/dialplan`, the same
 * tree, so that it is checked and runs as the one that was edited. Pure.
 */
import { type Doc, isRecord, type Values } from './tree.ts';

const WIDTH = 100;

export interface Written {
  readonly number: string;
  /** Company that owns it. */
  readonly tenant: string | undefined;
  readonly doc: Doc;
}

export function typescriptOf({ number, tenant, doc }: Written): string {
  const { type: _, number: __, ...fields } = doc;
  const options = { ...(tenant !== undefined && { tenant }), ...fields };
  const used = new Set(['hotline']);
  const body = written(options, '', used);
  const names = [...used].sort();
  const flat = `import { ${names.join(', ')} } from 'pbx400/dialplan';`;
  const head =
    flat.length <= WIDTH
      ? flat
      : `import {\n${names.map((name) => `  ${name},\n`).join('')}} from 'pbx400/dialplan';`;
  return `${head}\n\nexport default hotline(${text(number)}, ${body});\n`;
}

/** What a builder is told; undefined: by it the node cannot be written. */
type Told = (fields: Values) => readonly unknown[] | undefined;

/** The first fields one by one, the others as an object, where there are any. */
const inOrder =
  (...names: readonly string[]): Told =>
  (fields) => {
    if (names.some((name) => fields[name] === undefined)) return undefined;
    const rest = Object.entries(fields).filter(
      ([name, value]) => !names.includes(name) && value !== undefined,
    );
    return [...names.map((name) => fields[name]), ...(rest.length > 0 ? [Object.fromEntries(rest)] : [])];
  };

/** Branches by what they are for stand beside the other fields. */
const beside =
  (branches: string, others: readonly string[], first: readonly string[] = []): Told =>
  (fields) => {
    const { [branches]: ways, ...rest } = fields;
    const isKnown = Object.keys(rest).every((name) => others.includes(name) || first.includes(name));
    if (!isRecord(ways) || !isKnown || others.some((name) => Object.hasOwn(ways, name))) return undefined;
    const { otherwise, ...before } = rest;
    const own = Object.entries(before).filter(([name]) => !first.includes(name));
    // A Map keeps its order: an object has whole numbers first.
    const options = new Map([...own, ...Object.entries(ways), ['otherwise', otherwise]]);
    return [...first.map((name) => fields[name]), options];
  };

const MENU = ['prompt', 'attempts', 'timeoutMs', 'invalid', 'otherwise'];

/** Kinds of nodes by how their builder is told; others are written as they are, which is a node too. */
const BUILDERS: Readonly<Record<string, Told>> = {
  play: inOrder('prompt'),
  hangup: (fields) => {
    const { cause, prompt, ...rest } = fields;
    if (Object.keys(rest).length > 0) return undefined;
    if (prompt !== undefined) return [fields];
    return cause === undefined ? [] : [cause];
  },
  menu: beside('keys', MENU),
  queue: inOrder('queue'),
  schedule: inOrder('calendar', 'periods'),
  voicemail: inOrder('box'),
  goto: inOrder('flow'),
  subflow: inOrder('flow'),
  set: inOrder('variable', 'value'),
  survey: inOrder('survey'),
  callback: inOrder('queue'),
  group: inOrder('number'),
  conference: inOrder('number'),
  announcements: inOrder(),
  gather: (fields) => [fields],
  byArea: beside('areas', ['unknown', 'international', 'otherwise']),
  byCarrier: beside('carriers', ['otherwise']),
  byTrunk: beside('trunks', ['otherwise']),
  byVariable: beside('values', ['otherwise'], ['variable']),
};

/** A node by its builder; undefined: it is none, or has no such builder. */
function builtOf(value: Values): { readonly name: string; readonly told: readonly unknown[] } | undefined {
  const { type, ...fields } = value;
  if (typeof type !== 'string' || !Object.hasOwn(BUILDERS, type)) return undefined;
  const told = BUILDERS[type]!(fields);
  return told && { name: type, told };
}

/** On one line where there is room for it. */
function written(value: unknown, indent: string, used: Set<string>): string {
  if (typeof value === 'string') return text(value);
  if (isRecord(value) && !(value instanceof Map)) {
    const built = builtOf(value);
    if (built) {
      used.add(built.name);
      return `${built.name}(${built.told.map((each) => written(each, indent, used)).join(', ')})`;
    }
  }
  const parts = Array.isArray(value)
    ? value.map((each): [string, unknown] => ['', each])
    : entriesOf(value)
        ?.filter(([, each]) => each !== undefined)
        .map(([name, each]): [string, unknown] => [`${key(name)}: `, each]);
  if (!parts) return JSON.stringify(value) ?? 'undefined';
  const [open, close, pad] = Array.isArray(value) ? ['[', ']', ''] : ['{', '}', ' '];
  if (parts.length === 0) return `${open}${close}`;
  const flat = parts.map(([name, each]) => `${name}${written(each, '', used)}`).join(', ');
  if (!flat.includes('\n') && indent.length + flat.length < WIDTH && !holdsMuch(value))
    return `${open}${pad}${flat}${pad}${close}`;
  const inner = `${indent}  `;
  const lines = parts.map(([name, each]) => `${inner}${name}${written(each, inner, used)},`);
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] | undefined =>
  value instanceof Map
    ? [...(value as ReadonlyMap<string, unknown>)]
    : isRecord(value)
      ? Object.entries(value)
      : undefined;

/** Several branches stand on lines of their own, and so does what holds some of them. */
const holdsMuch = (value: unknown): boolean =>
  (entriesOf(value) ?? []).filter(([, each]) => typeof each === 'object' && each !== null).length > 1;

function text(value: string): string {
  const escaped = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `'${escaped}'`;
}

/** Whole numbers are keys as they are; `__proto__` would be no key but the prototype. */
function key(name: string): string {
  if (/^(0|[1-9]\d{0,8})$/.test(name) || (/^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__'))
    return name;
  return name === '__proto__' ? `[${text(name)}]` : text(name);
}
