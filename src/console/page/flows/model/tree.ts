/** The flow of a hotline as it is edited: plain JSON, walked by the fields that the engine tells of its kinds of nodes. Pure. */
import type { NodeKinds } from '../../../api/types.ts';

export type KindFacts = NodeKinds['items'][number];
export type FieldFacts = KindFacts['fields'][number];
export type Kinds = ReadonlyMap<string, KindFacts>;

export type Values = Readonly<Record<string, unknown>>;
export type FlowNode = Values & { readonly type: string };
/** A hotline without its number: what a version holds. */
export type Doc = Values;
/** Way from the document to a part of it. */
export type Steps = readonly (string | number)[];

/** A way out of a node. `steps`: from the node to the list of nodes. */
export interface Branch {
  readonly field: FieldFacts;
  readonly label: string;
  readonly steps: Steps;
  readonly flow: unknown;
}

/** A flow of the hotline itself: the main one, one with a name, that of VIPs ... */
export interface Root {
  /** As paths have it. */
  readonly name: string;
  readonly steps: Steps;
  readonly flow: unknown;
}

/** A node where it stands. */
export interface Spot {
  readonly node: FlowNode;
  readonly steps: Steps;
  /** JSON pointer: its identity within a state of the document. */
  readonly pointer: string;
  /** As the engine tells it, `flow[1].keys`: the same however its list is written. */
  readonly path: string;
  /** Place in its list, and that list. */
  readonly index: number;
  readonly count: number;
  readonly branches: readonly BranchSpot[];
}

export interface BranchSpot {
  readonly branch: Branch;
  readonly pointer: string;
  readonly spots: readonly Spot[];
}

export interface RootSpot {
  readonly root: Root;
  readonly pointer: string;
  readonly spots: readonly Spot[];
}

export const kindsOf = ({ items }: NodeKinds): Kinds => new Map(items.map((kind) => [kind.type, kind]));

export const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isNode = (value: unknown): value is FlowNode =>
  isRecord(value) && typeof value['type'] === 'string';

/** JSON pointer (RFC 6901). */
export const pointerOf = (steps: Steps): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A flow as the list of its nodes; what is none is left out. */
export const nodesIn = (flow: unknown): readonly FlowNode[] =>
  (Array.isArray(flow) ? flow : [flow]).filter(isNode);

const SINGLE = new Set(['flow']);
const BY_LABEL = new Set(['flows', 'keys', 'singleKeys', 'areas', 'carriers', 'trunks']);
const IN_LIST = new Set(['rules', 'shares']);

/** Whether a field holds branches, and how. */
export function branchForm({ kind }: Pick<FieldFacts, 'kind'>): 'one' | 'by-label' | 'in-list' | undefined {
  if (SINGLE.has(kind)) return 'one';
  if (BY_LABEL.has(kind)) return 'by-label';
  return IN_LIST.has(kind) ? 'in-list' : undefined;
}

/** The branches of a node that are there, in the order of its fields. */
export function branchesOf(node: FlowNode, kinds: Kinds): readonly Branch[] {
  const branches: Branch[] = [];
  for (const field of kinds.get(node.type)?.fields ?? []) {
    const form = branchForm(field);
    const value = node[field.name];
    if (form === undefined || value === undefined) continue;
    if (form === 'one') branches.push({ field, label: field.name, steps: [field.name], flow: value });
    else if (form === 'by-label' && isRecord(value))
      for (const [label, flow] of Object.entries(value))
        branches.push({ field, label, steps: [field.name, label], flow });
    else if (form === 'in-list' && Array.isArray(value))
      for (const [index, one] of value.entries())
        if (isRecord(one))
          branches.push({
            field,
            label: field.kind === 'rules' ? rulesText(one['who']) : shareText(one, value),
            steps: [field.name, index, 'flow'],
            flow: one['flow'],
          });
  }
  return branches;
}

const rulesText = (who: unknown): string =>
  (Array.isArray(who) ? who : [who])
    .filter(isRecord)
    .map((rule) => {
      const [kind, value] = Object.values(rule);
      return value === undefined ? String(kind) : `${kind} ${value}`;
    })
    .join(', ');

function shareText({ weight }: Values, shares: readonly unknown[]): string {
  const weightOf = (value: unknown) => (isRecord(value) ? Number(value['weight']) || 0 : 0);
  const sum = shares.reduce((total: number, share) => total + weightOf(share), 0);
  return `${Math.round(((Number(weight) || 0) * 100) / (sum || 1))} %`;
}

