import { branchesAndOtherwise } from '../write/branches.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, keyed, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ByVariableNode {
  readonly type: 'byVariable';
  readonly variable: string;
  readonly values: { readonly [value: string]: Flow };
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly byVariable: ByVariableNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Branches by a value kept on the call. */
    byVariable(
      variable: string,
      values: { readonly [value: string]: Flow; readonly otherwise?: Flow },
    ): FlowNode;
  }
}

const buildByVariable: Builders<DeclaredNames>['byVariable'] = (variable, options) => {
  const { branches: values, rest } = branchesAndOtherwise(options);
  return rememberPlace({ type: 'byVariable', variable, values, ...rest }, buildByVariable);
};

export const byVariable: NodeKind<ByVariableNode> = {
  word: { en: 'by variable', zh: '按变量' },
  build: buildByVariable,
  fields: { variable: 'text', values: 'flows', otherwise: 'flow?' },
  title: ({ variable }) => `by ${variable}`,
  decide({ variable, values, otherwise }, { variables, secrets }) {
    const value = variables.get(variable);
    if (value === undefined) return keyed(values, '', otherwise, `${variable} is not set`);
    if (!secrets.has(variable)) return keyed(values, value, otherwise, `${variable} is ${value}`);
    const { flow, branch } = keyed(values, value, otherwise, '');
    return { flow, branch: branch === 'otherwise' ? branch : 'a value', why: `${variable} is secret` };
  },
  hasDefault: hasOtherwise,
};
