/** Two people changed the same document: what each did counts, and where both changed one thing somebody chooses. Pure. */
import { type Doc, isRecord, pointerOf, type Steps } from './tree.ts';

/** Both changed the same: a value, a node, or nodes in a row, which are told as lists. */
export interface Conflict {
  readonly steps: Steps;
  readonly pointer: string;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export interface Merged {
  readonly doc: Doc;
  /** In the same order whatever is chosen. */
  readonly conflicts: readonly Conflict[];
  /** Pointers to what they changed and is in it. */
  readonly taken: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;
const NOTHING: ReadonlySet<number> = new Set();

/** Three-way merge by path. `chosen`: places in the list of conflicts of those of which theirs is taken; of the others mine is. */
export function merge(base: Doc, mine: Doc, theirs: Doc, chosen = NOTHING): Merged {
  const conflicts: Conflict[] = [];
  const taken: string[] = [];
  /** Notes a conflict; true: theirs is taken. */
  const decided = (steps: Steps, was: unknown, own: unknown, other: unknown): boolean => {
    conflicts.push({ steps, pointer: pointerOf(steps), base: was, mine: own, theirs: other });
    return chosen.has(conflicts.length - 1);
  };
  const both = (was: unknown, own: unknown, other: unknown, steps: Steps): unknown => {
    if (same(own, other) || same(was, other)) return own;
    if (same(was, own) && steps.length > 0) {
      taken.push(pointerOf(steps));
      return other;
    }
    if (isRecord(own) && isRecord(other) && own['type'] === other['type'])
      return records(isRecord(was) ? was : {}, own, other, steps);
    if (Array.isArray(was) && Array.isArray(own) && Array.isArray(other))
      return lists(was, own, other, steps);
    return decided(steps, was, own, other) ? other : own;
  };
  const records = (was: Values, own: Values, other: Values, steps: Steps) => {
    const merged: Record<string, unknown> = {};
    for (const name of new Set([...Object.keys(own), ...Object.keys(other)])) {
      const value = both(was[name], own[name], other[name], [...steps, name]);
      if (value !== undefined) merged[name] = value;
    }
    return merged;
  };
  const lists = (
    was: readonly unknown[],
    own: readonly unknown[],
    other: readonly unknown[],
    steps: Steps,
  ): readonly unknown[] => {
    const [mineAt, theirsAt] = [matches(was, own), matches(was, other)];
    const merged: unknown[] = [];
    let [at, i, j] = [0, 0, 0];
    while (at <= was.length) {
      // What was put in, taken out or replaced before the next one that both still have.
      let next = at;
      while (next < was.length && (mineAt[next] === undefined || theirsAt[next] === undefined)) next++;
      const [endI, endJ] = next < was.length ? [mineAt[next]!, theirsAt[next]!] : [own.length, other.length];
      run(was.slice(at, next), own.slice(i, endI), other.slice(j, endJ));
      if (next < was.length) merged.push(both(was[next], own[endI], other[endJ], [...steps, merged.length]));
      [at, i, j] = [next + 1, endI + 1, endJ + 1];
    }
    return merged;

    function run(wasRun: readonly unknown[], mineRun: readonly unknown[], theirRun: readonly unknown[]) {
      const here = [...steps, merged.length];
      if (same(wasRun, theirRun) || same(mineRun, theirRun)) merged.push(...mineRun);
      else if (same(wasRun, mineRun)) {
        taken.push(pointerOf(here));
        merged.push(...theirRun);
      } else if (wasRun.length === 0) {
        taken.push(pointerOf([...steps, merged.length + mineRun.length]));
        merged.push(...mineRun, ...theirRun);
      } else if (wasRun.length === mineRun.length && wasRun.length === theirRun.length)
        for (const [index, one] of wasRun.entries())
          merged.push(both(one, mineRun[index], theirRun[index], [...steps, merged.length]));
      else merged.push(...(decided(here, wasRun, mineRun, theirRun) ? theirRun : mineRun));
    }
  };
  const doc = both(base, mine, theirs, []) as Doc;
  return { doc, conflicts, taken };
}

/** More than what any two that differ are alike. */
const EQUAL = 1000;

/** How alike two are; 0: one cannot have become the other. */
function alike(one: unknown, other: unknown): number {
  if (same(one, other)) return EQUAL;
  if (!isRecord(one) || !isRecord(other) || one['type'] !== other['type']) return 0;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const shared = [...names].filter((name) => same(one[name], other[name])).length;
  return 1 + Math.floor((100 * shared) / names.size);
}

/** Which of the list each of the base became: those that are most alike, in the same order. */
function matches(was: readonly unknown[], is: readonly unknown[]): readonly (number | undefined)[] {
  const best = Array.from({ length: was.length + 1 }, () => new Array<number>(is.length + 1).fill(0));
  const scores = was.map((one) => is.map((other) => alike(one, other)));
  for (let a = was.length - 1; a >= 0; a--)
    for (let b = is.length - 1; b >= 0; b--) {
      const score = scores[a]![b]!;
      const matched = score > 0 ? score + best[a + 1]![b + 1]! : 0;
      best[a]![b] = Math.max(matched, best[a + 1]![b]!, best[a]![b + 1]!);
    }
  const found: (number | undefined)[] = new Array(was.length).fill(undefined);
  let [a, b] = [0, 0];
  while (a < was.length && b < is.length) {
    const score = scores[a]![b]!;
    if (score > 0 && best[a]![b] === score + best[a + 1]![b + 1]!) found[a++] = b++;
    else if (best[a + 1]![b]! >= best[a]![b + 1]!) a++;
    else b++;
  }
  return found;
}

/** Whether two values of JSON are the same; the order of names does not count. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => same(each, other[index]));
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]))
  );
}
