import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { NEXT, type NodeKind } from './node-kind.ts';
import type { FlowNode } from './tree.ts';

export interface SetNode {
  readonly type: 'set';
  readonly variable: string;
  readonly value: string;
}

declare module './tree.ts' {
  interface Nodes {
    readonly set: SetNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Keeps a value on the call. */
    set(variable: string, value: string): FlowNode;
  }
}

const buildSet: Builders<DeclaredNames>['set'] = (variable, value) =>
  rememberPlace({ type: 'set', variable, value }, buildSet);

export const set: NodeKind<SetNode> = {
  word: { en: 'set variable', zh: '设变量' },
  build: buildSet,
  fields: { variable: 'text', value: 'text' },
  title: ({ variable, value }) => `set ${variable} to ${value}`,
  async run({ variable, value }, { call }) {
    call.variables.set(variable, value);
    call.step(`set ${variable}`, value);
    return 'next';
  },
  exits: () => NEXT,
};
