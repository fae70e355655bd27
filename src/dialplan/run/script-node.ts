import type { FlowFunction, ScriptNode } from '../node/nodes.ts';
import type { FlowRun, Passage, Way } from './flow-run.ts';
import { WatchedCall } from './watched-call.ts';

const TIMEOUT_MS = 10_000;

/** Runs a function of the plan; its result chooses the branch. Throws what it throws, or DeadlineError. */
export async function scriptNode(node: ScriptNode, run: FlowRun): Promise<Way> {
  const name = node.name ?? (node.run.name || 'script');
  run.call.step(`script ${name}`, 'the plan says so');
  const watched = new WatchedCall(run, name, node.timeoutMs ?? TIMEOUT_MS);
  const result = await watched.run(node.run);
  if (watched.passage !== 'next') return watched.passage;
  const known = result !== undefined && Object.hasOwn(node.branches ?? {}, result);
  if (result === undefined) return 'next';
  run.call.step(`script ${name} → ${known ? result : 'otherwise'}`, `returned ${result}`);
  return { take: known ? node.branches![result] : node.otherwise };
}

/** Runs a flow that is a function. */
export async function functionFlow(flow: FlowFunction, run: FlowRun): Promise<Passage> {
  const watched = new WatchedCall(run, flow.name || 'flow', run.plan.hotline.flowTimeoutMs ?? TIMEOUT_MS);
  await watched.run(flow);
  return watched.passage;
}
