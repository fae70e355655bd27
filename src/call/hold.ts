import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';

/** Holds for somebody in a talk (保持): he says and hears nothing, who is left alone hears music. Throws OperationError. */
export function hold(talk: Talk, leg: Leg): Promise<void> {
  checkHold(talk, 'hold');
  return talk.setHold(leg, true);
}

/**
 * Takes up again, also when the phone itself holds: it is asked to talk again by re-INVITE. Throws OperationError, with
 * `phone-holds` when it does not.
 */
export async function resume(talk: Talk, leg: Leg): Promise<void> {
  checkHold(talk, 'resume');
  if (leg.held) {
    try {
      await leg.reoffer();
    } catch (error) {
      throw new OperationError('phone-holds', `${leg.name} does not take up again`, { cause: error });
    }
    if (leg.held) throw new OperationError('phone-holds', `${leg.name} goes on holding`);
  }
  await talk.setHold(leg, false);
}

function checkHold(talk: Talk, what: string): void {
  const { state } = talk;
  if (state === 'talking' || state === 'held' || state === 'conference') return;
  throw new OperationError('wrong-state', `the talk is ${state}: ${what} is not possible`);
}
