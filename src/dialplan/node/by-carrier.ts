import { type Carrier, carrierClass } from '../../numbering/carrier.ts';
import { branchesAndOtherwise } from '../write/branches.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, keyed, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ByCarrierNode {
  readonly type: 'byCarrier';
  /** By operator: 移动, 联通, 电信, 广电; 联通虚拟 or all 虚拟; 移动物联网 or all 物联网; 卫星. */
  readonly carriers: { readonly [carrier: string]: Flow };
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly byCarrier: ByCarrierNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Branches by the operator of a mobile: 移动, 联通虚拟, 虚拟 for all virtual ones ... */
    byCarrier(carriers: { readonly [carrier in Carrier]?: Flow } & { readonly otherwise?: Flow }): FlowNode;
  }
}

const buildByCarrier: Builders<DeclaredNames>['byCarrier'] = (options) => {
  const { branches: carriers, rest } = branchesAndOtherwise(options);
  return rememberPlace({ type: 'byCarrier', carriers, ...rest }, buildByCarrier);
};

export const byCarrier: NodeKind<ByCarrierNode> = {
  word: { en: 'by carrier', zh: '按运营商' },
  build: buildByCarrier,
  fields: { carriers: 'carriers', otherwise: 'flow?' },
  title: () => 'by operator',
  /** `联通虚拟` takes its own branch, else that of all virtual operators; it is not 联通. */
  decide({ carriers, otherwise }, { caller: { carrier } }) {
    if (carrier === undefined) return keyed(carriers, 'unknown', otherwise, 'operator unknown');
    const branch = Object.hasOwn(carriers, carrier) ? carrier : (carrierClass(carrier) ?? carrier);
    return keyed(carriers, branch, otherwise, `operator ${carrier}`);
  },
  hasDefault: hasOtherwise,
};
