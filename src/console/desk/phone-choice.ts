/** What this browser remembers of the phone of who sits at it. */

import type { Devices } from '../../client/softphone/softphone.ts';
import { remember, remembered } from '../kit/remembered.ts';

/** `browser`: the phone is in the page. `phone`: it stands on the table, or he sits at a number outside. */
export type PhoneKind = 'browser' | 'phone';

export function rememberedKind(): PhoneKind | undefined {
  const kind = remembered('phone');
  return kind === 'browser' || kind === 'phone' ? kind : undefined;
}
export const rememberKind = (kind: PhoneKind): void => remember('phone', kind);

export const rememberedDevices = (): Devices => ({
  microphone: remembered('microphone'),
  speaker: remembered('speaker'),
});
export function rememberDevices({ microphone, speaker }: Devices): void {
  remember('microphone', microphone);
  remember('speaker', speaker);
}

/** Call-IDs of the phone's legs: after a reload the page knows by them which talk was its own. */
export const LEGS = {
  get: (): readonly string[] => (remembered('legs') ?? '').split(' ').filter(Boolean),
  set: (ids: readonly string[]): void => remember('legs', ids.length === 0 ? undefined : ids.join(' ')),
};
