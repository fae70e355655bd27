import type { Queue } from '../provisioning/kind/queue.ts';
import type { Said } from './spoken-place.ts';

/** What who waits may choose by keys (排队按键). */
export type Offer = NonNullable<Queue['offer']>;

/** `keepWaiting` 继续等待, `callback` 预约回呼, `voicemail` 转语音留言. */
export type OfferChoice = 'keepWaiting' | 'callback' | 'voicemail';

const CHOICES: readonly (readonly [OfferChoice, prompt: string, why: string])[] = [
  ['keepWaiting', 'offer-keep-waiting', 'to keep waiting'],
  ['callback', 'offer-callback', 'for a call back'],
  ['voicemail', 'offer-voicemail', 'for voicemail'],
];

/** The key of a choice; undefined: it is not offered. */
export function keyOf(offer: Offer, choice: OfferChoice): string | undefined {
  return choice === 'voicemail' ? offer.voicemail?.key : offer[choice];
}

/** What a key chooses; undefined: nothing. */
export function choiceOf(offer: Offer, key: string): OfferChoice | undefined {
  return CHOICES.find(([choice]) => keyOf(offer, choice) === key)?.[0];
}

/** Key by key, or the company's own prompt for all of them. */
export function spokenOffer(offer: Offer): Said[] {
  const said = CHOICES.flatMap(([choice, prompt, what]) => {
    const key = keyOf(offer, choice);
    return key === undefined ? [] : [{ prompts: [prompt, { digits: key }], why: `${key} ${what}` }];
  });
  if (offer.prompt === undefined) return said;
  return [{ prompts: [offer.prompt], why: `${offer.prompt} (${said.map(({ why }) => why).join(', ')})` }];
}
