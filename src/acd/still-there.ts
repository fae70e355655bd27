import type { Call } from '../call/call.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompt, Speech } from '../prompt/prompt.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import { asError } from '../shared/errors.ts';
import type { AcdParts } from './acd-parts.ts';

type Parts = Pick<AcdParts, 'promptItems'>;

/**
 * What there still is of the prompts of a queue: its caller goes through it as he found it, and the company may have taken one away
 * meanwhile. Nobody is hung up on for that.
 */
export function stillThere(
  { promptItems }: Parts,
  call: Call,
  tenant: string,
  prompts: readonly Prompt[],
  speech?: Speech,
): readonly PlayItem[] {
  if (prompts.length === 0) return [];
  try {
    return promptItems(tenant, prompts, speech);
  } catch (error) {
    call.log.error({ err: asError(error) }, 'a prompt of a queue is there no more');
    if (prompts.length === 1) return [];
    return prompts.flatMap((prompt) => stillThere({ promptItems }, call, tenant, [prompt], speech));
  }
}

/** The music of a queue; ringing, where it is there no more. */
export function musicOf(
  parts: Parts,
  call: Call,
  { tenant, music }: Pick<Queue, 'tenant' | 'music'>,
): readonly PlayItem[] {
  const items = stillThere(parts, call, tenant, [music], call.speech);
  return items.length > 0 ? items : [{ tone: 'ringback' }];
}
