import { kindOf } from '../node/kinds.ts';
import type { Passage, Way } from '../node/node-kind.ts';
import { type Flow, type FlowNode, nodesOf } from '../node/tree.ts';
import type { FlowRun } from './flow-run.ts';

/** Takes the nodes of a flow one after the other until one of them settles the call. */
export async function runFlow(flow: Flow, run: FlowRun): Promise<Passage> {
  let nodes = nodesOf(flow);
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    // Decisions are made at once: nothing is awaited.
    let way: Way = decided(node, run) ?? (await kindOf(node).run!(node, run));
    if (typeof way === 'object' && 'take' in way) {
      const { take } = way;
      if (take !== undefined && at === nodes.length - 1) {
        // The branch of the last node is all that is left.
        nodes = nodesOf(take);
        at = -1;
        continue;
      }
      way = take === undefined ? 'next' : await runFlow(take, run);
    }
    if (way !== 'next') return way;
  }
  return 'next';
}

function decided(node: FlowNode, run: FlowRun): Way | undefined {
  run.enter(node);
  const decision = kindOf(node).decide?.(node, run);
  if (!decision) return undefined;
  run.call.step(`${node.type} → ${decision.branch}`, decision.why);
  return { take: decision.flow };
}
