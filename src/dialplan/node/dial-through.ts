import type { DialOutcome, Prompts } from '../run/flow-call.ts';
import { branchesBeside, fieldsOf } from '../write/branches.ts';
import type { Builders, DeclaredNames, OnKeys, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, type NodeKind, type NodeRun } from './node-kind.ts';
import { promptText } from './prompt-text.ts';
import { unservedCause } from './ring-lines.ts';
import type { Flow, FlowNode } from './tree.ts';

/** "Dial the extension, or 0 for the operator": the caller dials a phone or a group of phones of the company himself (分机直拨). */
export interface DialThroughNode {
  readonly type: 'dialThrough';
  readonly prompt: Prompts;
  /** What else he may press: `0` for the operator, `*` for what came before. A number of a phone counts first. */
  readonly keys: { readonly [keys: string]: Flow };
  /** Times it is asked before `otherwise`. Default 3. */
  readonly attempts?: number;
  /** Wait for the first key after the prompt. Default 5000. */
  readonly timeoutMs?: number;
  /** Said after a number that nobody has (空号). */
  readonly invalid?: Prompts;
  /** Ring time of a phone; groups have their own. Default 30000. */
  readonly ringMs?: number;
  readonly busy?: Flow;
  readonly noAnswer?: Flow;
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly dialThrough: DialThroughNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Asks for an extension and rings it; keys beside it lead elsewhere, such as `0` to the operator. */
    dialThrough(options: DialThroughOptions<D>): FlowNode;
  }
}

export type DialThroughOptions<D extends DeclaredNames> = Omit<
  DialThroughNode,
  'type' | 'keys' | 'prompt' | 'invalid'
> & {
  readonly prompt: PromptsOf<D>;
  readonly invalid?: PromptsOf<D>;
} & OnKeys<Flow>;

const FIELDS = [
  ...['prompt', 'attempts', 'timeoutMs', 'invalid', 'ringMs'],
  ...['busy', 'noAnswer', 'otherwise'],
];

const buildDialThrough: Builders<DeclaredNames>['dialThrough'] = (options) => {
  const keys = branchesBeside(options, FIELDS);
  return rememberPlace(
    { type: 'dialThrough', ...fieldsOf(options, FIELDS), keys } as FlowNode,
    buildDialThrough,
  );
};

export const dialThrough: NodeKind<DialThroughNode> = {
  word: { en: 'dial-through', zh: '分机直拨' },
  build: buildDialThrough,
  fields: {
    prompt: 'prompts',
    keys: 'keys',
    attempts: 'count?',
    timeoutMs: 'ms?',
    invalid: 'prompts?',
    ringMs: 'ms?',
    busy: 'flow?',
    noAnswer: 'flow?',
    otherwise: 'flow?',
  },
  title: ({ prompt }) => `dial-through ${promptText(prompt)}`,
  async run(node, run) {
    const { prompt, keys, attempts = 3, timeoutMs = 5000, invalid } = node;
    const { call } = run;
    const phones = run.phones();
    const isKnown = (digits: string) => Object.hasOwn(keys, digits) || phones.kindOf(digits) !== undefined;
    const lengths = Object.keys(keys).map(({ length }) => length);
    const max = Math.max(2, phones.longest, ...lengths);
    // Of keys that begin no number nobody waits for more.
    const until = (digits: string) => isKnown(digits) && !phones.isBeginning(digits);
    await call.answer();
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const { digits, reason } = await call.gather({
        ...{ prompt, max, timeoutMs, until },
        purpose: 'extension',
      });
      const which = `attempt ${attempt} of ${attempts}`;
      const pressed = digits === '' && reason === 'terminator' ? '#' : digits;
      const phone = phones.kindOf(pressed);
      if (phone !== undefined) {
        const outcome = await ring(phone, pressed, node, run);
        if (outcome.reason === 'served') return 'served';
        run.unserved = unservedCause(outcome);
        const own =
          outcome.reason === 'busy' ? node.busy : outcome.reason === 'no-answer' ? node.noAnswer : undefined;
        call.step(`dial-through ${pressed} → ${own ? outcome.reason : 'otherwise'}`, outcome.reason);
        return { take: own ?? node.otherwise };
      }
      if (Object.hasOwn(keys, pressed)) {
        call.step(`dial-through → ${pressed}`, `the caller pressed ${pressed} (${which})`);
        return { take: keys[pressed] };
      }
      call.step(
        'dial-through',
        pressed === '' ? `no key (${which})` : `${pressed} is nobody's number (${which})`,
      );
      if (pressed !== '' && invalid && attempt < attempts) await call.play(invalid);
    }
    call.step('dial-through → otherwise', `no number of a phone in ${attempts} attempts`);
    return { take: node.otherwise };
  },
  hasDefault: hasOtherwise,
  exits(node, ways) {
    const left = ways.of(node.otherwise);
    return ways.passive ? left : ways.branches({ ends: true, next: left.next });
  },
};

function ring(
  phone: 'extension' | 'group',
  number: string,
  { ringMs = 30_000 }: DialThroughNode,
  { call }: NodeRun,
): Promise<DialOutcome> {
  call.step(`dial-through ${number}`, `the caller dialled the ${phone}`);
  if (phone === 'group') return call.group(number);
  return call.dial({ targets: [{ kind: 'extension', number, ringMs }] });
}
