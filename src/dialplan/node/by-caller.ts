import { matchCaller } from '../plan/caller-match.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { type CallerMatch, matchesOf } from './caller-rule.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ByCallerNode {
  readonly type: 'byCaller';
  /** The first rule that fits wins. */
  readonly rules: readonly { readonly who: readonly CallerMatch[]; readonly flow: Flow }[];
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly byCaller: ByCallerNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Branches by who calls; the first rule that fits wins. */
    byCaller(rules: readonly (readonly [who: Who, flow: Flow])[], otherwise?: Flow): FlowNode;
  }
}

const buildByCaller: Builders<DeclaredNames>['byCaller'] = (pairs, otherwise) => {
  const rules = pairs.map(([who, flow]) => ({ who: matchesOf(who), flow }));
  return rememberPlace({ type: 'byCaller', rules, ...(otherwise && { otherwise }) }, buildByCaller);
};

export const byCaller: NodeKind<ByCallerNode> = {
  word: { en: 'by caller', zh: '按主叫' },
  build: buildByCaller,
  fields: { rules: 'rules', otherwise: 'flow?' },
  title: () => 'by caller',
  decide({ rules, otherwise }, { caller, lists, plan, nowMs }) {
    for (const { who, flow } of rules) {
      const why = matchCaller(who, caller, lists, plan.tenant, nowMs);
      if (why !== undefined) return { flow, branch: why, why };
    }
    return { flow: otherwise, branch: 'otherwise', why: 'no rule fits the caller' };
  },
  hasDefault: hasOtherwise,
};
