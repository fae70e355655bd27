import type { DialStrategy } from '../plan/line-book.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { ExtensionNode, Line, TargetOf } from './line.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import { choiceOf, ringLines, titleOfLine, unservedCause, waysOfRinging } from './ring-lines.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface DialNode {
  readonly type: 'dial';
  /** Lines, extensions, or names of lines that the hotline declares. */
  readonly targets: readonly (string | Line | ExtensionNode)[];
  /** Default `sequential`. */
  readonly strategy?: DialStrategy;
  /** Ring time of lines that have none of their own. Default 30000. */
  readonly ringMs?: number;
  /** First the line that answered this caller last. */
  readonly sticky?: boolean;
  readonly busy?: Flow;
  readonly noAnswer?: Flow;
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly dial: DialNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Rings one line or several, by the strategy. */
    dial(targets: TargetOf<D> | readonly TargetOf<D>[], branches?: DialBranches<D>): FlowNode;
  }
}

export interface DialBranches<D extends DeclaredNames> {
  readonly strategy?: DialStrategy;
  readonly ringMs?: number;
  readonly sticky?: boolean;
  readonly busy?: Flow;
  readonly noAnswer?: Flow;
  readonly otherwise?: Flow;
  readonly targets?: readonly TargetOf<D>[];
}

const buildDial: Builders<DeclaredNames>['dial'] = (targets, branches) =>
  rememberPlace(
    { type: 'dial', targets: Array.isArray(targets) ? targets : [targets], ...branches } as FlowNode,
    buildDial,
  );

export const dial: NodeKind<DialNode> = {
  word: { en: 'dial', zh: '外呼线路' },
  build: buildDial,
  fields: {
    targets: 'targets',
    strategy: 'strategy?',
    ringMs: 'ms?',
    sticky: 'flag?',
    busy: 'flow?',
    noAnswer: 'flow?',
    otherwise: 'flow?',
  },
  title: ({ targets, strategy = 'sequential' }) =>
    `dial ${targets.map(titleOfLine).join(', ')} (${strategy})`,
  async run(node, run) {
    const choices = node.targets.flatMap((target) => {
      const line = run.plan.target(target);
      return line ? [choiceOf(line, typeof target === 'string' ? target : undefined)] : [];
    });
    const outcome = await ringLines(choices, node, run);
    if (outcome.reason === 'served') return 'served';
    run.unserved = unservedCause(outcome);
    const own =
      outcome.reason === 'busy' ? node.busy : outcome.reason === 'no-answer' ? node.noAnswer : undefined;
    run.call.step(`dial → ${own ? outcome.reason : 'otherwise'}`, `no line took the call: ${outcome.reason}`);
    return { take: own ?? node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits: waysOfRinging,
  uses: ({ targets }) => ({ targets }),
};
