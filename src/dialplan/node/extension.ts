import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { ExtensionNode } from './line.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import { choiceOf, ringLines, unservedCause, waysOfRinging } from './ring-lines.ts';

declare module './tree.ts' {
  interface Nodes {
    readonly extension: ExtensionNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** An extension's phone: a node of its own, or one of the targets of `dial`. */
    extension(
      number: NameOf<D, 'extensions'>,
      options?: Omit<ExtensionNode, 'type' | 'number'>,
    ): ExtensionNode;
  }
}

const buildExtension: Builders<DeclaredNames>['extension'] = (number, options) =>
  rememberPlace({ type: 'extension', number, ...options }, buildExtension);

export const extension: NodeKind<ExtensionNode> = {
  word: { en: 'extension', zh: '分机' },
  build: buildExtension,
  fields: {
    number: 'extension',
    name: 'text?',
    channels: 'count?',
    ringMs: 'ms?',
    weight: 'count?',
    hours: 'calendar?',
    otherwise: 'flow?',
  },
  title: ({ number }) => `extension ${number}`,
  async run(node, run) {
    const outcome = await ringLines([choiceOf(node)], {}, run);
    if (outcome.reason === 'served') return 'served';
    run.unserved = unservedCause(outcome);
    run.call.step(`extension ${node.number} → otherwise`, outcome.reason);
    return { take: node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits: waysOfRinging,
  uses: ({ hours }) => (hours === undefined ? {} : { calendar: hours }),
};
