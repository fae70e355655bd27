/** What is wrong with what was written, before it is sent: the rest is the server's to say. Pure. */
import type { FieldNode, Fields } from './tree.ts';

export type Fault = 'required' | 'pattern' | 'least' | 'most' | 'tooFew';

/** By JSON pointer. */
export type Faults = ReadonlyMap<string, { readonly fault: Fault; readonly node: FieldNode }>;

export function faultsOf(nodes: readonly FieldNode[], value: Fields, isNew = false): Faults {
  const found = new Map<string, { fault: Fault; node: FieldNode }>();
  for (const node of nodes) look(node, value[node.name], `/${escaped(node.name)}`, isNew, found);
  return found;
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

function look(
  node: FieldNode,
  value: unknown,
  pointer: string,
  isNew: boolean,
  found: Map<string, { fault: Fault; node: FieldNode }>,
): void {
  const { field, fields, each } = node;
  const isNothing = value === undefined || value === null || value === '';
  if (isNothing) {
    // A secret that is there already is not shown.
    if (field.isRequired && (isNew || !field.isSecret)) found.set(pointer, { fault: 'required', node });
    return;
  }
  if (Array.isArray(value)) {
    if (value.length < (field.minItems ?? 0)) found.set(pointer, { fault: 'tooFew', node });
    if (!each) return;
    for (const [at, item] of value.entries()) look(each, item, `${pointer}/${at}`, isNew, found);
    return;
  }
  if (field.type === 'group') {
    for (const one of fields)
      look(one, (value as Fields)[one.name], `${pointer}/${escaped(one.name)}`, isNew, found);
    return;
  }
  if (field.type === 'map') {
    if (each)
      for (const [key, item] of Object.entries(value as Fields))
        look(each, item, `${pointer}/${escaped(key)}`, isNew, found);
    return;
  }
  const fault = plainFault(node, value);
  if (fault) found.set(pointer, { fault, node });
}

function plainFault({ field }: FieldNode, value: unknown): Fault | undefined {
  if (typeof value === 'string' && field.pattern !== null && !new RegExp(field.pattern, 'u').test(value))
    return 'pattern';
  if (typeof value !== 'number') return undefined;
  if (field.minimum !== null && value < field.minimum) return 'least';
  if (field.maximum !== null && value > field.maximum) return 'most';
  return undefined;
}
