/**
 * Who owes whom a session description (RFC 3264, RFC 6337), pure.
 * ```
 *            send-offer                    receive-offer
 *  offered <------------  stable  ---------------> asked
 *     \------------------->   <---------------------/
 *      receive-answer, drop           send-answer, drop
 * ```
 */
export type OfferAnswerState = 'stable' | 'offered' | 'asked';

/** What moves the state; `drop`: the exchange was refused or failed. */
export type OfferAnswerInput = 'send-offer' | 'receive-offer' | 'send-answer' | 'receive-answer' | 'drop';

/**
 * The state after `input`; undefined when that is not allowed now. A refused or failed exchange is a `drop`:
 * the session stays as it was (RFC 3261 14.1).
 */
export function nextOfferAnswer(
  state: OfferAnswerState,
  input: OfferAnswerInput,
): OfferAnswerState | undefined {
  switch (input) {
    case 'send-offer':
      return state === 'stable' ? 'offered' : undefined;
    case 'receive-offer':
      return state === 'stable' ? 'asked' : undefined;
    case 'send-answer':
      return state === 'asked' ? 'stable' : undefined;
    case 'receive-answer':
      return state === 'offered' ? 'stable' : undefined;
    case 'drop':
      return 'stable';
  }
}

/** What is under way when a re-INVITE, UPDATE or PRACK comes. */
export interface Exchange {
  readonly offerAnswer: OfferAnswerState;
  /** An INVITE of ours in this dialog has no final response. */
  readonly inviteSent: boolean;
  /** An INVITE of theirs has no final response of ours. */
  readonly inviteReceived: boolean;
}

/** No exchange is under way. */
export const NOTHING_OPEN: Exchange = { offerAnswer: 'stable', inviteSent: false, inviteReceived: false };

/** Status that refuses a re-INVITE or UPDATE which comes at the wrong time; undefined when it is welcome. */
export function refusalOf(
  method: 'INVITE' | 'UPDATE' | 'PRACK',
  hasOffer: boolean,
  now: Exchange,
): 491 | 500 | undefined {
  if (method === 'INVITE') {
    // RFC 3261 14.2: 500 with Retry-After while theirs is open, 491 while ours is.
    if (now.inviteReceived) return 500;
    if (now.inviteSent || now.offerAnswer === 'offered') return 491;
    return now.offerAnswer === 'asked' ? 500 : undefined;
  }
  // RFC 3311 5.2
  if (!hasOffer) return undefined;
  if (now.offerAnswer === 'offered') return 491;
  return now.offerAnswer === 'asked' ? 500 : undefined;
}

/**
 * RFC 3261 14.1: how long to wait after a 491, in milliseconds in steps of 10. The owner of the Call-ID waits
 * 2.1 to 4 s, the other end 0 to 2 s, so that one of them is first.
 *
 * @param random uniformly from [0, 1).
 */
export function glareBackOffMs(ownsCallId: boolean, random: number): number {
  return ownsCallId ? 2100 + Math.floor(random * 191) * 10 : Math.floor(random * 201) * 10;
}
