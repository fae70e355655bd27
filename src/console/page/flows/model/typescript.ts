/** A hotline as a file in TypeScript, as `dialplans/` takes it: the same tree, so that it is checked and runs as the one that was edited. Pure. */
import { type Doc, isRecord } from './tree.ts';

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
  return `import { hotline } from 'pbx400/dialplan';\n\nexport default hotline(${text(number)}, ${written(options, '')});\n`;
}

/** On one line where there is room for it. */
function written(value: unknown, indent: string): string {
  if (typeof value === 'string') return text(value);
  const parts = Array.isArray(value)
    ? value.map((each): [string, unknown] => ['', each])
    : isRecord(value)
      ? Object.entries(value)
          .filter(([, each]) => each !== undefined)
          .map(([name, each]): [string, unknown] => [`${key(name)}: `, each])
      : undefined;
  if (!parts) return JSON.stringify(value) ?? 'undefined';
  const [open, close, pad] = Array.isArray(value) ? ['[', ']', ''] : ['{', '}', ' '];
  if (parts.length === 0) return `${open}${close}`;
  const flat = parts.map(([name, each]) => `${name}${written(each, '')}`).join(', ');
  if (!flat.includes('\n') && indent.length + flat.length < WIDTH && !holdsFlow(value))
    return `${open}${pad}${flat}${pad}${close}`;
  const inner = `${indent}  `;
  const lines = parts.map(([name, each]) => `${inner}${name}${written(each, inner)},`);
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

/** Branches stand on lines of their own. */
const holdsFlow = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).some((each) => typeof each === 'object' && each !== null);

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
