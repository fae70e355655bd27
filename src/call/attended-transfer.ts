import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';
import { summon } from './transfer.ts';

/**
 * The partner asks somebody else (咨询) while the caller hears music. He hears ringing, then the one who answers; what
 * follows is `completeTransfer`, `alternate`, `endConsultation`, or a conference. When he hangs up, the caller goes to whom
 * he asked. Resolves with the status (RFC 3261 21) when that one has answered or will not; the partner then has the caller back.
 * Throws OperationError.
 */
export function consult(talk: Talk, number: string): Promise<number> {
  const { call } = talk;
  const { partner } = talk.places;
  talk.check('consult');
  const { done, who } = summon(talk, number, 'consult', partner?.who.name ?? '');
  call.note('step', { step: 'consult', why: `${partner?.who.name} asks ${who.name}` });
  void talk.step('consult');
  return done.then(({ leg, status }) => {
    if (leg && talk.state === 'consulting') void talk.joinThird(leg, who);
    else if (leg) void talk.join(leg, who);
    else if (talk.state === 'consulting') void talk.step('withdraw');
    talk.expectNobody();
    return status;
  });
}

/** The partner leaves, and the caller goes to whom he asked; who is still rung is waited for. Throws OperationError. */
export function completeTransfer(talk: Talk): Promise<void> {
  talk.check('complete');
  return talk.places.third ? talk.promoteThird() : talk.leaveCaller('wait');
}

/** Goes back and forth between the caller and who is asked (来回切换): the other hears music. Throws OperationError. */
export function alternate(talk: Talk): Promise<void> {
  talk.check('alternate');
  if (!talk.places.third) throw new OperationError('wrong-state', 'who is asked has not answered yet');
  return talk.step('alternate');
}

/** The partner has the caller back, and who was asked, or is being rung, is let go. Throws OperationError. */
export function endConsultation(talk: Talk): void {
  talk.check('withdraw');
  const { third } = talk.places;
  if (third) talk.leave(third.leg, 'engine');
  else talk.expected?.abandon();
}
