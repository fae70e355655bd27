/**
 * Ways of calls on the flow that is shown: what records and replays tell of a call are steps in the engine's words (`menu → 2`,
 * `queue sales`), which are followed from node to node. Pure.
 */
import type { BranchSpot, RootSpot, Spot } from './tree.ts';

/** The way of a call. */
export interface Walked {
  /** Where it came to: pointers of nodes and branches, `root` before those of flows. */
  readonly entered: ReadonlySet<string>;
  /** Each of its steps has its place: the flow is the one that it went through, or goes on like that one. */
  readonly fits: boolean;
}

export const rootAt = (pointer: string): string => `root${pointer}`;

/** What steps of a kind begin with, where that is not its type. */
const HEADS: Readonly<Record<string, readonly string[]>> = {
  dialThrough: ['dial-through'],
  announcements: ['announcements', 'announcement'],
  extension: ['extension', 'dial'],
  directory: ['directory'],
  recordMessage: ['record-message'],
};
/** One step alone is told of these. */
const ONCE = new Set(['play', 'set', 'announce', 'goto', 'subflow', 'hangup']);
/** Nothing need be told of these, and the call goes on. */
const SILENT = new Set(['language']);
/** The call leaves the flow. */
const ENDS = /→ (served|attended|left|empty|voicemail|callback)$/;
const FOREIGN = new Set([
  'canary',
  'ringback',
  'blacklist → passed',
  'whitelist',
  'vip',
  'answer',
  'switch',
  'peak',
]);

interface Frame {
  readonly spots: readonly Spot[];
  readonly at: number;
}
/** What is left to do, the innermost last. */
type Stack = readonly Frame[];

const headOf = (step: string): string => /^[A-Za-z-]+/.exec(step)?.[0] ?? step;
const branchOf = (step: string): string | undefined => / → (.+)$|^→ (.+)$/.exec(step)?.[1];
const headsOf = (type: string): readonly string[] => HEADS[type] ?? [type];
const isOf = ({ node }: Spot, step: string): boolean => headsOf(node.type).includes(headOf(step));

/** Follows the steps of a call through a flow. */
export function walkWay(roots: readonly RootSpot[], steps: readonly string[]): Walked {
  const entered = new Set<string>();
  let fits = true;
  const told = steps.filter((step) => !FOREIGN.has(step) && !FOREIGN.has(headOf(step)));
  const rootNamed = (name: string, isNamed = false) =>
    roots.find(({ root }) => root.name === name && (root.steps[0] === 'flows') === isNamed);
  const enterRoot = (root: RootSpot): Frame => {
    entered.add(rootAt(root.pointer));
    return { spots: root.spots, at: 0 };
  };
  const [first] = told;
  const barred = first === 'blacklist' ? 'blocked' : first === 'limit' ? 'limit' : undefined;
  const begin =
    barred !== undefined
      ? rootNamed(barred)
      : ((steps.includes('vip') ? rootNamed('vip') : undefined) ?? rootNamed('flow'));
  if (!begin || first === 'channels') return { entered, fits };
  let stack: Stack = [enterRoot(begin)];
  let cursor = barred === undefined ? 0 : 1;
  /** It came to the next node, whether that tells of it or not. */
  let isSure = true;

  for (;;) {
    const step = told[cursor];
    if (step === 'otherwise') {
      const root = rootNamed('otherwise');
      if (!root) break;
      [stack, cursor, isSure] = [[enterRoot(root)], cursor + 1, true];
      continue;
    }
    if (stack.length === 0) break;
    const spot = spotAt(stack);
    if (!spot) {
      stack = stack.slice(0, -1);
      continue;
    }
    if (step === undefined) {
      if (isSure) entered.add(spot.pointer);
      break;
    }
    if (!isOf(spot, step)) {
      const ahead = nextOf(stack, step);
      if (!ahead) {
        // What it tells of is in this flow no more, or elsewhere.
        [fits, cursor] = [false, cursor + 1];
        continue;
      }
      if (ahead.passed.every(({ node }) => SILENT.has(node.type)))
        for (const { pointer } of ahead.passed) entered.add(pointer);
      else fits = false;
      stack = ahead.stack;
      continue;
    }
    entered.add(spot.pointer);
    const { end, last } = ownSteps(spot, told, cursor);
    cursor = end;
    const way = branchOf(last);
    stack = [...stack.slice(0, -1), { spots: stack.at(-1)!.spots, at: stack.at(-1)!.at + 1 }];
    isSure =
      way !== undefined || (spot.node.type !== 'play' && ONCE.has(spot.node.type)) || isOver(spot, last);
    if (spot.node.type === 'goto' || spot.node.type === 'subflow') {
      const root = rootNamed(way ?? '', true);
      if (!root) {
        fits = false;
        break;
      }
      stack = spot.node.type === 'goto' ? [enterRoot(root)] : [...stack, enterRoot(root)];
      continue;
    }
    if (spot.node.type === 'hangup' || (ENDS.test(last) && cursor >= told.length)) break;
    if (way === undefined) continue;
    const taken = branchesFor(spot, way);
    const best = taken.length > 1 ? furthest(taken, told, cursor) : taken[0];
    if (best) {
      entered.add(best.pointer);
      stack = [...stack, { spots: best.spots, at: 0 }];
    } else if (!ENDS.test(last) && !WITHOUT_BRANCH.has(way)) fits = false;
  }
  return { entered, fits };
}

