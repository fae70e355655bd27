import type { CauseSlug } from '../../shared/cause.ts';
import type { Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { ENDS, type NodeKind } from './node-kind.ts';
import { promptText } from './prompt-text.ts';
import type { FlowNode } from './tree.ts';

export interface HangupNode {
  readonly type: 'hangup';
  /** Default `normal`. */
  readonly cause?: CauseSlug;
  /** Said before; as early media when the call is not answered yet. */
  readonly prompt?: Prompts;
}

declare module './tree.ts' {
  interface Nodes {
    readonly hangup: HangupNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Ends the call. */
    hangup(cause?: CauseSlug | { readonly cause?: CauseSlug; readonly prompt?: PromptsOf<D> }): FlowNode;
  }
}

const buildHangup: Builders<DeclaredNames>['hangup'] = (how) => {
  const options = typeof how === 'object' ? how : how === undefined ? {} : { cause: how };
  return rememberPlace({ type: 'hangup', ...options }, buildHangup);
};

export const hangup: NodeKind<HangupNode> = {
  word: { en: 'hang up', zh: '挂机' },
  build: buildHangup,
  fields: { cause: 'cause?', prompt: 'prompts?' },
  title: ({ cause = 'normal', prompt }) => `hangup ${cause}${prompt ? ` after ${promptText(prompt)}` : ''}`,
  /** Before the answer it is a rejection; a prompt then is early media, and the caller pays nothing. */
  async run({ cause = 'normal', prompt }, { call }) {
    call.step(`hangup ${cause}`, 'the plan says so');
    if (prompt) {
      if (!call.answered) await call.earlyMedia();
      await call.play(prompt);
    }
    await call.hangup(cause);
    return 'settled';
  },
  exits: () => ENDS,
};
