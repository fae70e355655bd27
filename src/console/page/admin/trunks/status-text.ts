import type { Say } from '../../../i18n/words.ts';
import type { historyWords } from './history-words.ts';

type HistorySay = Say<keyof (typeof historyWords)['texts']['en']>;

/** What a refusal most likely says, by its status. */
const KNOWN = {
  401: 'wrongPassword',
  403: 'forbidden',
  404: 'unknown',
  407: 'wrongPassword',
  408: 'noAnswer',
  503: 'unavailable',
} as const;

/** A status in words: what the peer said, and what that mostly means. */
export function statusText(status: number | null, reason: string, say: HistorySay): string {
  if (status === null) return say('noAnswer');
  const known = status in KNOWN ? say(KNOWN[status as keyof typeof KNOWN]) : '';
  const said = `${status} ${reason}`.trim();
  return known === '' ? said : say('meaning', { said, known });
}
