import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { ENDS, NOWHERE, type NodeKind } from './node-kind.ts';
import type { FlowNode } from './tree.ts';

/** Goes on with a flow of the hotline and does not come back. */
export interface GotoNode {
  readonly type: 'goto';
  readonly flow: string;
}

declare module './tree.ts' {
  interface Nodes {
    readonly goto: GotoNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Goes on with a flow of the hotline. */
    goto(flow: NameOf<D, 'flows'>): FlowNode;
  }
}

const buildGoto: Builders<DeclaredNames>['goto'] = (flow) => rememberPlace({ type: 'goto', flow }, buildGoto);

export const goto: NodeKind<GotoNode> = {
  word: { en: 'go to', zh: '跳转' },
  build: buildGoto,
  fields: { flow: 'flowName' },
  title: ({ flow }) => `goto ${flow}`,
  async run({ flow }, { call }) {
    call.step(`goto → ${flow}`, 'the plan says so');
    return { goto: flow };
  },
  exits({ flow }, { named }) {
    const there = named(flow);
    return there.ends || there.next ? ENDS : NOWHERE;
  },
  uses: ({ flow }) => ({ flow }),
};
