/** Two people changed the same document: what each did counts, and where both changed one thing somebody chooses. Pure. */
import { type Doc, isRecord, pointerOf, type Steps } from './tree.ts';

/** Both changed the same; the merged document has mine. */
export interface Conflict {
  readonly steps: Steps;
  readonly pointer: string;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export interface Merged {
  readonly doc: Doc;
  readonly conflicts: readonly Conflict[];
  /** Pointers to what they changed and is in it. */
  readonly taken: readonly string[];
}

/** Three-way merge by path. */
export function merge(base: Doc, mine: Doc, theirs: Doc): Merged {
  const conflicts: Conflict[] = [];
  const taken: string[] = [];
  const both = (was: unknown, own: unknown, other: unknown, steps: Steps): unknown => {
    if (same(own, other) || same(was, other)) return own;
    if (same(was, own) && steps.length > 0) {
      taken.push(pointerOf(steps));
      return other;
    }
    if (isRecord(own) && isRecord(other) && own['type'] === other['type'])
      return records(isRecord(was) ? was : {}, own, other, steps);
    if (Array.isArray(was) && Array.isArray(own) && Array.isArray(other)) {
      const list = lists(was, own, other, steps);
      if (list) return list;
    }
    conflicts.push({ steps, pointer: pointerOf(steps), base: was, mine: own, theirs: other });
    return own;
  };
  const records = (
    was: Readonly<Record<string, unknown>>,
    own: Readonly<Record<string, unknown>>,
    other: Readonly<Record<string, unknown>>,
    steps: Steps,
  ) => {
    const merged: Record<string, unknown> = {};
    for (const name of new Set([...Object.keys(own), ...Object.keys(other)])) {
      const value = both(was[name], own[name], other[name], [...steps, name]);
      if (value !== undefined) merged[name] = value;
    }
    return merged;
  };
  /** Undefined: it cannot be told which of theirs is which of mine. */
  const lists = (
    was: readonly unknown[],
    own: readonly unknown[],
    other: readonly unknown[],
    steps: Steps,
  ): readonly unknown[] | undefined => {
    if (was.length === own.length && was.length === other.length)
      return own.map((one, index) => both(was[index], one, other[index], [...steps, index]));
    const [mineAt, theirsAt] = [matches(was, own), matches(was, other)];
    const merged: unknown[] = [];
    let [at, i, j] = [0, 0, 0];
    while (at <= was.length) {
      // What was put in before the next one that both know.
      let next = at;
      while (next < was.length && (mineAt[next] === undefined || theirsAt[next] === undefined)) next++;
      const [endI, endJ] = next < was.length ? [mineAt[next]!, theirsAt[next]!] : [own.length, other.length];
      const [base, mineRun, theirRun] = [was.slice(at, next), own.slice(i, endI), other.slice(j, endJ)];
      if (same(base, theirRun) || same(mineRun, theirRun)) merged.push(...mineRun);
      else if (same(base, mineRun)) {
        taken.push(pointerOf([...steps, merged.length]));
        merged.push(...theirRun);
      } else if (base.length === 0) {
        taken.push(pointerOf([...steps, merged.length + mineRun.length]));
        merged.push(...mineRun, ...theirRun);
      } else return undefined;
      if (next < was.length) merged.push(both(was[next], own[endI], other[endJ], [...steps, merged.length]));
      [at, i, j] = [next + 1, endI + 1, endJ + 1];
    }
    return merged;
  };
  const doc = both(base, mine, theirs, []) as Doc;
  return { doc, conflicts, taken };
}

/** Which of the list each of the base became: equal ones in the same order, then what is of the same type between them. */
function matches(was: readonly unknown[], is: readonly unknown[]): readonly (number | undefined)[] {
  const lengths = Array.from({ length: was.length + 1 }, () => new Array<number>(is.length + 1).fill(0));
  const score = (one: unknown, other: unknown) =>
    same(one, other) ? 4 : isRecord(one) && isRecord(other) && one['type'] === other['type'] ? 1 : 0;
  for (let a = was.length - 1; a >= 0; a--)
    for (let b = is.length - 1; b >= 0; b--) {
      const alike = score(was[a], is[b]);
      const taken = alike > 0 ? alike + lengths[a + 1]![b + 1]! : 0;
      lengths[a]![b] = Math.max(taken, lengths[a + 1]![b]!, lengths[a]![b + 1]!);
    }
  const found: (number | undefined)[] = new Array(was.length).fill(undefined);
  let [a, b] = [0, 0];
  while (a < was.length && b < is.length) {
    const alike = score(was[a], is[b]);
    if (alike > 0 && lengths[a]![b] === alike + lengths[a + 1]![b + 1]!) found[a++] = b++;
    else if (lengths[a + 1]![b]! >= lengths[a]![b + 1]!) a++;
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
