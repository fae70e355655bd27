import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';

/**
 * Mutes somebody in a talk (静音): `in`: what he says reaches nobody; `out`: he hears nothing. What is not named stays. Throws
 * OperationError when the talk is over.
 */
export function mute(
  talk: Talk,
  leg: Leg,
  direction: { readonly in?: boolean; readonly out?: boolean },
): void {
  if (talk.state === 'over')
    throw new OperationError('wrong-state', 'the talk is over: mute is not possible');
  leg.media.mute(direction);
  leg.isMuted = direction.in ?? leg.isMuted;
}
