import { branchesAndOtherwise } from '../write/branches.ts';
import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, keyed, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ByTrunkNode {
  readonly type: 'byTrunk';
  readonly trunks: { readonly [trunk: string]: Flow };
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly byTrunk: ByTrunkNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Branches by the trunk that the call came in on. */
    byTrunk(
      trunks: { readonly [trunk in NameOf<D, 'trunks'>]?: Flow } & { readonly otherwise?: Flow },
    ): FlowNode;
  }
}

const buildByTrunk: Builders<DeclaredNames>['byTrunk'] = (options) => {
  const { branches: trunks, rest } = branchesAndOtherwise(options);
  return rememberPlace({ type: 'byTrunk', trunks, ...rest }, buildByTrunk);
};

export const byTrunk: NodeKind<ByTrunkNode> = {
  word: { en: 'by trunk', zh: '按中继' },
  build: buildByTrunk,
  fields: { trunks: 'trunks', otherwise: 'flow?' },
  title: () => 'by trunk',
  decide({ trunks, otherwise }, { trunk }) {
    if (trunk === undefined) return keyed({}, '', otherwise, 'not from a trunk');
    return keyed(trunks, trunk, otherwise, `trunk ${trunk}`);
  },
  hasDefault: hasOtherwise,
};
