import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, type NodeKind, seconds } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ConferenceNode {
  readonly type: 'conference';
  /** Of the room. */
  readonly number: string;
  readonly full?: Flow;
  readonly locked?: Flow;
  /** For who is not let in and has no branch above: also without a PIN. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly conference: ConferenceNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Leads into a conference room (会议室), which asks for its PIN; settles the call. */
    conference(
      number: NameOf<D, 'conferences'>,
      branches?: Omit<ConferenceNode, 'type' | 'number'>,
    ): FlowNode;
  }
}

const buildConference: Builders<DeclaredNames>['conference'] = (number, branches) =>
  rememberPlace({ type: 'conference', number, ...branches } as FlowNode, buildConference);

export const conference: NodeKind<ConferenceNode> = {
  word: { en: 'conference room', zh: '会议室' },
  build: buildConference,
  fields: { number: 'conference', full: 'flow?', locked: 'flow?', otherwise: 'flow?' },
  title: ({ number }) => `conference ${number}`,
  async run(node, { call }) {
    const { number } = node;
    call.step(`conference ${number}`, 'the plan says so');
    const outcome = await call.conference(number);
    if (outcome.reason === 'attended') {
      call.step(`conference ${number} → attended`, `${seconds(outcome.ms)} s`);
      return 'settled';
    }
    const { reason } = outcome;
    const own = reason === 'full' ? node.full : reason === 'locked' ? node.locked : undefined;
    call.step(`conference ${number} → ${own ? reason : 'otherwise'}`, `not let in: ${reason}`);
    return { take: own ?? node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits: (node, ways) => ways.branches({ ends: true, next: !hasOtherwise(node) }),
};
