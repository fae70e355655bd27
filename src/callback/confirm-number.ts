import type { Call } from '../call/call.ts';
import { gather } from '../call/gather.ts';
import type { Prompts } from '../prompt/prompt.ts';
import type { CallbackParts } from './callback-parts.ts';

const TRIES = 3;
const ANSWER_MS = 8_000;
const INTER_DIGIT_MS = 4_000;
/** With 0086 in front. */
const LONGEST = 16;

/**
 * Asks the caller where to call him back: he confirms his own number with 1, or keys another. `callable`: the number in the one
 * form, where it can be called. Undefined: he named none. Rejects with ClosedError when he hangs up.
 */
export async function confirmNumber(
  call: Call,
  callable: (number: string) => string | undefined,
  parts: Pick<CallbackParts, 'promptItems'>,
): Promise<string | undefined> {
  let number = callable(call.arrival.caller);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (number === undefined) {
      const keyed = await ask(call, parts, ['callback-enter'], LONGEST);
      number = callable(keyed);
      if (number === undefined) await ask(call, parts, ['callback-invalid'], 0);
      else call.note('keyed', { purpose: 'callback', digits: keyed });
      continue;
    }
    const repeat = ['callback-number', { digits: number, yao: true }, 'callback-confirm'] as const;
    const key = await ask(call, parts, repeat, 1);
    if (key === '1') {
      call.note('keyed', { purpose: 'callback', digits: key });
      return number;
    }
    if (key === '2') number = undefined;
  }
  return undefined;
}

/** The digits that he keys; with `max` 0 he only listens. */
async function ask(
  call: Call,
  { promptItems }: Pick<CallbackParts, 'promptItems'>,
  prompts: Prompts,
  max: number,
): Promise<string> {
  const items = promptItems(call.arrival.tenantId, prompts);
  const answer = max === 0 ? { timeoutMs: 0, max: 1 } : { timeoutMs: ANSWER_MS, max };
  const terminator = max > 1 ? '#' : undefined;
  const { digits } = await gather(call, call.caller, {
    items,
    min: 1,
    ...answer,
    interDigitMs: INTER_DIGIT_MS,
    terminator,
  });
  return digits;
}
