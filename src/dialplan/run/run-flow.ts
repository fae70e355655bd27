import { nodesOf } from '../node/node-fields.ts';
import type { Flow, FlowNode } from '../node/nodes.ts';
import { type DecisionNode, decide, isDecision } from '../plan/decide.ts';
import { callback, hangup, voicemail } from './ending-nodes.ts';
import type { FlowRun, Passage, Way } from './flow-run.ts';
import { httpNode } from './http-node.ts';
import { dialNode, extensionNode, transferNode } from './line-nodes.ts';
import { announce, gather, menu, play, set } from './media-nodes.ts';
import { queueNode } from './queue-node.ts';
import { scriptNode } from './script-node.ts';

/** Takes the nodes of a flow one after the other until one of them settles the call. */
export async function runFlow(flow: Flow, run: FlowRun): Promise<Passage> {
  for (const node of nodesOf(flow)) {
    let way: Way = isDecision(node) ? decideWay(node, run) : await runNode(node, run);
    if (typeof way === 'object' && 'take' in way)
      way = way.take === undefined ? 'next' : await runFlow(way.take, run);
    if (way !== 'next') return way;
  }
  return 'next';
}

function decideWay(node: DecisionNode, run: FlowRun): Way {
  run.enter(node);
  const { flow, branch, why } = decide(node, run);
  run.call.step(`${node.type} → ${branch}`, why);
  return { take: flow };
}

async function runNode(node: Exclude<FlowNode, DecisionNode>, run: FlowRun): Promise<Way> {
  run.enter(node);
  switch (node.type) {
    case 'play':
      return play(node, run);
    case 'announce':
      return announce(node, run);
    case 'set':
      return set(node, run);
    case 'menu':
      return menu(node, run);
    case 'gather':
      return gather(node, run);
    case 'queue':
      return queueNode(node, run);
    case 'dial':
      return dialNode(node, run);
    case 'extension':
      return extensionNode(node, run);
    case 'transfer':
      return transferNode(node, run);
    case 'http':
      return httpNode(node, run);
    case 'script':
      return scriptNode(node, run);
    case 'voicemail':
      return voicemail(node.box, run);
    case 'survey':
      await run.call.answer();
      await run.call.survey(node.survey);
      return 'settled';
    case 'callback':
      return callback(node, run);
    case 'hangup':
      return hangup(node, run);
    case 'goto':
      run.call.step(`goto → ${node.flow}`, 'the plan says so');
      return { goto: node.flow };
    case 'subflow':
      run.call.step(`subflow → ${node.flow}`, 'the plan says so');
      return { take: run.plan.hotline.flows?.[node.flow] };
  }
}
