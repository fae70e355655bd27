import type { Say } from '../../../i18n/words.ts';
import type { trunkWords } from './words.ts';

type TrunkSay = Say<keyof (typeof trunkWords)['texts']['en']>;

const REASONS = [
  [/^(\d+) calls in a row got no answer$/, 'callsLost'],
  [/^(\d+) OPTIONS in a row got no answer$/, 'probesLost'],
  [/^(\d+) OPTIONS in a row were answered$/, 'probesAnswered'],
  [/^a call was delivered$/, 'delivered'],
  [/^set up by hand$/, 'byHand'],
] as const;

/** Why a trunk is as it is, in the words of who reads it. */
export function whyText(why: string, say: TrunkSay): string {
  for (const [pattern, key] of REASONS) {
    const [found, n = ''] = pattern.exec(why) ?? [];
    if (found !== undefined) return say(key, { n });
  }
  return why;
}
