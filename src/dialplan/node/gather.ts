import type { GatherOptions, Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, NEXT, NOWHERE, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface GatherNode extends Omit<GatherOptions, 'purpose' | 'until'> {
  readonly type: 'gather';
  /** Variable that holds the digits afterwards. */
  readonly save: string;
  /** Times it is asked before `otherwise`. Default 3. */
  readonly attempts?: number;
  readonly invalid?: Prompts;
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly gather: GatherNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Asks for digits and keeps them in the variable `save`. */
    gather(options: GatherFields<D>): FlowNode;
  }
}

export type GatherFields<D extends DeclaredNames> = Omit<GatherNode, 'type' | 'prompt' | 'invalid'> & {
  readonly prompt?: PromptsOf<D>;
  readonly invalid?: PromptsOf<D>;
};

const buildGather: Builders<DeclaredNames>['gather'] = (options) =>
  rememberPlace({ type: 'gather', ...options }, buildGather);

export const gather: NodeKind<GatherNode> = {
  word: { en: 'gather digits', zh: '收号' },
  build: buildGather,
  fields: {
    save: 'text',
    prompt: 'prompts?',
    min: 'count?',
    max: 'count?',
    timeoutMs: 'ms?',
    interDigitMs: 'ms?',
    terminator: 'text?',
    secret: 'flag?',
    attempts: 'count?',
    invalid: 'prompts?',
    otherwise: 'flow?',
  },
  title: ({ save, secret }) => `gather ${save}${secret ? ' (secret)' : ''}`,
  async run(node, { call, secrets }) {
    await call.answer();
    const { save, attempts = 3, invalid, otherwise, type, ...options } = node;
    const min = node.min ?? 1;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const { digits } = await call.gather({ timeoutMs: 5000, ...options, purpose: save });
      if (digits.length >= min) {
        call.variables.set(save, digits);
        if (node.secret) secrets.add(save);
        call.step(`gather ${save}`, node.secret ? `${digits.length} digits, secret` : digits);
        return 'next';
      }
      const which = `${attempt} of ${attempts}`;
      call.step(`gather ${save}`, `${digits.length} digits, at least ${min} wanted (${which})`);
      if (invalid && attempt < attempts) await call.play(invalid);
    }
    call.step(`gather ${save} → otherwise`, `no input in ${attempts} attempts`);
    return { take: otherwise };
  },
  hasDefault: hasOtherwise,
  exits({ otherwise }, { passive, of }) {
    const left = of(otherwise);
    const went = passive ? NOWHERE : NEXT;
    return { ends: left.ends || went.ends, next: left.next || went.next };
  },
  mistake({ min = 1, max = 1 }) {
    if (min <= max) return undefined;
    return { field: 'min', message: `min ${min} of gather() is above max ${max}`, fix: 'make max larger' };
  },
};
