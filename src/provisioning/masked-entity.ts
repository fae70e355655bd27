import { maskedNumber, textShown } from '../shared/masked-number.ts';
import type { KindName } from './kinds.ts';

type Fields = Readonly<Record<string, unknown>>;

const numbers = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((each) => maskedNumber(String(each))) : value;

const text = (value: unknown): unknown =>
  typeof value === 'string' ? textShown(value, maskedNumber) : value;

/** Numbers that look the same masked are counted, so that none is lost: `138****8000`, `138****8000 (2)`. */
function keys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const seen = new Map<string, number>();
  const masked = Object.entries(value).map(([number, of]) => {
    const shown = maskedNumber(number);
    const count = (seen.get(shown) ?? 0) + 1;
    seen.set(shown, count);
    return [count === 1 ? shown : `${shown} (${count})`, of] as const;
  });
  return Object.fromEntries(masked);
}

/** Of each kind that holds numbers of callers, the fields that do, and how they are masked. */
const MASKS: { readonly [Kind in KindName]?: Readonly<Record<string, (value: unknown) => unknown>> } = {
  list: { numbers, prefixes: numbers, owners: keys },
  nuisance: { number: (value) => maskedNumber(String(value)), reason: text },
};

/** Of values that stay the same object as long as they do not change. */
const known = new WeakMap<Fields, Fields>();

/** Whether entities of a kind are named by callers' numbers: who may not see them finds one that he knows whole, never by its parts or place. */
export const isNamedByCaller = (kind: string): boolean => kind === 'nuisance';

/** An entity for who may not see numbers of callers (号码防火墙): those in lists and reports read `138****8000`. */
export function maskedEntity(kind: KindName, value: Fields): Fields {
  const masks = MASKS[kind];
  if (!masks) return value;
  let masked = known.get(value);
  if (!masked) {
    const fields = Object.entries(value).map(([field, of]) => [field, masks[field]?.(of) ?? of] as const);
    masked = Object.fromEntries(fields);
    known.set(value, masked);
  }
  return masked;
}

/** A pointer or path to one of its fields: those of lists are named by callers' numbers. */
export const maskedField = (kind: string, field: string): string =>
  kind === 'list' ? textShown(field, maskedNumber) : field;

/** Its name, likewise. */
export const maskedName = (kind: string, name: string): string =>
  isNamedByCaller(kind) ? maskedNumber(name) : name;
