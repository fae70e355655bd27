import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import { unservedCause, waysOfRinging } from './ring-lines.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface GroupNode {
  readonly type: 'group';
  readonly number: string;
  readonly busy?: Flow;
  readonly noAnswer?: Flow;
  /** For the outcomes above that have no branch, and when none of its phones can be reached. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly group: GroupNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Rings a group of phones (分机组) as the group has it: together, one after the other ... What is to happen then, the flow says. */
    group(number: NameOf<D, 'groups'>, branches?: Omit<GroupNode, 'type' | 'number'>): FlowNode;
  }
}

const buildGroup: Builders<DeclaredNames>['group'] = (number, branches) =>
  rememberPlace({ type: 'group', number, ...branches } as FlowNode, buildGroup);

export const group: NodeKind<GroupNode> = {
  word: { en: 'group', zh: '分机组' },
  build: buildGroup,
  fields: { number: 'group', busy: 'flow?', noAnswer: 'flow?', otherwise: 'flow?' },
  title: ({ number }) => `group ${number}`,
  async run(node, run) {
    const outcome = await run.call.group(node.number);
    if (outcome.reason === 'served') return 'served';
    run.unserved = unservedCause(outcome);
    const { reason } = outcome;
    const own = reason === 'busy' ? node.busy : reason === 'no-answer' ? node.noAnswer : undefined;
    run.call.step(`group ${node.number} → ${own ? reason : 'otherwise'}`, `nobody took the call: ${reason}`);
    return { take: own ?? node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits: waysOfRinging,
};
