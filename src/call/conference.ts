import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';
import type { TalkState } from './talk-state.ts';
import { summon } from './transfer.ts';

/** All three talk with each other (三方通话): who is being asked joins caller and partner. Throws OperationError. */
export function mergeConference(talk: Talk): Promise<void> {
  checkConference(talk);
  if (!talk.places.third) throw new OperationError('wrong-state', 'who is asked has not answered yet');
  return talk.step('confer');
}

const JOINED_BY_GUESTS: ReadonlySet<TalkState> = new Set(['talking', 'held', 'conference']);

/**
 * Rings somebody who joins caller and partner, and whoever is in the conference already (多方会议); they go on talking meanwhile. Resolves with the status (RFC 3261 21) when he is
 * in, or will not come. Throws OperationError.
 */
export function inviteToConference(talk: Talk, number: string): Promise<number> {
  checkConference(talk);
  const { done, who } = summon(talk, number, 'conference', talk.places.partner?.who.name ?? '');
  talk.call.note('step', { step: 'conference', why: `${who.name} is asked in` });
  return done.then(({ leg, status }) => {
    if (leg && JOINED_BY_GUESTS.has(talk.state)) void talk.joinThird(leg, who, 'confer');
    else if (leg) void talk.join(leg, who);
    talk.expectNobody();
    return status;
  });
}

function checkConference(talk: Talk): void {
  talk.check('confer');
  if (!talk.call.context.media.capabilities.conference) {
    throw new OperationError('not-supported', 'the media engine cannot mix three parties');
  }
}
