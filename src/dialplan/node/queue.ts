import { levelOf, type PriorityName } from '../../call/priority.ts';
import type { QueueOutcome, SkillAsked } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, NameOf, OnKeys } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { type NodeKind, seconds } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface QueueNode {
  readonly type: 'queue';
  readonly queue: string;
  /** Higher goes first; VIP callers add their own. */
  readonly priority?: number | PriorityName;
  readonly maxWaitMs?: number;
  /** What he has waited in other queues before counts for his place (溢出保留等待时间). */
  readonly keepsWait?: boolean;
  /** Variable that holds the work number of the caller's own agent (专属坐席), for queues by `owner`. */
  readonly ownerVariable?: string;
  /** What the caller needs of an agent (技能), besides what the queue asks for. */
  readonly skills?: readonly SkillAsked[];
  readonly timeout?: Flow;
  readonly full?: Flow;
  readonly noAgents?: Flow;
  /** Outside of the queue's hours; by default as when no agent is signed in. */
  readonly closed?: Flow;
  /** Keys that the caller may leave the queue with. */
  readonly keys?: { readonly [key: string]: Flow };
  /** For the outcomes above that have no branch. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly queue: QueueNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Waits for an agent of a queue. */
    queue(name: NameOf<D, 'queues'>, branches?: QueueBranches): FlowNode;
  }
}

export type QueueBranches = Omit<QueueNode, 'type' | 'queue' | 'keys'> & { readonly keys?: OnKeys<Flow> };

const buildQueue: Builders<DeclaredNames>['queue'] = (name, branches) =>
  rememberPlace({ type: 'queue', queue: name, ...branches } as FlowNode, buildQueue);

export const queue: NodeKind<QueueNode> = {
  word: { en: 'queue', zh: '队列' },
  build: buildQueue,
  fields: {
    queue: 'queue',
    priority: 'priority?',
    maxWaitMs: 'ms?',
    keepsWait: 'flag?',
    ownerVariable: 'text?',
    skills: 'skills?',
    timeout: 'flow?',
    full: 'flow?',
    noAgents: 'flow?',
    closed: 'flow?',
    keys: 'singleKeys?',
    otherwise: 'flow?',
  },
  title: (node) => `queue ${node.queue}${node.priority ? ` priority ${node.priority}` : ''}`,
  async run(node, run) {
    const { call } = run;
    const priority = levelOf(node.priority) + run.priority;
    call.step(`queue ${node.queue}`, priority === 0 ? 'normal priority' : `priority ${priority}`);
    await call.answer();
    const outcome = await call.queue(node.queue, {
      priority,
      ...(node.maxWaitMs !== undefined && { maxWaitMs: node.maxWaitMs }),
      keepsWait: node.keepsWait,
      owner: node.ownerVariable === undefined ? undefined : run.variables.get(node.ownerVariable),
      ...(node.skills && { skills: node.skills }),
      ...(node.keys && { keys: Object.keys(node.keys).join('') }),
    });
    if (outcome.reason === 'served') {
      run.queueSurvey = run.plan.surveyOf(node.queue);
      call.step(`queue ${node.queue} → served`, `agent ${outcome.agent}, ${seconds(outcome.talkMs)} s`);
      return 'served';
    }
    if (outcome.reason === 'callback' || outcome.reason === 'voicemail') {
      call.step(`queue ${node.queue} → ${outcome.reason}`, 'the caller chose it by key');
      return 'settled';
    }
    if (outcome.reason !== 'key') run.unserved = 'no-agent';
    const { branch, flow } = branchOf(node, outcome);
    call.step(`queue ${node.queue} → ${branch}`, whyOf(outcome));
    return { take: flow };
  },
  hasDefault,
  exits: (node, ways) => ways.branches({ ends: true, next: !hasDefault(node) }),
};

function hasDefault({ otherwise, timeout, full, noAgents }: QueueNode): boolean {
  return otherwise !== undefined || (!!timeout && !!full && !!noAgents);
}

type Unserved = Exclude<QueueOutcome, { reason: 'served' | 'callback' | 'voicemail' }>;

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
    case 'closed':
      return node.closed ?? node.noAgents;
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
    case 'closed':
      return 'the queue is closed at this hour';
    case 'key':
      return `the caller left with key ${outcome.digit}`;
  }
}
