import type { Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { NEXT, type NodeKind } from './node-kind.ts';
import { promptText } from './prompt-text.ts';
import type { FlowNode } from './tree.ts';

export interface PlayNode {
  readonly type: 'play';
  readonly prompt: Prompts;
  readonly repeat?: number;
  readonly bargeIn?: boolean;
}

declare module './tree.ts' {
  interface Nodes {
    readonly play: PlayNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Plays prompts, digits or pauses to the caller; answers first. */
    play(prompt: PromptsOf<D>, options?: { readonly repeat?: number; readonly bargeIn?: boolean }): FlowNode;
  }
}

const buildPlay: Builders<DeclaredNames>['play'] = (prompt, options) =>
  rememberPlace({ type: 'play', prompt, ...options }, buildPlay);

export const play: NodeKind<PlayNode> = {
  word: { en: 'play', zh: '放音' },
  build: buildPlay,
  fields: { prompt: 'prompts', repeat: 'count?', bargeIn: 'flag?' },
  title: ({ prompt }) => `play ${promptText(prompt)}`,
  async run({ prompt, bargeIn = false, repeat = 1 }, { call }) {
    call.step('play', promptText(prompt));
    await call.answer();
    await call.play(prompt, { bargeIn, repeat });
    return 'next';
  },
  exits: () => NEXT,
};
