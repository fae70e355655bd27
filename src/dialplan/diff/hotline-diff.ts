/** What is different between two versions of a hotline, node by node: a node that was moved is neither gone nor new. */
import { isDeepStrictEqual } from 'node:util';
import { branchesOf, ownFieldsOf } from '../node/branches.ts';
import type { Hotline } from '../node/hotline.ts';
import { type Flow, type FlowNode, nodesOf } from '../node/tree.ts';
import { flowRootsOf } from '../plan/plan.ts';

/** One difference. Paths are those of checks and graphs: `flow.1[0]`. */
export type HotlineDifference =
  | { readonly kind: 'added' | 'removed'; readonly node: FlowNode; readonly path: string }
  | { readonly kind: 'moved'; readonly node: FlowNode; readonly from: string; readonly path: string }
  | ({ readonly kind: 'changed'; readonly node: FlowNode; readonly path: string } & FieldDifference)
  /** Where a way out of a node, or of the hotline itself (no node), leads; undefined: there is none. */
  | {
      readonly kind: 'exit';
      readonly node: FlowNode | undefined;
      readonly path: string;
      readonly exit: string;
      readonly before: FlowNode | undefined;
      readonly after: FlowNode | undefined;
    }
  /** A field of the hotline itself. */
  | ({ readonly kind: 'setting' } & FieldDifference);