/** Outcomes after which the next node follows where there is no branch for them. */
const WITHOUT_BRANCH = new Set(['otherwise', 'closed', 'silent', 'none', 'empty', 'last']);
/** It has done what it does once its step is told. */
const DONE = new Set(['gather', 'http', 'announcements', 'script']);
const isOver = ({ node }: Spot, step: string): boolean => DONE.has(node.type) && !/no key|wanted/.test(step);

function spotAt(stack: Stack): Spot | undefined {
  const frame = stack.at(-1);
  return frame?.spots[frame.at];
}

/** The steps that a node tells, from a place on: up to the one by which it is left. */
function ownSteps(spot: Spot, told: readonly string[], from: number): { end: number; last: string } {
  let end = from + 1;
  const isLeft = (step: string) => {
    // A line of several is busy: the next one is rung.
    const isLine = /^dial \S.* → /.test(step) && !/ → served$/.test(step);
    return branchOf(step) !== undefined && !isLine;
  };
  if (!ONCE.has(spot.node.type))
    while (
      end < told.length &&
      !isLeft(told[end - 1]!) &&
      isOf(spot, told[end]!) &&
      (spot.node.type !== 'gather' || subjectOf(told[end]!) === subjectOf(told[from]!))
    )
      end++;
  return { end, last: told[end - 1]! };
}

const subjectOf = (step: string): string => step.replace(/ → .*$/, '');

/** The next node behind this place that a step may be of, and those between, on the way that is taken without a branch. */
function nextOf(stack: Stack, step: string): { stack: Stack; passed: readonly Spot[] } | undefined {
  const passed: Spot[] = [];
  let rest = stack;
  while (rest.length > 0) {
    const spot = spotAt(rest);
    if (!spot) {
      rest = rest.slice(0, -1);
      continue;
    }
    if (isOf(spot, step)) return { stack: rest, passed };
    passed.push(spot);
    rest = [...rest.slice(0, -1), { spots: rest.at(-1)!.spots, at: rest.at(-1)!.at + 1 }];
  }
  return undefined;
}

/** Which branches an outcome may mean: of rules and shares several are alike. */
function branchesFor({ branches }: Spot, way: string): readonly BranchSpot[] {
  const name = way.replace(/^key /, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const exact = branches.filter(({ branch }) => branch.label === way || branch.label === name);
  if (exact.length > 0) return exact;
  // A place is told in its short form, a rule by what fitted.
  const alike = branches.filter(
    ({ branch: { label, field } }) =>
      (field.kind === 'areas' && label.startsWith(way)) ||
      (field.kind === 'rules' && label.split(', ').some((rule) => way.includes(rule.split(' ').at(-1)!))),
  );
  if (alike.length > 0) return alike;
  if (way === 'otherwise' || way === 'closed') return [];
  // No branch of its own: where all else goes.
  return branches.filter(({ branch }) => branch.field.kind === 'rules');
}

/** The one in which most of the steps that follow have their place. */
function furthest(branches: readonly BranchSpot[], told: readonly string[], cursor: number) {
  const next = told[cursor];
  return branches.find(({ spots }) => next !== undefined && spots[0] && isOf(spots[0], next)) ?? branches[0];
}

/** A way that so many calls took. */
export interface Way {
  readonly steps: readonly string[];
  readonly calls: number;
}

export interface Traffic {
  /** How many calls came to a node, a branch, a flow: as in {@link Walked}. */
  readonly counts: ReadonlyMap<string, number>;
  readonly calls: number;
  /** Of them, calls whose way has no place here in part: they went through another version. */
  readonly unfit: number;
}

/** How many calls came where. */
export function trafficOf(roots: readonly RootSpot[], ways: readonly Way[]): Traffic {
  const counts = new Map<string, number>();
  let [all, unfit] = [0, 0];
  for (const { steps, calls } of ways) {
    const { entered, fits } = walkWay(roots, steps);
    for (const pointer of entered) counts.set(pointer, (counts.get(pointer) ?? 0) + calls);
    all += calls;
    if (!fits) unfit += calls;
  }
  return { counts, calls: all, unfit };
}
