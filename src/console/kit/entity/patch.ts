/** Values of entities compared, and what changes one into the other (RFC 7396). Pure. */
import type { Fields } from './tree.ts';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether two say the same; undefined and null are the same nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === undefined || one === null) return other === undefined || other === null;
  if (Array.isArray(one))
    return (
      Array.isArray(other) && one.length === other.length && one.every((each, at) => isSame(each, other[at]))
    );
  if (!isFields(one) || !isFields(other)) return false;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) =>
    isSame(one[name], other[name]),
  );
}

/** A merge patch that makes `before` into `after`. A null that stands in `after` is sent: it takes away what is not shown. */
export function patchOf(before: Fields, after: Fields): Fields {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]];
    if (is === undefined) {
      if (was !== undefined) patch[name] = null;
    } else if (is === null) patch[name] = null;
    else if (isFields(was) && isFields(is)) {
      const within = patchOf(was, is);
      if (Object.keys(within).length > 0) patch[name] = within;
    } else if (!isSame(was, is)) patch[name] = is;
  }
  return patch;
}

/** Names of fields in which two differ. */
export function changedFields(before: Fields, after: Fields, names: readonly string[]): readonly string[] {
  return names.filter((name) => !isSame(before[name], after[name]));
}

/** A value with another one at a place in it; undefined takes the place away. */
export function placed(value: unknown, path: readonly (string | number)[], put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  if (typeof step === 'number') {
    const items = Array.isArray(value) ? [...value] : [];
    items[step] = placed(items[step], rest, put);
    return items;
  }
  const fields: Record<string, unknown> = isFields(value) ? { ...value } : {};
  const made = placed(fields[step], rest, put);
  if (made === undefined) delete fields[step];
  else fields[step] = made;
  return fields;
}