interface FieldDifference {
  /** `timeoutMs`, `calendars.office`. */
  readonly field: string;
  /** Undefined: it is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** A node where it stands, or (without one) the hotline itself. */
interface Spot {
  readonly node: FlowNode | undefined;
  readonly path: string;
  readonly parent: Spot | undefined;
  /** Which way out of the parent leads to it. */
  readonly exit: string;
  /** Its fields without its branches, and with them. */
  readonly own: string;
  readonly whole: string;
  /** The spots of each way out. */
  readonly exits: Map<string, { readonly label: string; readonly spots: Spot[] }>;
}

/** The differences, in the order of the new version; what is gone comes first. Both were proved to be hotlines. */
export function hotlineDiff(before: Hotline, after: Hotline): readonly HotlineDifference[] {
  const [old, fresh] = [spotsOf(before), spotsOf(after)];
  const pairs = matched(old, fresh);
  const news = new Map(Array.from(pairs, ([one, other]) => [other, one]));
  const removed = old
    .filter((spot) => !pairs.has(spot))
    .map(({ node, path }) => gone('removed', node!, path));
  const rest = fresh.flatMap((spot): readonly HotlineDifference[] => {
    const was = news.get(spot);
    if (!was) return [gone('added', spot.node!, spot.path)];
    return [...moved(was, spot, pairs), ...changed(was, spot), ...exits(was, spot, pairs)];
  });
  return [...settings(before, after), ...removed, ...rest];
}

const gone = (kind: 'added' | 'removed', node: FlowNode, path: string) => ({ kind, node, path }) as const;

/** The hotline and all its nodes, parents first. */
function spotsOf(hotline: Hotline): readonly Spot[] {
  const top: Spot = {
    node: undefined,
    path: '',
    parent: undefined,
    exit: '',
    own: '',
    whole: '',
    exits: new Map(),
  };
  const spots = [top];
  const visit = (
    flow: Flow,
    parent: Spot,
    exit: { readonly key: string; readonly label: string },
    path: string,
  ) => {
    const nodes = nodesOf(flow);
    const below: Spot[] = [];
    parent.exits.set(exit.key, { label: exit.label, spots: below });
    for (const [index, node] of nodes.entries()) {
      const spot: Spot = {
        node,
        path: nodes.length > 1 ? `${path}[${index}]` : path,
        parent,
        exit: exit.key,
        own: JSON.stringify([node.type, ownFieldsOf(node)]),
        whole: JSON.stringify(node),
        exits: new Map(),
      };
      below.push(spot);
      spots.push(spot);
      for (const { label, flow: next, steps } of branchesOf(node))
        visit(next, spot, { key: steps.slice(0, 2).join('.'), label }, `${spot.path}.${label}`);
    }
  };
  for (const { name, flow, steps } of flowRootsOf(hotline))
    visit(flow, top, { key: steps.join('.'), label: name }, name);
  return spots;
}

/** By what two spots are the same node, the surest first. */
const SAME: readonly ((spot: Spot) => string)[] = [
  ({ path, own }) => `${path}\n${own}`,
  ({ whole }) => whole,
  ({ own }) => own,
  ({ path, node }) => `${path}\n${node?.type}`,
  ({ path, node }) => `${path.replace(/\[\d+\]$/, '')}\n${node?.type}`,
];

/** The new spot of each old one that is still there. */
function matched(old: readonly Spot[], fresh: readonly Spot[]): ReadonlyMap<Spot, Spot> {
  const pairs = new Map<Spot, Spot>([[old[0]!, fresh[0]!]]);
  const taken = new Set<Spot>([fresh[0]!]);
  const pair = (one: Spot, other: Spot) => {
    if (pairs.has(one) || taken.has(other)) return;
    pairs.set(one, other);
    taken.add(other);
    // What is the same as a whole is the same in each part.
    if (one.whole !== other.whole) return;
    for (const [key, { spots }] of one.exits)
      for (const [index, spot] of spots.entries()) pair(spot, other.exits.get(key)!.spots[index]!);
  };
  for (const keyOf of SAME) {
    const open = new Map<string, Spot[]>();
    for (const spot of fresh) {
      if (taken.has(spot)) continue;
      const key = keyOf(spot);
      open.set(key, [...(open.get(key) ?? []), spot]);
    }
    for (const spot of old) {
      const other = pairs.has(spot) ? undefined : open.get(keyOf(spot))?.find((one) => !taken.has(one));
      if (other) pair(spot, other);
    }
  }
  return pairs;
}

/** Another parent, another way out of it, or another order of those that were and are in the same list. */
function moved(was: Spot, is: Spot, pairs: ReadonlyMap<Spot, Spot>): readonly HotlineDifference[] {
  if (!is.node || !was.parent || !is.parent) return [];
  const isSameList = pairs.get(was.parent) === is.parent && was.exit === is.exit;
  if (isSameList && !isOutOfOrder(was, is, pairs)) return [];
  return [{ kind: 'moved', node: is.node, from: was.path, path: is.path }];
}

/** Whether it is none of the longest run of nodes that stand in the same order as before. */
function isOutOfOrder(was: Spot, is: Spot, pairs: ReadonlyMap<Spot, Spot>): boolean {
  const now = is.parent!.exits.get(is.exit)!.spots;
  const places = was.parent!.exits.get(was.exit)!.spots.flatMap((spot) => {
    const place = now.indexOf(pairs.get(spot)!);
    return place < 0 ? [] : [place];
  });
  return !longestRise(places).has(now.indexOf(is));
}

/** The numbers of the longest rising subsequence. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  const best: (readonly number[])[] = [];
  for (const [index, number] of numbers.entries()) {
    let longest: readonly number[] = [];
    for (const run of best.slice(0, index))
      if (run.at(-1)! < number && run.length > longest.length) longest = run;
    best.push([...longest, number]);
  }
  return new Set(best.reduce((one, other) => (other.length > one.length ? other : one), []));
}

function changed(was: Spot, is: Spot): readonly HotlineDifference[] {
  const { node, path } = is;
  if (!node || !was.node || was.own === is.own) return [];
  const fields = fieldsOf(ownFieldsOf(was.node), ownFieldsOf(node));
  return fields.map((field) => ({ kind: 'changed', node, path, ...field }));
}

function exits(was: Spot, is: Spot, pairs: ReadonlyMap<Spot, Spot>): readonly HotlineDifference[] {
  const keys = new Set([...was.exits.keys(), ...is.exits.keys()]);
  return [...keys].flatMap((key): readonly HotlineDifference[] => {
    const [one, other] = [was.exits.get(key), is.exits.get(key)];
    const [before, after] = [one?.spots[0], other?.spots[0]];
    const isSame = before && after ? pairs.get(before) === after : !before && !after && !one === !other;
    if (isSame) return [];
    const exit = (other ?? one)!.label;
    return [{ kind: 'exit', node: is.node, path: is.path, exit, before: before?.node, after: after?.node }];
  });
}

/** Fields of the hotline that are flows, or say which one it is. */
const NO_SETTINGS = new Set(['type', 'number', 'tenant', 'flow', 'flows', 'afterTalk', 'otherwise']);
/** Those that hold several things by their names. */
const BY_NAME = new Set(['lines', 'calendars', 'featureCodes', 'vip', 'limit']);
/** Flows within them. */
const FLOWS_WITHIN = new Set(['vip.flow', 'limit.otherwise']);

function settings(before: Hotline, after: Hotline): readonly HotlineDifference[] {
  const flat = (hotline: Hotline) => {
    const all: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(hotline)) {
      if (NO_SETTINGS.has(name) || (name === 'blocked' && typeof value === 'object')) continue;
      if (!BY_NAME.has(name)) all[name] = value;
      else for (const [part, of] of Object.entries(value ?? {})) all[`${name}.${part}`] = of;
    }
    return Object.fromEntries(Object.entries(all).filter(([name]) => !FLOWS_WITHIN.has(name)));
  };
  return fieldsOf(flat(before), flat(after)).map((field) => ({ kind: 'setting', ...field }));
}

function fieldsOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly FieldDifference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}
