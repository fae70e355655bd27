import type { Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, NameOf, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { ENDS, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface CallbackNode {
  readonly type: 'callback';
  readonly queue: string;
  /** Said once the promise is noted. */
  readonly prompt?: Prompts;
  /** For callers who withhold their number, or have one that is not called back: see FlowCall. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly callback: CallbackNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Promises to call back; settles the call. */
    callback(
      queue: NameOf<D, 'queues'>,
      options?: { readonly prompt?: PromptsOf<D>; readonly otherwise?: Flow },
    ): FlowNode;
  }
}

const buildCallback: Builders<DeclaredNames>['callback'] = (queue, options) =>
  rememberPlace({ type: 'callback', queue, ...options }, buildCallback);

export const callback: NodeKind<CallbackNode> = {
  word: { en: 'call-back', zh: '回呼' },
  build: buildCallback,
  fields: { queue: 'queue', prompt: 'prompts?', otherwise: 'flow?' },
  title: ({ queue }) => `callback by ${queue}`,
  /** Promises nothing to who withholds his number: nobody could keep it. */
  async run({ queue, prompt, otherwise }, { call, caller: { number } }) {
    if (number === '') {
      call.step(`callback ${queue} → otherwise`, 'the number is withheld');
      return { take: otherwise };
    }
    await call.answer();
    if (!(await call.callback(queue))) {
      call.step(`callback ${queue} → otherwise`, `${number} is none that is called back`);
      return { take: otherwise };
    }
    call.step(`callback ${queue}`, `promised to ${number}`);
    if (prompt) await call.play(prompt);
    return 'settled';
  },
  exits: (_, ways) => ways.branches(ENDS),
};
