import type { Path } from '../../shared/path.ts';
import { branchesOf } from '../node/branches.ts';
import type { Hotline } from '../node/hotline.ts';
import { type Flow, nodesOf } from '../node/tree.ts';
import { flowRootsOf } from './plan.ts';

/** All nodes of a hotline, each with the path to it; one that is used in two places is told twice. */
export function eachNode(hotline: Hotline, told: (node: object, steps: Path) => void): void {
  const visit = (flow: Flow, steps: Path): void => {
    for (const [index, node] of nodesOf(flow).entries()) {
      const own = Array.isArray(flow) ? [...steps, index] : steps;
      told(node, own);
      for (const branch of branchesOf(node)) visit(branch.flow, [...own, ...branch.steps]);
    }
  };
  for (const { flow, steps } of flowRootsOf(hotline)) visit(flow, steps);
}
