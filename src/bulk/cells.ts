import type { CellFlaw, Column } from './column.ts';
import { asMeant } from './sheet/sheet.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Takes the value of a field away; an empty cell leaves it as it is. */
const NONE = 'null';
const YES = new Set(['true', 'yes', '1', '是']);
const NO = new Set(['false', 'no', '0', '否']);
/** Between several values of a cell. */
const BETWEEN = /[;；\n]/;
/** What Excel makes of a long number in a column that is not text. */
const ROUNDED = /^\d(?:\.\d+)?E\+\d+$/i;

/** What a cell says: a value, null for none; undefined: nothing. Or what is wrong with it. */
export function saidBy(cell: string, column: Column): { readonly value: unknown } | CellFlaw | undefined {
  const text = asMeant(cell);
  if (text === '') return undefined;
  if (text === NONE) return { value: null };
  const wrong = (detail: string, fix?: string): CellFlaw => ({
    column: column.name,
    code: 'invalid',
    detail,
    fix,
  });
  switch (column.form) {
    case 'text':
      if (ROUNDED.test(text)) {
        const fix = 'format the column as text, and write it anew';
        return wrong(`'${text}' is a number that Excel has rounded`, fix);
      }
      return { value: text };
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? { value: Number(text) } : wrong(`'${text}' is no number`);
    case 'boolean': {
      const word = text.toLowerCase();
      if (YES.has(word) || NO.has(word)) return { value: YES.has(word) };
      return wrong(`'${text}' is neither true nor false`, 'write true (是) or false (否)');
    }
    case 'texts':
      return { value: partsOf(text) };
    case 'levels':
      return { value: partsOf(text).map(levelOf) };
    case 'json':
      try {
        return { value: JSON.parse(text) };
      } catch {
        return wrong('it is no JSON', 'write it as the API has it');
      }
  }
}

/** `english:3`, or `english` where no level is written. */
function levelOf(part: string) {
  const [, skill, level] = /^(.*?)\s*(?:[:：]\s*(\d+))?$/.exec(part)!;
  return { skill, ...(level !== undefined && { level: Number(level) }) };
}

const partsOf = (text: string): readonly string[] =>
  text
    .split(BETWEEN)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The cell that says a value; `saidBy` gives it back. */
export function cellOf(value: unknown, { form }: Column): string {
  if (value === undefined || value === null) return '';
  if (form === 'texts' && Array.isArray(value)) return value.join('; ');
  if (form === 'levels' && Array.isArray(value))
    return value.map(({ skill, level }) => (level === 1 ? skill : `${skill}:${level}`)).join('; ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What stands in an object at a path; undefined: nothing. */
export function fieldAt(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  return typeof value === 'object' && value !== null ? fieldAt((value as Fields)[step], rest) : undefined;
}

/** The same with another value at a path; null: none. */
export function withField(fields: Fields, [step, ...rest]: readonly string[], value: unknown): Fields {
  if (step === undefined) return fields;
  if (rest.length > 0) {
    const part = fields[step];
    const below = typeof part === 'object' && part !== null ? (part as Fields) : {};
    const changed = withField(below, rest, value);
    return { ...fields, [step]: changed };
  }
  if (value !== null) return { ...fields, [step]: value };
  const { [step]: _, ...left } = fields;
  return left;
}
