import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';

const DIGITS = /^[0-9*#A-D]{1,64}$/;

/** Sends keys to somebody in a talk, such as into the menu of the line that was called. Resolves after the last. Throws OperationError. */
export async function sendDigits(talk: Talk, leg: Leg, digits: string): Promise<void> {
  if (!talk.call.context.media.capabilities.sendDigits) {
    throw new OperationError('not-supported', 'the media engine cannot send digits');
  }
  if (!DIGITS.test(digits)) {
    throw new OperationError('bad-digits', 'digits are 0 to 9, *, # and A to D, 1 to 64 of them');
  }
  if (talk.state === 'over') throw new OperationError('wrong-state', 'the talk is over: nobody takes digits');
  await leg.media.sendDigits(digits);
}
