import { PhoneError } from '../../client/softphone/softphone.ts';
import { ApiError } from '../api/ask.ts';
import type { Language, Say } from '../i18n/words.ts';
import { NotReached, type Verb } from './verbs.ts';
import type { refusalWords } from './words.ts';

/** An act that was not done, and why, in words. */
export interface Refusal {
  readonly verb: Verb;
  readonly text: string;
  /** To name to whoever helps. */
  readonly code: string;
}

type SayRefusal = Say<keyof (typeof refusalWords)['texts']['en']>;

/** What SIP says for somebody who was not reached (RFC 3261 21). */
const STATUSES: Readonly<Record<number, 'busy' | 'absent' | 'away' | 'declined'>> = {
  404: 'away',
  408: 'absent',
  480: 'away',
  486: 'busy',
  487: 'absent',
  600: 'busy',
  603: 'declined',
};

export function refusalOf(verb: Verb, error: unknown, say: SayRefusal, language: Language): Refusal {
  if (error instanceof NotReached) {
    const { status } = error;
    const word = STATUSES[status];
    return { verb, text: word ? say(word) : say('unreached', { status }), code: `sip-${status}` };
  }
  if (error instanceof PhoneError) {
    const { code } = error;
    return { verb, text: say(code === 'microphone' || code === 'insecure' ? code : 'phone'), code };
  }
  if (!(error instanceof ApiError)) throw error;
  if (error.code === 'network') return { verb, text: say('network'), code: 'network' };
  const { title, problem, code } = error;
  // The title is in the language that is spoken; the detail is in English.
  const detail = language === 'en' && problem?.detail !== title ? problem?.detail : undefined;
  return { verb, text: detail ? `${title}: ${detail}` : title, code };
}
