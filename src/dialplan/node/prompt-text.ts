import type { Prompts } from '../run/flow-call.ts';

/** A prompt list as text. */
export function promptText(prompts: Prompts): string {
  if (typeof prompts === 'string') return prompts;
  if (Array.isArray(prompts)) return prompts.map(promptText).join(' ');
  return 'digits' in prompts ? `digits ${prompts.digits}` : 'pause';
}
