import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ByPercentNode {
  readonly type: 'byPercent';
  /** Weights; 70 and 30, or 7 and 3. */
  readonly shares: readonly { readonly weight: number; readonly flow: Flow }[];
}

declare module './tree.ts' {
  interface Nodes {
    readonly byPercent: ByPercentNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Splits calls at random by weight: `byPercent([[70, a], [30, b]])`. */
    byPercent(shares: readonly (readonly [weight: number, flow: Flow])[]): FlowNode;
  }
}

const buildByPercent: Builders<DeclaredNames>['byPercent'] = (pairs) => {
  const shares = pairs.map(([weight, flow]) => ({ weight, flow }));
  return rememberPlace({ type: 'byPercent', shares }, buildByPercent);
};

export const byPercent: NodeKind<ByPercentNode> = {
  word: { en: 'by share', zh: '按比例' },
  build: buildByPercent,
  fields: { shares: 'shares' },
  title: () => 'by percent',
  decide({ shares }, facts) {
    let sum = 0;
    for (const share of shares) sum += share.weight;
    const point = facts.random() * sum;
    let passed = 0;
    for (const { weight, flow } of shares) {
      passed += weight;
      if (point < passed) {
        const why = `drew ${Math.floor((point * 100) / sum)} of 100`;
        return { flow, branch: `${Math.round((weight * 100) / sum)} %`, why };
      }
    }
    return { flow: shares.at(-1)?.flow, branch: 'last', why: 'drew 100 of 100' };
  },
  hasDefault: () => true,
};
