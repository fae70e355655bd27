/** Changes of a flow, each a new document and what is chosen then. Pure; the document is {@link normalised}. */
import {
  branchForm,
  type Doc,
  type FieldFacts,
  type FlowNode,
  get,
  isNode,
  isRecord,
  type KindFacts,
  type Kinds,
  pointerOf,
  put,
  type Steps,
} from './tree.ts';

export interface Edit {
  readonly doc: Doc;
  /** Pointer to what is chosen afterwards. */
  readonly chosen: string;
}

const isPlace = (steps: Steps): boolean => typeof steps.at(-1) === 'number';
const listOf = (doc: Doc, steps: Steps): readonly unknown[] => {
  const found = get(doc, steps);
  return Array.isArray(found) ? found : [];
};

/** Puts nodes behind a node, or at the head of a flow. */
export function addAfter(doc: Doc, at: Steps, nodes: readonly FlowNode[]): Edit {
  const list = isPlace(at) ? at.slice(0, -1) : at;
  const index = isPlace(at) ? (at.at(-1) as number) + 1 : 0;
  const changed = put(doc, list, listOf(doc, list).toSpliced(index, 0, ...nodes)) as Doc;
  return { doc: changed, chosen: pointerOf([...list, index]) };
}

/** Takes a node out; chosen is then the one that follows, the one before, or the flow. */
export function remove(doc: Doc, at: Steps): Edit {
  const list = at.slice(0, -1);
  const index = at.at(-1) as number;
  const rest = listOf(doc, list).toSpliced(index, 1);
  const next = Math.min(index, rest.length - 1);
  return { doc: put(doc, list, rest) as Doc, chosen: pointerOf(next < 0 ? list : [...list, next]) };
}

export function duplicate(doc: Doc, at: Steps): Edit {
  const node = get(doc, at);
  return isNode(node) ? addAfter(doc, at, [structuredClone(node)]) : { doc, chosen: pointerOf(at) };
}

/** One place up (-1) or down (1) in its list; undefined: there is none. */
export function move(doc: Doc, at: Steps, by: -1 | 1): Edit | undefined {
  const list = at.slice(0, -1);
  const nodes = listOf(doc, list);
  const index = at.at(-1) as number;
  const to = index + by;
  if (to < 0 || to >= nodes.length) return undefined;
  const moved = nodes.toSpliced(index, 1).toSpliced(to, 0, nodes[index]);
  return { doc: put(doc, list, moved) as Doc, chosen: pointerOf([...list, to]) };
}

/** Undefined takes the field away. */
export function setField(doc: Doc, at: Steps, field: string, value: unknown): Edit {
  return { doc: put(doc, [...at, field], value) as Doc, chosen: pointerOf(at) };
}

/** A way out of a node that it may have and has not. */
export interface NewBranch {
  readonly field: FieldFacts;
  /** Its label, where the field has branches by label. */
  readonly label: string;
}

/** Adds an empty branch; undefined: it is there already. */
export function addBranch(doc: Doc, at: Steps, { field, label }: NewBranch): Edit | undefined {
  const form = branchForm(field);
  const held = get(doc, [...at, field.name]);
  if (form === 'one') {
    if (held !== undefined) return undefined;
    const steps = [...at, field.name];
    return { doc: put(doc, steps, []) as Doc, chosen: pointerOf(steps) };
  }
  if (form === 'by-label') {
    if (label === '' || (isRecord(held) && Object.hasOwn(held, label))) return undefined;
    const steps = [...at, field.name, label];
    return { doc: put(doc, steps, []) as Doc, chosen: pointerOf(steps) };
  }
  const list = Array.isArray(held) ? held : [];
  const one = field.kind === 'shares' ? { weight: 1, flow: [] } : { who: [{ match: 'anonymous' }], flow: [] };
  const steps = [...at, field.name, list.length, 'flow'];
  return { doc: put(doc, [...at, field.name], [...list, one]) as Doc, chosen: pointerOf(steps) };
}

/** Steps of what a branch is within its node: the entry of a list goes as a whole. */
const entryOf = (steps: Steps): Steps =>
  steps.at(-1) === 'flow' && typeof steps.at(-2) === 'number' ? steps.slice(0, -1) : steps;

/** Takes a branch away with all that is in it. `at`: of the node; `branch`: from there. */
export function removeBranch(doc: Doc, at: Steps, branch: Steps): Edit {
  return { doc: put(doc, entryOf([...at, ...branch]), undefined) as Doc, chosen: pointerOf(at) };
}

/** Another label, in the same place of the order; undefined: that one is taken, or it has none. */
export function renameBranch(doc: Doc, at: Steps, branch: Steps, label: string): Edit | undefined {
  const [field, before] = branch;
  const held = get(doc, [...at, field!]);
  if (branch.length !== 2 || typeof before !== 'string' || !isRecord(held)) return undefined;
  if (label === '' || Object.hasOwn(held, label)) return undefined;
  const entries = Object.entries(held).map(([name, flow]) => [name === before ? label : name, flow]);
  const steps = [...at, field!, label];
  return {
    doc: put(doc, [...at, field!], Object.fromEntries(entries)) as Doc,
    chosen: pointerOf(steps),
  };
}

/** A flow with a name, for `goto` and `subflow`; undefined: there is one. */
export function addFlow(doc: Doc, name: string): Edit | undefined {
  const steps = ['flows', name];
  if (name === '' || get(doc, steps) !== undefined) return undefined;
  return { doc: put(doc, steps, []) as Doc, chosen: pointerOf(steps) };
}

export function removeRoot(doc: Doc, steps: Steps): Edit {
  return { doc: put(doc, steps, undefined) as Doc, chosen: '/flow' };
}

/** A new node: fields that must be there and hold branches have one that is empty. */
export function newNode(kind: KindFacts): FlowNode {
  const node: Record<string, unknown> = { type: kind.type };
  for (const field of kind.fields) {
    if (field.isOptional) continue;
    if (branchForm(field) === 'by-label') node[field.name] = FIRST[`${kind.type}.${field.name}`] ?? {};
    else if (field.kind === 'shares')
      node[field.name] = [
        { weight: 50, flow: [] },
        { weight: 50, flow: [] },
      ];
    else if (field.kind === 'rules') node[field.name] = [];
    else if (field.kind === 'targets') node[field.name] = [];
  }
  return node as FlowNode;
}

/** What most have. */
const FIRST: Readonly<Record<string, unknown>> = {
  'menu.keys': { 1: [] },
  'schedule.periods': { open: [], closed: [] },
};

/** Kinds that a stored flow may hold: code is for TypeScript files. */
export const storable = (kinds: Kinds): readonly KindFacts[] =>
  [...kinds.values()].filter(({ fields }) => !fields.some(({ kind }) => kind === 'function'));
