import type { Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, NameOf, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { NEXT, type NodeKind } from './node-kind.ts';
import type { FlowNode } from './tree.ts';

export interface LanguageNode {
  readonly type: 'language';
  /** The skill of a language, for everybody who comes here: in place of `prompt` and `keys`. */
  readonly skill?: string;
  /** What is remembered of the caller goes, for a key of a menu by which he chooses anew: in place of the others. */
  readonly forget?: true;
  /** Asks for a key, unless the caller's number is remembered. */
  readonly prompt?: Prompts;
  /** The skill of a language by key. */
  readonly keys?: { readonly [key: string]: string };
  /** The choice is kept for the caller's next calls. Default true with `keys`, else false. */
  readonly remember?: boolean;
}

declare module './tree.ts' {
  interface Nodes {
    readonly language: LanguageNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** From here on prompts are spoken in a language, and queues ask for agents who know it. */
    language(choice: NameOf<D, 'skills'> | LanguageChoice<D> | { readonly forget: true }): FlowNode;
  }
}

export interface LanguageChoice<D extends DeclaredNames> {
  readonly prompt: PromptsOf<D>;
  readonly keys: { readonly [key: string]: NameOf<D, 'skills'> };
  readonly remember?: boolean;
}

const buildLanguage: Builders<DeclaredNames>['language'] = (choice) =>
  rememberPlace(
    { type: 'language', ...(typeof choice === 'string' ? { skill: choice } : choice) } as FlowNode,
    buildLanguage,
  );

export const language: NodeKind<LanguageNode> = {
  word: { en: 'language', zh: '语言' },
  build: buildLanguage,
  fields: { skill: 'skill?', forget: 'flag?', prompt: 'prompts?', keys: 'skillKeys?', remember: 'flag?' },
  title: ({ skill, forget, keys = {} }) =>
    `language ${forget ? 'forgotten' : (skill ?? Object.values(keys).join(', '))}`,
  async run({ skill, forget, prompt, keys, remember }, { call }) {
    if (forget) {
      await call.forgetLanguage();
      return 'next';
    }
    if (skill !== undefined) {
      await call.speak(skill, { remember: remember ?? false });
      return 'next';
    }
    const known = remember === false ? undefined : await call.spokenBefore();
    if (known !== undefined) {
      await call.speak(known);
      return 'next';
    }
    const { digits } = await call.gather({ prompt: prompt ?? [], purpose: 'language' });
    const chosen = keys?.[digits];
    if (chosen === undefined) call.step('language → none', 'no key of a language was pressed');
    else await call.speak(chosen, { remember: remember ?? true });
    return 'next';
  },
  exits: () => NEXT,
  mistake: ({ skill, forget, prompt, keys }) => {
    const asks = prompt !== undefined && keys !== undefined;
    const isPart = !asks && (prompt !== undefined || keys !== undefined);
    const chosen = [skill !== undefined, forget === true, asks].filter(Boolean).length;
    if (chosen === 1 && !isPart) return undefined;
    return {
      field: skill === undefined ? 'keys' : 'skill',
      message: 'a language is one skill, or is asked for by a prompt and keys, or forgotten',
      fix: 'write skill: english, or prompt: choose-language and keys: { 1: mandarin, 2: english }',
    };
  },
};
