/** Where the nodes of a flow stand on the canvas: top-down, without a crossing. Pure, and linear in the nodes. */
import type { RootSpot, Spot } from './tree.ts';

export const NODE_W = 196;
export const NODE_H = 56;
const GAP_X = 28;
const GAP_Y = 64;

export interface Offset {
  readonly x: number;
  readonly y: number;
}
/** How far nodes were dragged from where they would stand, by path: apart from the document. */
export type Offsets = Readonly<Record<string, Offset>>;

/** A box of the canvas: a node, a flow of the hotline, or a branch that is empty yet. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly of: { readonly spot: Spot } | { readonly root: RootSpot } | { readonly empty: string };
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Undefined: the next one in the list. */
  readonly branch: string | undefined;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

interface Tree {
  readonly id: string;
  readonly path: string;
  readonly of: Box['of'];
  readonly below: readonly { readonly tree: Tree; readonly branch: string | undefined }[];
  /** Of itself with all below. */
  readonly width: number;
}

export function drawing(roots: readonly RootSpot[], offsets: Offsets): Drawing {
  const boxes: Box[] = [];
  const edges: Edge[] = [];
  const place = (tree: Tree, left: number, y: number): void => {
    const own = offsets[tree.path];
    const x = left + (tree.width - NODE_W) / 2;
    boxes.push({ id: tree.id, x: Math.round(x + (own?.x ?? 0)), y: y + (own?.y ?? 0), of: tree.of });
    const inner = tree.below.reduce((sum, { tree: one }) => sum + one.width + GAP_X, -GAP_X);
    let at = left + (tree.width - inner) / 2;
    for (const { tree: one, branch } of tree.below) {
      edges.push({ from: tree.id, to: one.id, branch });
      place(one, at, y + NODE_H + GAP_Y);
      at += one.width + GAP_X;
    }
  };
  let left = 0;
  for (const root of roots) {
    const tree = treeOfRoot(root);
    place(tree, left, 0);
    left += tree.width + GAP_X * 3;
  }
  return { boxes, edges };
}

function treeOf(spots: readonly Spot[], index: number): Tree {
  const spot = spots[index]!;
  const below: { tree: Tree; branch: string | undefined }[] = spot.branches.map(
    ({ pointer, spots: inner }) => ({
      tree: inner.length > 0 ? treeOf(inner, 0) : emptyTree(pointer),
      branch: pointer,
    }),
  );
  if (index + 1 < spots.length) below.push({ tree: treeOf(spots, index + 1), branch: undefined });
  return sized({ id: spot.pointer, path: spot.path, of: { spot }, below });
}

function treeOfRoot(root: RootSpot): Tree {
  const { pointer, spots } = root;
  const first = spots.length > 0 ? treeOf(spots, 0) : emptyTree(pointer);
  return sized({
    id: `root${pointer}`,
    path: `root ${pointer}`,
    of: { root },
    below: [{ tree: first, branch: undefined }],
  });
}

const emptyTree = (pointer: string): Tree =>
  sized({ id: pointer, path: `empty ${pointer}`, of: { empty: pointer }, below: [] });

function sized(tree: Omit<Tree, 'width'>): Tree {
  const inner = tree.below.reduce((sum, { tree: one }) => sum + one.width + GAP_X, -GAP_X);
  return { ...tree, width: Math.max(NODE_W, inner) };
}
