/** Branches that are written beside a node's own fields: `menu({ prompt, 1: ..., otherwise })`. */
import type { Flow } from '../node/tree.ts';

/** The entries of `options` that are not in `fields`: the branches. */
export function branchesBeside(options: object, fields: readonly string[]): Record<string, Flow> {
  const branches: Record<string, Flow> = {};
  for (const [key, value] of Object.entries(options)) if (!fields.includes(key)) branches[key] = value;
  return branches;
}

/** The entries of `options` that are in `fields`. */
export function fieldsOf(options: object, fields: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => fields.includes(key)));
}

/** Branches by key beside `otherwise`. */
export function branchesAndOtherwise(options: object) {
  return { branches: branchesBeside(options, ['otherwise']), rest: fieldsOf(options, ['otherwise']) };
}
