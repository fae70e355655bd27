/** What the editor works out of the document that it shows. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useMay } from '../../api/session.tsx';
import type { AsideOf } from './aside.tsx';
import type { Opened } from './flow-queries.ts';
import { type Kinds, pointerOf, type Spot, spotsOf, walk } from './model/tree.ts';

/** The canvas where there is room for it. */
export const firstView = (): 'canvas' | 'outline' => (window.innerWidth < 900 ? 'outline' : 'canvas');

export const fileText = (file: string | null, line: number | null) =>
  `${file ?? ''}${line === null ? '' : `:${line}`}`;

/** The branch that a pointer is of, and its node. */
export function branchAt(spots: ReadonlyMap<string, Spot>, pointer: string) {
  for (const spot of spots.values())
    for (const { branch, pointer: at } of spot.branches)
      if (at === pointer) return { spot, branch, steps: branch.steps };
  return undefined;
}

/** Pointers of all that is shown. */
export function shownIn(roots: ReturnType<typeof walk>): ReadonlySet<string> {
  const shown = new Set<string>();
  for (const { pointer } of roots) shown.add(pointer);
  for (const { pointer, branches } of spotsOf(roots)) {
    shown.add(pointer);
    for (const branch of branches) shown.add(branch.pointer);
  }
  return shown;
}

/** Where nodes of a TypeScript file were written, by path. */
export function placesOf({ flow }: Opened, kinds: Kinds): ReadonlyMap<string, string> {
  const byPointer = new Map(flow.places.map(({ pointer, file, line }) => [pointer, `${file}:${line}`]));
  const places = new Map<string, string>();
  for (const { steps, path } of spotsOf(walk(flow.hotline, kinds))) {
    const place = byPointer.get(pointerOf(steps));
    if (place !== undefined) places.set(path, place);
  }
  return places;
}

export function useLeaveWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isOn]);
}

/** What stands beside the flow, for who looks at it. */
export function useParts(): readonly AsideOf[] {
  const mayTest = useMay('simulation:create');
  const mayReplay = useMay('replay:create');
  return useMemo(
    () => ['node', ...(mayTest ? (['test'] as const) : []), ...(mayReplay ? (['replay'] as const) : [])],
    [mayTest, mayReplay],
  );
}

/** The set before as long as it has the same in it. */
export function useSameSet(set: ReadonlySet<string>): ReadonlySet<string> {
  const kept = useRef(set);
  const isSame = set.size === kept.current.size && [...set].every((each) => kept.current.has(each));
  if (!isSame) kept.current = set;
  return kept.current;
}

const SETTLED_MS = 300;

/** The value once it has stayed for a while: what is told to others is not told with each letter. */
export function useSettled<Value>(value: Value): Value {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(() => value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
