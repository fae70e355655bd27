import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { NodeKind } from './node-kind.ts';
import type { FlowNode } from './tree.ts';

/** Takes a flow of the hotline, then goes on with the next node unless that settled the call. */
export interface SubflowNode {
  readonly type: 'subflow';
  readonly flow: string;
}

declare module './tree.ts' {
  interface Nodes {
    readonly subflow: SubflowNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Takes a flow of the hotline and comes back unless it settled the call. */
    subflow(flow: NameOf<D, 'flows'>): FlowNode;
  }
}

const buildSubflow: Builders<DeclaredNames>['subflow'] = (flow) =>
  rememberPlace({ type: 'subflow', flow }, buildSubflow);

export const subflow: NodeKind<SubflowNode> = {
  word: { en: 'subflow', zh: '子流程' },
  build: buildSubflow,
  fields: { flow: 'flowName' },
  title: ({ flow }) => `subflow ${flow}`,
  async run({ flow }, { call, plan }) {
    call.step(`subflow → ${flow}`, 'the plan says so');
    return { take: plan.flow(flow) };
  },
  exits: ({ flow }, { named }) => named(flow),
  uses: ({ flow }) => ({ flow }),
};
