import type { Flow, QueueNode } from '../node/nodes.ts';
import type { QueueOutcome } from './flow-call.ts';
import type { FlowRun, Way } from './flow-run.ts';

type Unserved = Exclude<QueueOutcome, { reason: 'served' }>;

/** Waits for an agent; each way out has its branch. */
export async function queueNode(node: QueueNode, run: FlowRun): Promise<Way> {
  const { call } = run;
  const priority = (node.priority ?? 0) + run.priority;
  call.step(`queue ${node.queue}`, priority === 0 ? 'normal priority' : `priority ${priority}`);
  await call.answer();
  const outcome = await call.queue(node.queue, {
    priority,
    ...(node.maxWaitMs !== undefined && { maxWaitMs: node.maxWaitMs }),
    ...(node.keys && { keys: Object.keys(node.keys).join('') }),
  });
  if (outcome.reason === 'served') {
    run.queueSurvey = run.plan.names.queues.get(node.queue);
    call.step(`queue ${node.queue} → served`, `agent ${outcome.agent}, ${seconds(outcome.talkMs)} s`);
    return 'served';
  }
  if (outcome.reason !== 'key') run.unserved = 'no-agent';
  const { branch, flow } = branchOf(node, outcome);
  call.step(`queue ${node.queue} → ${branch}`, whyOf(outcome));
  return { take: flow };
}

function branchOf(node: QueueNode, outcome: Unserved): { branch: string; flow: Flow | undefined } {
  const branch = outcome.reason === 'key' ? `key ${outcome.digit}` : outcome.reason;
  const flow = ownBranch(node, outcome);
  return flow === undefined ? { branch: 'otherwise', flow: node.otherwise } : { branch, flow };
}

function ownBranch(node: QueueNode, outcome: Unserved): Flow | undefined {
  switch (outcome.reason) {
    case 'timeout':
      return node.timeout;
    case 'full':
      return node.full;
    case 'no-agents':
      return node.noAgents;
    case 'key':
      return node.keys?.[outcome.digit];
  }
}

function whyOf(outcome: Unserved): string {
  switch (outcome.reason) {
    case 'timeout':
      return 'nobody was free in time';
    case 'full':
      return 'the queue is full';
    case 'no-agents':
      return 'no agent is signed in';
    case 'key':
      return `the caller left with key ${outcome.digit}`;
  }
}

export function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
