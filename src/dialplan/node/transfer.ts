import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { ExtensionNode, Line, TargetOf } from './line.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import { choiceOf, targetOf, titleOfLine, unservedCause, waysOfRinging } from './ring-lines.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface TransferNode {
  readonly type: 'transfer';
  readonly target: string | Line | ExtensionNode;
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly transfer: TransferNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Hands the caller over to another number and leaves the call. */
    transfer(target: TargetOf<D>, branches?: { readonly otherwise?: Flow }): FlowNode;
  }
}

const buildTransfer: Builders<DeclaredNames>['transfer'] = (target, branches) =>
  rememberPlace({ type: 'transfer', target, ...branches }, buildTransfer);

export const transfer: NodeKind<TransferNode> = {
  word: { en: 'transfer', zh: '转接' },
  build: buildTransfer,
  fields: { target: 'target', otherwise: 'flow?' },
  title: ({ target }) => `transfer to ${titleOfLine(target)}`,
  async run(node, run) {
    const line = run.plan.target(node.target);
    if (!line) return { take: node.otherwise };
    run.call.step(`transfer ${choiceOf(line).name}`, 'the plan says so');
    const outcome = await run.call.transfer(targetOf(line));
    if (outcome.reason === 'served') return 'settled';
    run.unserved = unservedCause(outcome);
    run.call.step('transfer → otherwise', outcome.reason);
    return { take: node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits: waysOfRinging,
  uses: ({ target }) => ({ targets: [target] }),
};
