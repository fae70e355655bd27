import type { Prompts } from '../run/flow-call.ts';
import { branchesBeside, fieldsOf } from '../write/branches.ts';
import type { Builders, DeclaredNames, OnKeys, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import { promptText } from './prompt-text.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface MenuNode {
  readonly type: 'menu';
  readonly prompt: Prompts;
  /** By key or keys: `1`, `0`, `*`, `110`. */
  readonly keys: { readonly [keys: string]: Flow };
  /** Times the menu is offered before `otherwise`. Default 3. */
  readonly attempts?: number;
  /** Wait for a key after the prompt. Default 5000. */
  readonly timeoutMs?: number;
  /** Said after a key that leads nowhere. */
  readonly invalid?: Prompts;
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly menu: MenuNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Offers keys; offered again up to `attempts` times (3), then `otherwise`. */
    menu(options: MenuOptions<D>): FlowNode;
  }
}

export type MenuOptions<D extends DeclaredNames> = Pick<MenuNode, 'attempts' | 'timeoutMs' | 'otherwise'> & {
  readonly prompt: PromptsOf<D>;
  readonly invalid?: PromptsOf<D>;
} & OnKeys<Flow>;

const FIELDS = ['prompt', 'attempts', 'timeoutMs', 'invalid', 'otherwise'];

const buildMenu: Builders<DeclaredNames>['menu'] = (options) => {
  const keys = branchesBeside(options, FIELDS);
  return rememberPlace({ type: 'menu', ...fieldsOf(options, FIELDS), keys } as FlowNode, buildMenu);
};

export const menu: NodeKind<MenuNode> = {
  word: { en: 'menu', zh: '按键菜单' },
  build: buildMenu,
  fields: {
    prompt: 'prompts',
    keys: 'keys',
    attempts: 'count?',
    timeoutMs: 'ms?',
    invalid: 'prompts?',
    otherwise: 'flow?',
  },
  title: ({ prompt }) => `menu ${promptText(prompt)}`,
  async run(node, { call }) {
    const { prompt, keys, attempts = 3, timeoutMs = 5000, invalid } = node;
    await call.answer();
    let longest = 1;
    for (const each of Object.keys(keys)) longest = Math.max(longest, each.length);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const { digits } = await call.gather({ prompt, min: 1, max: longest, timeoutMs, purpose: 'menu' });
      const which = `${promptText(prompt)}, attempt ${attempt} of ${attempts}`;
      if (Object.hasOwn(keys, digits)) {
        call.step(`menu → ${digits}`, `the caller pressed ${digits} (${which})`);
        return { take: keys[digits] };
      }
      call.step('menu', digits === '' ? `no key (${which})` : `key ${digits} leads nowhere (${which})`);
      if (digits !== '' && invalid && attempt < attempts) await call.play(invalid);
    }
    call.step('menu → otherwise', `no valid key in ${attempts} attempts`);
    return { take: node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits: ({ otherwise }, ways) => (ways.passive ? ways.of(otherwise) : ways.branches(ways.of(otherwise))),
};