/** The flows of the hotline itself. */
export function rootsOf(doc: Doc): readonly Root[] {
  const roots: Root[] = [];
  const add = (name: string, flow: unknown, steps: Steps = [name]) => {
    if (typeof flow === 'object' && flow !== null) roots.push({ name, flow, steps });
  };
  const within = (field: string, part: string) => {
    const value = doc[field];
    return isRecord(value) ? value[part] : undefined;
  };
  add('flow', doc['flow']);
  for (const [name, flow] of Object.entries(isRecord(doc['flows']) ? doc['flows'] : {}))
    add(name, flow, ['flows', name]);
  add('vip', within('vip', 'flow'), ['vip', 'flow']);
  add('blocked', doc['blocked']);
  add('limit', within('limit', 'otherwise'), ['limit', 'otherwise']);
  add('afterTalk', doc['afterTalk']);
  add('otherwise', doc['otherwise']);
  return roots;
}

/** Spots of nodes as they were walked last: documents share what a change has left alone. */
const walked = new WeakMap<object, { readonly kinds: Kinds; readonly spot: Spot }>();

/** The whole document, node by node; what stands where it stood is the same object as before. */
export function walk(doc: Doc, kinds: Kinds): readonly RootSpot[] {
  const visit = (flow: unknown, steps: Steps, path: string): readonly Spot[] => {
    const nodes = nodesIn(flow);
    return nodes.map((node, index) => {
      const own = Array.isArray(flow) ? [...steps, index] : steps;
      const here = nodes.length > 1 ? `${path}[${index}]` : path;
      const pointer = pointerOf(own);
      const before = walked.get(node);
      if (
        before?.kinds === kinds &&
        before.spot.pointer === pointer &&
        before.spot.path === here &&
        before.spot.index === index &&
        before.spot.count === nodes.length
      )
        return before.spot;
      const branches = branchesOf(node, kinds).map((branch) => {
        const below = [...own, ...branch.steps];
        return {
          branch,
          pointer: pointerOf(below),
          spots: visit(branch.flow, below, `${here}.${branch.label}`),
        };
      });
      const spot = { node, steps: own, pointer, path: here, index, count: nodes.length, branches };
      walked.set(node, { kinds, spot });
      return spot;
    });
  };
  return rootsOf(doc).map((root) => ({
    root,
    pointer: pointerOf(root.steps),
    spots: visit(root.flow, root.steps, root.name),
  }));
}

/** All spots, parents first. */
export function spotsOf(roots: readonly RootSpot[]): readonly Spot[] {
  const all: Spot[] = [];
  const visit = (spot: Spot) => {
    all.push(spot);
    for (const { spots } of spot.branches) for (const each of spots) visit(each);
  };
  for (const { spots } of roots) for (const spot of spots) visit(spot);
  return all;
}

/** The same with each flow as a list, so that places in it are the same before and after a node is added. */
export const normalised = (doc: Doc, kinds: Kinds): Doc => withFlows(doc, kinds, nodesIn);

/** The same with a flow of one node as that node: as people write it. */
export const compact = (doc: Doc, kinds: Kinds): Doc =>
  withFlows(doc, kinds, (flow) => {
    const nodes = nodesIn(flow);
    return nodes.length === 1 ? nodes[0] : nodes;
  });

function withFlows(doc: Doc, kinds: Kinds, form: (flow: readonly FlowNode[]) => unknown): Doc {
  const inFlow = (flow: unknown): unknown => form(nodesIn(flow).map(inNode));
  const inNode = (node: FlowNode): FlowNode => {
    const changed: Record<string, unknown> = { ...node };
    for (const field of kinds.get(node.type)?.fields ?? []) {
      const value = node[field.name];
      const way = branchForm(field);
      if (way === undefined || value === undefined) continue;
      if (way === 'one') changed[field.name] = inFlow(value);
      else if (way === 'by-label' && isRecord(value))
        changed[field.name] = Object.fromEntries(
          Object.entries(value).map(([label, flow]) => [label, inFlow(flow)]),
        );
      else if (way === 'in-list' && Array.isArray(value))
        changed[field.name] = value.map((one) =>
          isRecord(one) && one['flow'] !== undefined ? { ...one, flow: inFlow(one['flow']) } : one,
        );
    }
    return changed as FlowNode;
  };
  let result = doc;
  // It is a survey, and no flow.
  for (const { name, flow, steps } of rootsOf(doc))
    if (name !== 'afterTalk') result = put(result, steps, inFlow(flow)) as Doc;
  return result;
}

/** What stands there; undefined: nothing. */
export function get(value: unknown, steps: Steps): unknown {
  let at = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Values)[step];
  }
  return at;
}

/** A copy with another value there; what is not on the way is the same object. Undefined takes it away. */
export function put(value: unknown, steps: Steps, part: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return part;
  if (Array.isArray(value)) {
    const at = Number(step);
    const below = put(value[at], rest, part);
    return below === undefined ? value.toSpliced(at, 1) : value.with(at, below);
  }
  const record = isRecord(value) ? value : {};
  const below = put(record[step], rest, part);
  if (below !== undefined) return { ...record, [step]: below };
  const { [step]: _, ...others } = record;
  return others;
}
