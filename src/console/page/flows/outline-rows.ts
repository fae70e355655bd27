/** The flow as rows of a tree table. Pure. */
import type { BranchSpot, RootSpot, Spot } from './model/tree.ts';

export interface Row {
  /** Identity: the pointer of what it shows. */
  readonly pointer: string;
  readonly level: number;
  readonly of:
    | { readonly root: RootSpot }
    | { readonly spot: Spot }
    | { readonly branch: BranchSpot; readonly parent: Spot };
  /** Undefined: nothing is below it. */
  readonly isOpen: boolean | undefined;
}

/** Rows as they were made last, by what they show. */
const made = new WeakMap<object, Row>();

/** The same object as long as it shows the same. */
function rowOf(key: object, row: Row): Row {
  const before = made.get(key);
  if (before && before.pointer === row.pointer && before.level === row.level && before.isOpen === row.isOpen)
    return before;
  made.set(key, row);
  return row;
}

/** All rows that are in sight. `shut`: pointers of those whose parts are hidden. */
export function rowsOf(roots: readonly RootSpot[], shut: ReadonlySet<string>): readonly Row[] {
  const rows: Row[] = [];
  const visit = (spots: readonly Spot[], level: number) => {
    for (const spot of spots) {
      const isOpen = spot.branches.length > 0 ? !shut.has(spot.pointer) : undefined;
      rows.push(rowOf(spot, { pointer: spot.pointer, level, of: { spot }, isOpen }));
      if (!isOpen) continue;
      for (const branch of spot.branches) {
        const isBranchOpen = branch.spots.length > 0 ? !shut.has(branch.pointer) : undefined;
        rows.push(
          rowOf(branch, {
            pointer: branch.pointer,
            level: level + 1,
            of: { branch, parent: spot },
            isOpen: isBranchOpen,
          }),
        );
        if (isBranchOpen) visit(branch.spots, level + 2);
      }
    }
  };
  for (const root of roots) {
    // A survey after the talk is one node, and no list.
    const isOne = root.spots[0]?.pointer === root.pointer;
    const isOpen = root.spots.length > 0 && !isOne ? !shut.has(root.pointer) : undefined;
    rows.push({ pointer: root.pointer, level: 1, of: { root }, isOpen });
    if (isOpen) visit(root.spots, 2);
  }
  return rows;
}
